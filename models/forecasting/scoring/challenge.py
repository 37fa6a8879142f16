r"""Is another way to forecast better? Two forecasts of the same days, and what came.

.. math:: s = 1 - \frac{\sum_{i,t} c'_{it} / m_i}{\sum_{i,t} c_{it} / m_i}

c is the champion's and c' the challenger's CRPS of series i on day t, m the series' own mean change
from week to week. Series share their loud days and days share their series, so both are drawn
again, each as a whole: series, and weeks of days that were forecast (the pigeonhole bootstrap,
Owen 2007, doi:10.1214/07-AOAS122, which errs on the side of too wide).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.errors import NotEnoughHistory
from models.forecasting.distribution import nb_cdf
from models.forecasting.panel import Floats
from models.forecasting.scoring.scores import crps_nb

_KEY = ["series_id", "origin", "date"]
_WEEK = 7
_RESAMPLES = 2000


@dataclass(frozen=True)
class Comparison:
    """What came of two forecasts of the same days.

    Parameters
    ----------
    skill : float
        Share by which the challenger's scaled CRPS is lower; negative where it is higher.
    low, high : float
        Ends of its bootstrap interval.
    coverage_80, coverage_95 : float
        Share of days inside the challenger's central intervals, by the PIT.
    champion_80, champion_95 : float
        The same of the champion's.
    n_origins, n_series, n_days : int
        Mornings, series, and pairs of a morning and a day that has come.
    first, last : Timestamp
        The first and the last of the mornings.
    """

    skill: float
    low: float
    high: float
    coverage_80: float
    coverage_95: float
    champion_80: float
    champion_95: float
    n_origins: int
    n_series: int
    n_days: int
    first: pd.Timestamp
    last: pd.Timestamp


def compare(
    champion: pd.DataFrame,
    challenger: pd.DataFrame,
    counts: pd.DataFrame,
    *,
    confidence: float,
    seed: int,
) -> Comparison:
    """Return how a challenger did against the champion on the days that have come.

    Parameters
    ----------
    champion, challenger : DataFrame
        FORECASTS frames; mornings, series and days that one of them lacks do not count.
    counts : DataFrame
        A COUNTS frame; provisional days have not come yet.
    confidence : float
        Of the bootstrap interval, e.g. 0.95.
    seed : int
        Of the bootstrap.

    Raises
    ------
    NotEnoughHistory
        If no day of both has come.
    """
    both = champion.merge(challenger, on=_KEY, suffixes=("", "_other"))
    final = counts.loc[~counts["is_provisional"], ["series_id", "date", "count"]]
    both = both.merge(final, on=["series_id", "date"])
    scale = _week_to_week(final, before=both["origin"].min())
    both["scale"] = both["series_id"].map(scale)
    both = both[both["scale"] > 0].sort_values(_KEY, ignore_index=True)
    if both.empty:
        raise NotEnoughHistory("No day that champion and challenger have both forecast has come.")
    y = both["count"].to_numpy(dtype=np.float64)
    one = both["mean"].to_numpy(), both["dispersion"].to_numpy()
    other = both["mean_other"].to_numpy(), both["dispersion_other"].to_numpy()
    cells = [_by_cell(both, crps_nb(y, *said) / both["scale"].to_numpy()) for said in (one, other)]
    low, high = _interval(*cells, confidence=confidence, rng=np.random.default_rng(seed))
    return Comparison(
        skill=1 - float(cells[1].sum() / cells[0].sum()),
        low=low,
        high=high,
        coverage_80=_coverage(y, *other, level=0.80),
        coverage_95=_coverage(y, *other, level=0.95),
        champion_80=_coverage(y, *one, level=0.80),
        champion_95=_coverage(y, *one, level=0.95),
        n_origins=int(both["origin"].nunique()),
        n_series=int(both["series_id"].nunique()),
        n_days=len(both),
        first=both["origin"].min(),
        last=both["origin"].max(),
    )


def faults(
    found: Comparison,
    *,
    margin: float,
    min_origins: int,
    coverage_80: tuple[float, ...],
    coverage_95: tuple[float, ...],
) -> list[str]:
    """Return why a challenger may not take over, in plain words; empty if it may.

    Parameters
    ----------
    found : Comparison
        Of the same mornings.
    margin : float
        By which share its CRPS must be lower.
    min_origins : int
        How many mornings there must be.
    coverage_80, coverage_95 : tuple of float
        Lower and upper end of the share of days that its intervals must have held.
    """
    said = []
    if found.n_origins < min_origins:
        said.append(f"compared on {found.n_origins} mornings, needs {min_origins}")
    if found.skill <= margin:
        said.append(
            f"its CRPS is {_lower(found.skill)} than the champion's, "
            f"and must be more than {margin:.1%} lower"
        )
    if found.low <= 0:
        said.append(f"the interval of that, {found.low:.1%} to {found.high:.1%}, is not above 0")
    bands = ((80, found.coverage_80, coverage_80), (95, found.coverage_95, coverage_95))
    for level, held, (low, high) in bands:
        if not low <= held <= high:
            said.append(
                f"its {level} % intervals held {held:.0%} of the days, not {low:.0%} to {high:.0%}"
            )
    return said


def in_words(found: Comparison) -> str:
    """Return the comparison as one sentence."""
    return (
        f"CRPS {_lower(found.skill)} than the champion's (interval {found.low:.1%} to "
        f"{found.high:.1%}) on {found.n_origins} mornings from {found.first:%Y-%m-%d} to "
        f"{found.last:%Y-%m-%d}, {found.n_series} series; its 80 and 95 % intervals held "
        f"{found.coverage_80:.0%} and {found.coverage_95:.0%}"
    )


def _lower(skill: float) -> str:
    return f"{abs(skill):.1%} {'lower' if skill >= 0 else 'higher'}"


def _week_to_week(counts: pd.DataFrame, *, before: pd.Timestamp) -> pd.Series:
    """Return each series' mean change from a day to the same weekday a week on."""
    past = counts[counts["date"] < before].sort_values(["series_id", "date"], ignore_index=True)
    gap = past.groupby("series_id")["date"].diff(_WEEK).dt.days == _WEEK
    change = past.groupby("series_id")["count"].diff(_WEEK).abs()
    return change[gap].groupby(past["series_id"]).mean()


