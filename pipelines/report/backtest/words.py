"""The back-test page's own words, in one place: another language is another such file."""

from __future__ import annotations

from models.forecasting.scoring.evaluation import ALL_BANDS

HEADING = "Back-test, as of {day}"
INTRO = (
    "{n} earlier mornings were lived again ({first} to {last}): themes found in what was known "
    "then, counts and signals of then, forecasts for {horizon} days, held against what came."
)
BETTER = (
    "The forecasts' error is {share} smaller than the seasonal naive's (95\u00a0% interval of the "
    "ratio {low} to {high}), over {series} series."
)
WORSE = (
    "The forecasts' error is {share} larger than the seasonal naive's (95\u00a0% interval of the "
    "ratio {low} to {high}), over {series} series."
)
NO_RATIO = "The seasonal naive made no error to compare with."
COVERED = (
    "{inside} of days came inside the 80\u00a0% range and {inside95} inside the 95\u00a0% range."
)
BEST = "The best single method over all series was {method}; the forecasts are not chosen by it."
LEFT_OUT = "{day} could not be lived again: {why}."
FELL_BACK = "A method gave up on a series {n} times and the seasonal naive stood in."
NEVER_FELL_BACK = "No method gave up on a series."
BANDS = {
    ALL_BANDS: "all series",
    "rare": "under 0.2 a day",
    "few": "0.2 to 1 a day",
    "some": "1 to 5 a day",
    "many": "5 a day and more",
}
METHODS = {
    "ensemble": "the forecasts (median of the members)",
    "nb_glm": "regression on the calendar",
    "discount_filter": "discount filter",
    "unobserved_components": "structural model",
    "global_boosting": "boosting over all series",
    "tsb": "chance times size (TSB)",
    "seasonal_mean": "mean of eight weeks",
    "seasonal_naive": "seasonal naive (last week again)",
}
FAN = (
    "{title}: what was said on {day} for the next {n} days, and what came: {inside} days inside "
    "their 80\u00a0% range, {outside} outside their 90\u00a0% range."
)
PIT = (
    "Where the counts fell in their forecasts, in tenths of the distribution: {shares}. Even "
    "tenths are right; high ends mean ranges that are too narrow, a high middle too wide."
)
LABELS = {
    "skip": "Skip to the table",
    "verdict": "In short",
    "methods": "Methods side by side",
    "methods_note": (
        "CRPS over the series' usual error (repeating last week), mean over series with its "
        "95\u00a0% interval; the ratio is to the seasonal naive. Smaller is better. Inside counts "
        "by the randomised PIT."
    ),
    "band": "Volume",
    "method": "Method",
    "series": "Series",
    "error": "Error",
    "ratio": "Against naive",
    "inside_80": "Inside 80\u00a0%",
    "inside_95": "Inside 95\u00a0%",
    "bias": "Too high (+), low (\u2212)",
    "pictures": "What was said, and what came",
    "pit": "Are the ranges right?",
    "pit_axis": ("lowest tenth", "highest tenth"),
    "even": "even",
    "footer": "Where these numbers come from",
    "came": "came",
    "before": "counted before",
}
FOOTER = ("As of", "Code", "Parameters", "Encoder", "Tables")
