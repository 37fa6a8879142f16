"""Forecasts that add up over the sums of series, and draws of all of them together."""
