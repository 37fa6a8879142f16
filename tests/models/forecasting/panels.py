"""Small panels that the tests of this room share."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.forecasting.panel import WEEKS_OF_A_YEAR, Panel

RHYTHM = np.array([1.3, 1.2, 1.0, 1.0, 1.1, 0.8, 0.6])


def make_panel(y: np.ndarray, *, horizon: int = 28, end: str = "2019-06-02") -> Panel:
    """Return a panel of the rows of `y` that ends on a Sunday, without holidays."""
    y = np.atleast_2d(np.asarray(y, dtype=float))
    dates = pd.date_range(end=end, periods=y.shape[1], freq="D").as_unit("us")
    names = tuple(f"theme=t{i}|channel=*|brand=*" for i in range(len(y)))
    none = np.zeros(len(dates), dtype=bool)
    return Panel(dates, names, y, none, np.zeros(horizon, dtype=bool))


def weekly_counts(level: float, days: int, *, seed: int = 0, dispersion: float = 0.2) -> np.ndarray:
    """Return negative binomial counts with a weekday rhythm, the last day a Sunday."""
    rng = np.random.default_rng(seed)
    rhythm = RHYTHM[(np.arange(days) - days) % 7]
    mean = level * rhythm
    return rng.poisson(rng.gamma(1 / dispersion, dispersion * mean)).astype(float)


def make_weeks(y: np.ndarray, *, horizon: int = 8, end: str = "2019-05-27") -> Panel:
    """Return a panel of weekly counts, the rows of `y`; without holidays."""
    y = np.atleast_2d(np.asarray(y, dtype=float))
    dates = pd.date_range(end=end, periods=y.shape[1], freq="7D").as_unit("us")
    names = tuple(f"theme=t{i}|channel=*|brand=*" for i in range(len(y)))
    none = np.zeros(len(dates), dtype=bool)
    return Panel(
        dates, names, y, none, np.zeros(horizon, dtype=bool), period=WEEKS_OF_A_YEAR, step_days=7
    )


def odd_series(length: int) -> dict[str, np.ndarray]:
    """Return the series that break models, by what is odd about them."""
    step = np.arange(length)
    return {
        "all zero": np.zeros(length),
        "constant": np.full(length, 7.0),
        "one point": np.where(step == length - 1, 3.0, np.nan),
        "one count": (step == length // 2).astype(float),
        "gaps": np.where(step % 5 == 0, np.nan, weekly_counts(4.0, length)),
        "huge": 1e6 * weekly_counts(4.0, length, seed=1),
        "unknown": np.full(length, np.nan),
        "young": np.where(step < length - 9, np.nan, weekly_counts(3.0, length, seed=2)),
    }
