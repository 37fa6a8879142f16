"""Numbers as the quality page shows them; an unknown one is a dash."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import isfinite

import pandas as pd

from pipelines.report.figures import Figure, row_of, whole
from pipelines.report.quality import words
from pipelines.settings import Settings


def decimal(value: float, row: str = "") -> Figure:
    """Return a figure with two decimals and a true minus; an unknown one is a dash.

    Examples
    --------
    >>> decimal(0.314).shown, decimal(-0.001).shown, decimal(float("nan")).value is None
    ('0.31', '0.00', True)
    """
    if not isfinite(value):
        return Figure(None, words.UNKNOWN, row)
    shown = f"{round(value, 2) + 0.0:.2f}".replace("-", "\u2212")
    return Figure(float(value), shown, row)


def finer_percent(share: float, row: str = "") -> Figure:
    r"""Return a share in percent, with one decimal below ten: 2 % and 2.4 % are not the same.

    Examples
    --------
    >>> finer_percent(0.024).shown, finer_percent(0.31).shown, finer_percent(0).shown
    ('2.4\xa0%', '31\xa0%', '0\xa0%')
    """
    if not isfinite(share):
        return Figure(None, words.UNKNOWN, row)
    shown = f"{100 * share:.1f}".removesuffix(".0") if share < 0.0995 else f"{100 * share:.0f}"
    return Figure(float(share), f"{shown}\u00a0%", row)


def summary_number(numbers: Mapping[str, float], name: str) -> Figure:
    """Return a figure of the summary's table; one that is not there is none."""
    return whole(numbers.get(name, 0.0), row_of("summary", column=name))


def local_day(moment: str | pd.Timestamp, settings: Settings) -> date:
    """Return the day of a moment in the time zone of the parameters."""
    found: date = pd.Timestamp(moment).tz_convert(settings.time_zone).date()
    return found
