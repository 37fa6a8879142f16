"""What the business knows (releases, campaigns, outages) as numbers a day, as known then."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.series.calendar import local_dates

# What signals usually are. Any other kind is taken too, and its effect learnt apart.
USUAL_KINDS = ("campaign", "deploy", "holiday", "outage", "price_change", "release", "weather")

# A column that no past day has seen says nothing of what it brings, and each costs every series a
# parameter: those of most days are kept.
_MAX_COLUMNS = 12
_ON_DAY, _AFTER = "", " (week after)"
_DAYS_AFTER = 6  # a release is felt for a week: its day, and the six days after it


class Regressors(NamedTuple):
    """Numbers a day for the members."""

    values: NDArray[np.float64]  # (n_days, n_columns)
    names: tuple[str, ...]


def known_signals(signals: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the signals as known at a moment: of a signal told twice, what was told last.

    Parameters
    ----------
    signals : DataFrame
        A SIGNALS frame.
    as_of : Timestamp
        UTC; rows known at or after it are not read.
    """
    known = signals[signals["known_at"] < as_of].sort_values(["name", "at", "known_at"])
    return known.drop_duplicates(["name", "at"], keep="last").reset_index(drop=True)


def signal_columns(signals: pd.DataFrame, dates: pd.DatetimeIndex, *, time_zone: str) -> list[str]:
    """Return the columns that these past days can teach: those of most days, sorted by name.

    Parameters
    ----------
    signals : DataFrame
        From :func:`known_signals`.
    dates : DatetimeIndex
        The past days that members are fitted on.
    time_zone : str
        Whose midnight ends a day.
    """
    table = _by_day(signals, time_zone)
    seen = table[table.index.isin(dates)]
    days = (seen != 0).sum()
    days = days[days > 0].sort_index().sort_values(ascending=False, kind="stable")
    return sorted(str(name) for name in days.index[:_MAX_COLUMNS])


def signal_regressors(
    signals: pd.DataFrame,
    dates: pd.DatetimeIndex,
    *,
    as_of: pd.Timestamp,
    time_zone: str,
    columns: list[str],
) -> Regressors:
    """Return the daily values of signals, past and ahead, as known at ``as_of``.

    A column is a kind (``campaign``), or a kind of one brand (``campaign Acme``): the sum of its
    signals' values on the day, and a second one for each of the six days after.

    Parameters
    ----------
    signals : DataFrame
        A SIGNALS frame; rows known at or after `as_of` are not read, so that days ahead hold what
        is planned and nothing else.
    dates : DatetimeIndex
        The days, past and ahead.
    as_of : Timestamp
        The morning that is lived, UTC.
    time_zone : str
        Whose midnight ends a day.
    columns : list of str
        See :func:`signal_columns`.
    """
    table = _by_day(known_signals(signals, as_of), time_zone)
    wider = dates.union(pd.date_range(dates[0] - pd.Timedelta(days=_DAYS_AFTER), dates[0]))
    daily = table.reindex(index=wider, columns=columns).fillna(0.0)
    after = daily.rolling(_DAYS_AFTER + 1, min_periods=1).sum() - daily
    values = np.concatenate([daily.loc[dates].to_numpy(), after.loc[dates].to_numpy()], axis=1)
    names = [*(c + _ON_DAY for c in columns), *(c + _AFTER for c in columns)]
    return Regressors(np.round(values, 9), tuple(names))


def _by_day(signals: pd.DataFrame, time_zone: str) -> pd.DataFrame:
    """Return the sums of values by local date and column."""
    brand = signals["brand"].astype("str").where(signals["brand"].notna(), "")
    column = (signals["kind"].astype("str") + " " + brand).str.strip()
    day = local_dates(signals["at"], time_zone)
    frame = pd.DataFrame({"day": day, "column": column, "value": signals["value"]})
    table = frame.groupby(["day", "column"])["value"].sum().unstack("column")  # noqa: PD010
    table.index = pd.DatetimeIndex(table.index)
    return table.fillna(0.0)
