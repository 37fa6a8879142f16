"""What is to come: each series' distribution by day and by week, and its scores."""

from __future__ import annotations

from collections.abc import Mapping

from models.contracts.table import (
    COUNT,
    DATE,
    FLAG,
    NUMBER,
    TEXT,
    TIMESTAMP,
    Table,
    optional,
    required,
)

_QUANTILE_COLUMNS = ("q05", "q10", "q25", "q50", "q75", "q90", "q95")
QUANTILE_LEVELS: Mapping[str, float] = {name: int(name[1:]) / 100 for name in _QUANTILE_COLUMNS}

FORECASTS = Table(
    "forecasts",
    ("series_id", "origin", "date"),
    {
        "series_id": required(TEXT),
        "origin": required(DATE),
        "date": required(DATE),
        "lead": required(COUNT, at_least=1),  # days: the origin's own date has lead 1
        "mean": required(NUMBER, at_least=0),
        "dispersion": required(NUMBER, at_least=0),  # NB2 alpha: variance = mean + alpha mean²
        **{name: required(NUMBER, at_least=0) for name in _QUANTILE_COLUMNS},
    },
)

# Sums over a week have a distribution of their own: daily quantiles do not add up.
OUTLOOK = Table(
    "outlook",
    ("series_id", "origin", "week"),
    {
        "series_id": required(TEXT),
        "origin": required(DATE),
        "week": required(COUNT, at_least=1),  # 1: the origin's date and the six days after it
        "start": required(DATE),
        "end": required(DATE),  # the last day, included
        "usual": required(NUMBER, at_least=0),  # a usual week's complaints
        "mean": required(NUMBER, at_least=0),
        "dispersion": required(NUMBER, at_least=0),
        **{name: required(NUMBER, at_least=0) for name in _QUANTILE_COLUMNS},
        "p_double": required(NUMBER, at_least=0, at_most=1),  # P(sum > 2 usual), as forecast
        "basis": optional(TEXT),  # what it rests on, where that is not the series' own past
    },
)

SCORES = Table(
    "scores",
    ("series_id", "origin", "lead"),
    {
        "series_id": required(TEXT),
        "origin": required(DATE),
        "lead": required(COUNT, at_least=1),
        "actual": required(COUNT, at_least=0),
        "mean": required(NUMBER, at_least=0),
        "crps": required(NUMBER, at_least=0),
        "crps_baseline": required(NUMBER, at_least=0),  # the seasonal naive, same origin and lead
        "pit": required(NUMBER, at_least=0, at_most=1),
        "inside_80": required(FLAG),
        "inside_95": required(FLAG),
        "as_of": optional(TIMESTAMP),  # the morning that knew the actual; none: a back-test
    },
)

# The same of forecasts that a team was shown, as far as a morning's report looks back.
CHECKED = Table("checked", SCORES.key, SCORES.columns)

# Forecasts that have come due and that nothing was counted against.
NOT_CHECKED = Table(
    "not_checked",
    ("series_id", "reason"),
    {
        "series_id": required(TEXT),
        "reason": required(TEXT),
        "title": optional(TEXT),  # of a theme that is no more
        "forecasts": required(COUNT, at_least=1),  # of a day, from one morning
        "first": required(DATE),  # days that were forecast
        "last": required(DATE),
    },
)
