"""Daily counts to forecasts, by a forecaster that is kept for a week."""
