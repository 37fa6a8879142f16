"""Days: whose midnight ends them, which weekday they are, which are public holidays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.series.countries import country_and_part


def local_date(moment: pd.Timestamp, time_zone: str) -> pd.Timestamp:
    """Return the local date of a moment, as a midnight without a zone.

    Examples
    --------
    >>> local_date(pd.Timestamp("2019-05-05T02:00Z"), "America/New_York")
    Timestamp('2019-05-04 00:00:00')
    """
    return moment.tz_convert(time_zone).tz_localize(None).normalize()


def local_dates(moments: pd.Series, time_zone: str) -> pd.Series:
    """Return the local date of each moment, as midnights without a zone."""
    return moments.dt.tz_convert(time_zone).dt.tz_localize(None).dt.normalize()


def day_starts(dates: pd.DatetimeIndex, time_zone: str) -> pd.DatetimeIndex:
    """Return the moment, in UTC, at which each local date begins.

    Where clocks skip midnight the day begins at the first moment there is; where midnight
    comes twice, at the first of the two.
    """
    twice = np.ones(len(dates), dtype=bool)  # summer time comes first
    return dates.tz_localize(time_zone, ambiguous=twice, nonexistent="shift_forward").tz_convert(
        "UTC"
    )


def weekdays(dates: pd.DatetimeIndex) -> NDArray[np.int64]:
    """Return the weekday of each date: 0 is Monday, 6 Sunday."""
    return np.asarray(dates.day_of_week, dtype=np.int64)


def holiday_flags(dates: pd.DatetimeIndex, countries: Sequence[str]) -> NDArray[np.bool_]:
    """Return whether each date is a public holiday in any of the countries.

    Parameters
    ----------
    dates : DatetimeIndex
        Local dates.
    countries : sequence of str
        ISO 3166 codes: a country (``US``) or a part of one (``GB-ENG``). None: no holidays.

    Returns
    -------
    ndarray of bool, shape (n_dates,)

    Raises
    ------
    DataContractError
        If a code is not known.

    Examples
    --------
    >>> holiday_flags(pd.DatetimeIndex(["2019-07-03", "2019-07-04"]), ["US"]).tolist()
    [False, True]
    """
    import holidays

    flags = np.zeros(len(dates), dtype=bool)
    years = sorted({int(year) for year in dates.year})
    for code in countries:
        country, part = country_and_part(code)
        known = holidays.country_holidays(country, subdiv=part, years=years)
        days = pd.DatetimeIndex(sorted(known))
        flags |= np.asarray(dates.isin(days))
    return flags
