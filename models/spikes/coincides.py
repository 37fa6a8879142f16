"""What the business knows of the days on which a rise began: it coincides, and may be no cause."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from models.series.calendar import local_dates

DAYS_BEFORE = 3  # before a warning opens: trouble needs a while to be written about
_MOST = 3
_CALLED_OFF = 0.0  # a signal's value where it did not take place after all
_AXES = ("brand", "product")


def coinciding(
    signals: pd.DataFrame,
    *,
    opened: pd.Timestamp,
    last: pd.Timestamp,
    values: dict[str, Collection[str]],
    time_zone: str,
) -> list[str]:
    """Return what coincides with a rise, nearest to its first day in time first.

    Of the days from three before the warning opened to its last alarm. A signal that names a
    brand or a product must name one that people complained of; upper and lower case are one.

    Parameters
    ----------
    signals : DataFrame
        SIGNALS rows as known, see :func:`models.series.signals.known_signals`.
    opened, last : Timestamp
        Local dates on which the warning opened and was last in alarm.
    values : dict of str to collection of str
        The ``brand`` and ``product`` of the complaints in the theme's window.
    time_zone : str
        Of the dates.

    Returns
    -------
    list of str
        At most three, such as ``2019-05-04 release: Firefox 66.0.4 (product desktop)``: the
        local date, the kind, the name, and what it names of brand and product.
    """
    day = local_dates(signals["at"], time_zone)
    is_near = day.between(opened - pd.Timedelta(days=DAYS_BEFORE), last)
    is_near &= signals["value"] != _CALLED_OFF
    for axis in _AXES:
        known = {str(value).casefold() for value in values.get(axis, ())}
        is_near &= signals[axis].isna() | signals[axis].str.casefold().isin(known)
    rows = signals.assign(day=day, away=(day - opened).abs())[is_near]
    rows = rows.sort_values(["away", "at", "kind", "name"]).drop_duplicates(["day", "kind", "name"])
    return [_said(row) for _, row in rows.head(_MOST).iterrows()]


def _said(row: pd.Series) -> str:
    named = ", ".join(f"{axis} {row[axis]}" for axis in _AXES if pd.notna(row[axis]))
    return f"{row['day'].date()} {row['kind']}: {row['name']}" + (f" ({named})" if named else "")
