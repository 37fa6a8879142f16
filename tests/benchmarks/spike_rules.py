"""The rules that spikes are compared on: each gives a score, the lower the rarer.

So every rule can be asked at the same number of false alarms: its threshold is where so many
quiet weeks lie below. Textbook rules are scored by the normal tail of their own statistic.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from models.spikes.now import detect_now
from models.spikes.weekly.farrington import farrington_flexible
from models.spikes.weekly.farrington_rules import FarringtonRules
from models.spikes.weekly.seasonal import weekly_p_values

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

# Vendors' and EARS' standard deviation of seven equal counts is 0, and any count beyond measure.
_LEAST_SD = 0.5
_LEAST_CASES, _IN_WEEKS = 5, 4  # farringtonFlexible's own floor
_NOW_DAYS = 182 + 7 + 60  # Now's baseline, its gap, and some to learn the spread from


def running_mean_sd(counts: Counts, days: int, *, lag: int = 1) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of so many counts that end `lag` before each."""
    past = pd.DataFrame(counts.T.astype(float)).shift(lag).rolling(days)
    return past.mean().to_numpy().T, past.std().to_numpy().T


def ears(counts: Counts, method: str) -> Floats:
    """Return the score of EARS C1, C2 or C3 (Fricker, Hegler, Dunfee 2008, doi:10.1002/sim.3197).

    C1: (y - mean) / sd of the seven weeks before; C2: of seven weeks that end three before; C3:
    the sum of C2 - 1, where positive, over three weeks.
    """
    mean, sd = running_mean_sd(counts, 7, lag=1 if method == "C1" else 3)
    z = (counts - mean) / np.maximum(sd, _LEAST_SD)
    if method == "C3":
        above = np.nan_to_num(np.maximum(z - 1, 0))
        z = (
            above
            + np.pad(above, ((0, 0), (2, 0)))[:, :-2]
            + np.pad(above, ((0, 0), (1, 0)))[:, :-1]
        )
    return _tail(z)


def mean_of_seven(counts: Counts) -> Floats:
    """Return the score of the vendors' rule: above the mean of the last seven + k sd."""
    mean, sd = running_mean_sd(counts, 7)
    return _tail((counts - mean) / np.maximum(sd, _LEAST_SD))


def z_score(counts: Counts, periods: int) -> Floats:
    """Return the score of a z-score against so many periods before."""
    mean, sd = running_mean_sd(counts, periods)
    return _tail((counts - mean) / np.maximum(sd, _LEAST_SD))


def farrington(counts: Counts, *, first: int, rules: FarringtonRules | None = None) -> Floats:
    """Return the score of farringtonFlexible: its p, 1 where it never raises an alarm."""
    rules = rules or FarringtonRules(method="nbPlugin")
    found = farrington_flexible(counts, first=first, rules=rules)
    running = np.cumsum(np.pad(counts, ((0, 0), (1, 0))), axis=1)
    weeks = np.arange(first, counts.shape[1])
    enough = running[:, weeks + 1] - running[:, weeks + 1 - _IN_WEEKS] >= _LEAST_CASES
    may = enough & (counts[:, first:] > 0) & np.isfinite(found.p_value)
    return np.where(may, found.p_value, 1.0)


def seasonal(counts: Counts, *, first: int) -> Floats:
    """Return the score of our negative binomial regression on the season."""
    return weekly_p_values(counts, first=first)


def now_by_day(counts: Counts, *, first: int, seed: int = 0) -> Floats:
    """Return the score of Now's windows, each week's cases put on its seven days by chance.

    The least p of a week's days with Now's floors. It knows half a year, and no season.
    """
    rng = np.random.default_rng(seed)
    weeks = counts[:, max(0, first - _NOW_DAYS // 7) :]
    daily = rng.multinomial(weeks, np.full(7, 1 / 7)).reshape(len(weeks), -1)
    dates = pd.date_range("2001-01-01", periods=daily.shape[1], freq="D")
    found = detect_now(daily, dates, np.zeros(len(dates), dtype=bool))
    least = now_p(found.p_value, found.observed, found.expected)
    by_week = least.reshape(len(weeks), -1, 7).min(axis=2)
    return by_week[:, -(counts.shape[1] - first) :]


def now_p(p: Floats, observed: Floats, expected: Floats, *, least: int = 8) -> Floats:
    """Return the least p of Now's windows, 1 where its floors do not hold."""
    is_high = (observed >= least) & (observed >= 1.5 * expected)
    return np.where(is_high, p, 1.0).min(axis=0)


def _tail(z: Floats) -> Floats:
    # Beyond 37 sd the tail is 0 for a computer, and those weeks could not be told apart.
    return np.asarray(norm.sf(np.minimum(np.nan_to_num(z, nan=-9.0), 37.0)))
