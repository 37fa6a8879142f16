"""The count series that forecasts are compared on, cut at rolling origins: no future in the past.

A case is one panel at one origin. Series are chosen by their volume before the oldest origin of
the fold, so that nothing of the test window decides what is tested. There are two folds: ``test``,
whose origins are reported, and ``tune``, the same number of origins before the test window
begins, on which memberships, constants and calibrations may be chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

FOLDS = ("test", "tune")
ORIGINS = 4
DAILY_HORIZON, DAILY_SEASON, DAILY_SPACING = 14, 7, 28
WEEKLY_HORIZON, WEEKLY_SEASON, WEEKLY_SPACING = 8, 52, 13  # once a quarter: a whole year

# The borough is filled in evenly from here on, and three years are what the product reads.
_NYC_DAILY_FROM = pd.Timestamp("2020-10-01")
_NYC_WEEKLY_FROM = pd.Timestamp("2015-01-05")
_NYC_LAST = pd.Timestamp("2023-10-31")
_CHOICE_DAYS = 730  # a series' volume is its mean over two years before the oldest origin
_LEAST_PER_DAY = 0.2
_LEAST_PER_WEEK = 1.0
_PER_KIND = {"D": 23, "W": 42}  # of types, of descriptors, of types by borough


@dataclass(frozen=True)
class Case:
    """A panel at an origin.

    Attributes
    ----------
    panel : str
        ``daily``, ``weekly``, ``outbreaks`` or ``firefox``.
    freq : str
        ``D``, or ``W`` for weeks that begin on Monday.
    season : int
        Days or weeks after which the seasonal naive repeats itself.
    dates : DatetimeIndex of length n_past
        Of the known past, without gaps; the origin follows the last.
    series_ids : tuple of str
        Names of the rows.
    past : ndarray of shape (n_series, n_past)
        Counts; NaN before a series was born.
    actual : ndarray of shape (n_series, horizon)
        What came. No method is given it.
    """

    panel: str
    freq: str
    season: int
    dates: pd.DatetimeIndex
    series_ids: tuple[str, ...]
    past: Floats
    actual: Floats

    @property
    def horizon(self) -> int:
        """Return how many days or weeks are asked for."""
        return self.actual.shape[1]

    @property
    def origin(self) -> pd.Timestamp:
        """Return the first date that is asked for."""
        return self.dates[-1] + pd.Timedelta(days=1 if self.freq == "D" else 7)


def ends_of(fold: str, *, n_periods: int, horizon: int, spacing: int, origins: int) -> list[int]:
    """Return how many periods are known at each origin of a fold, oldest first.

    The test fold's last origin has just its horizon after it; the tune fold's has just its
    horizon before the oldest origin of the test fold.

    Examples
    --------
    >>> ends_of("test", n_periods=100, horizon=14, spacing=28, origins=2)
    [58, 86]
    >>> ends_of("tune", n_periods=100, horizon=14, spacing=28, origins=2)
    [16, 44]
    """
    newest = n_periods - horizon
    if fold == "tune":
        newest -= (origins - 1) * spacing + horizon
    return [newest - spacing * k for k in reversed(range(origins))]


def cases_of(
    counts: pd.DataFrame,
    *,
    panel: str,
    freq: str,
    season: int,
    horizon: int,
    ends: Sequence[int],
) -> list[Case]:
    """Return a case an origin.

    Parameters
    ----------
    counts : DataFrame
        A row a series, a column a date, no gaps.
    panel, freq, season, horizon
        See :class:`Case`.
    ends : sequence of int
        Known periods at each origin.
    """
    y, dates = counts.to_numpy(dtype=np.float64), pd.DatetimeIndex(counts.columns)
    names = tuple(str(name) for name in counts.index)
    return [
        Case(panel, freq, season, dates[:end], names, y[:, :end], y[:, end : end + horizon])
        for end in ends
    ]


def nyc_daily(folder: Path, *, fold: str = "test", quick: bool = False) -> list[Case]:
    """Return New York's complaints a day: by type, by descriptor, by type and borough."""
    rows = _nyc(folder)
    rows = rows[rows["period"] >= _NYC_DAILY_FROM]
    calendar = pd.date_range(_NYC_DAILY_FROM, _NYC_LAST, freq="D")
    ends = ends_of(
        fold,
        n_periods=len(calendar),
        horizon=DAILY_HORIZON,
        spacing=DAILY_SPACING,
        origins=2 if quick else ORIGINS,
    )
    counts = _counts(rows, calendar)
    chosen = _chosen(counts, end=ends[0], days=_CHOICE_DAYS, least=_LEAST_PER_DAY,
                     per_kind=8 if quick else _PER_KIND["D"])  # fmt: skip
    return cases_of(
        chosen, panel="daily", freq="D", season=DAILY_SEASON, horizon=DAILY_HORIZON, ends=ends
    )