def _by_cell(both: pd.DataFrame, values: Floats) -> Floats:
    """Return the sums by series and week of the day that was forecast: (n_series, n_weeks)."""
    days = (both["date"] - both["date"].min()).dt.days
    cells = pd.Series(values).groupby([both["series_id"], days // _WEEK]).sum()
    by_week: Floats = cells.unstack(fill_value=0.0).to_numpy(dtype=np.float64)  # noqa: PD010
    return by_week


def _interval(
    champion: Floats, challenger: Floats, *, confidence: float, rng: np.random.Generator
) -> tuple[float, float]:
    n_series, n_weeks = champion.shape
    series = rng.multinomial(n_series, np.full(n_series, 1 / n_series), size=_RESAMPLES)
    weeks = rng.multinomial(n_weeks, np.full(n_weeks, 1 / n_weeks), size=_RESAMPLES)
    one, other = (((series @ cells) * weeks).sum(axis=1) for cells in (champion, challenger))
    skill = 1 - other[one > 0] / one[one > 0]
    tail = (1 - confidence) / 2
    low, high = np.quantile(skill, [tail, 1 - tail]) if len(skill) else (-np.inf, np.inf)
    return float(low), float(high)


def _coverage(y: Floats, mean: Floats, dispersion: Floats, *, level: float) -> float:
    """Return the expected share of randomised PITs in the central interval: no draw needed."""
    below, upto = nb_cdf(y - 1, mean, dispersion), nb_cdf(y, mean, dispersion)
    low, high = (1 - level) / 2, (1 + level) / 2
    inside = np.clip(upto, low, high) - np.clip(below, low, high)
    width = upto - below
    held = np.where(width > 0, inside / np.where(width > 0, width, 1.0), 0.0)
    return float(held.mean())