def nyc_weekly(folder: Path, *, fold: str = "test", quick: bool = False) -> list[Case]:
    """Return New York's complaints a week (from Monday), full weeks only."""
    rows = _nyc(folder)
    rows = rows.assign(period=rows["period"] - pd.to_timedelta(rows["period"].dt.day_of_week, "D"))
    last = _NYC_LAST - pd.Timedelta(days=_NYC_LAST.weekday() + 7)  # the last full week's Monday
    calendar = pd.date_range(_NYC_WEEKLY_FROM, last, freq="7D")
    rows = rows[rows["period"].isin(calendar)]
    ends = _weekly_ends(fold, len(calendar), quick)
    counts = _counts(rows, calendar)
    chosen = _chosen(counts, end=ends[0], days=_CHOICE_DAYS // 7, least=_LEAST_PER_WEEK,
                     per_kind=8 if quick else _PER_KIND["W"])  # fmt: skip
    return cases_of(
        chosen, panel="weekly", freq="W", season=WEEKLY_SEASON, horizon=WEEKLY_HORIZON, ends=ends
    )


def outbreaks(folder: Path, *, fold: str = "test", quick: bool = False) -> list[Case]:
    """Return the seven series of disease counts a week, outbreaks included."""
    rows = pd.read_csv(folder / "outbreaks" / "weekly_counts.csv", parse_dates=["week"])
    counts = rows.pivot_table(index="series", columns="week", values="count", aggfunc="sum")
    if counts.isna().to_numpy().any():
        raise SystemExit("outbreaks: a series has a week without a count.")
    ends = _weekly_ends(fold, counts.shape[1], quick)
    return cases_of(
        counts, panel="outbreaks", freq="W", season=WEEKLY_SEASON, horizon=WEEKLY_HORIZON, ends=ends
    )


def _weekly_ends(fold: str, n_periods: int, quick: bool) -> list[int]:
    return ends_of(
        fold,
        n_periods=n_periods,
        horizon=WEEKLY_HORIZON,
        spacing=WEEKLY_SPACING,
        origins=2 if quick else ORIGINS,
    )


def _nyc(folder: Path) -> pd.DataFrame:
    """Return ``period`` (the day) and the three names that each complaint counts under."""
    columns = ["opendate", "complaint_type", "descriptor", "borough"]
    rows = pd.read_csv(
        folder / "nyc_complaints" / "complaints.csv.gz", usecols=columns, dtype="str"
    )
    kind, descriptor = rows["complaint_type"], rows["descriptor"]
    return pd.DataFrame(
        {
            "period": pd.to_datetime(rows["opendate"]),
            "type": kind,
            "descriptor": descriptor,
            "type x borough": (kind + " in " + rows["borough"]).where(rows["borough"].notna()),
        }
    )


def _counts(rows: pd.DataFrame, calendar: pd.DatetimeIndex) -> pd.DataFrame:
    """Return a row a series of each kind, zeros included."""
    parts = []
    for kind in ("type", "descriptor", "type x borough"):
        table = pd.crosstab(rows[kind], rows["period"]).reindex(columns=calendar, fill_value=0)
        table.index = [f"{kind}={name}" for name in table.index]
        parts.append(table)
    return pd.concat(parts)


def _chosen(
    counts: pd.DataFrame, *, end: int, days: int, least: float, per_kind: int
) -> pd.DataFrame:
    """Return, of each kind, series of all volumes above the least: evenly spaced ranks.

    Only columns before `end` are looked at. A series whose past is the same as another's (a
    type with a single descriptor) stands once.
    """
    volume = counts.iloc[:, max(end - days, 0) : end].mean(axis=1)
    kept = []
    for _, names in counts.groupby(
        [name.partition("=")[0] for name in counts.index]
    ).groups.items():
        ranked = volume[names][volume[names] >= least].sort_values(ascending=False, kind="stable")
        places = np.linspace(0, len(ranked) - 1, min(per_kind, len(ranked))).round().astype(int)
        kept += list(ranked.index[np.unique(places)])
    chosen = counts.loc[sorted(kept)]
    return chosen[~chosen.iloc[:, :end].duplicated()]
