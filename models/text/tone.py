r"""Whether people write of a theme more harshly, or more mildly, than they usually do.

The last 7 and the last 28 days are held against the 182 days before the last 28. A customer's texts
of one week count as one (their mean), as do copies of one text where the writer is unknown: ten
mails of one angry person are one angry person. With x the value of such a unit, n_w units and mean
m_w in week w, m the mean of the N units of the k usual weeks, and m' that of the n units of the
window:

.. math::

    \sigma^2 = \sum_w \sum_{x \in w} (x - m_w)^2 / (units - weeks)

    \tau^2 = \max(0, \frac{\sum_{usual} n_w (m_w - m)^2 - (k - 1) \sigma^2}
                          {N - \sum_{usual} n_w^2 / N})

    t = \frac{m' - m}{\sqrt{\sigma^2 (1/n + 1/N)
        + \tau^2 (\sum_{window} n_w^2 / n^2 + \sum_{usual} n_w^2 / N^2)}}

sigma is the spread within weeks (the window's included), tau that between usual weeks (analysis of
variance; DerSimonian and Laird 1986, https://doi.org/10.1016/0197-2456(86)90046-2): a theme whose
tone moves from week to week anyhow must move further to stand out. t is read off Student's
distribution with k - 1 degrees of freedom, on both sides.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.contracts import TONE, conform, empty

WINDOWS_DAYS = (7, 28)
USUAL_WEEKS = 26
CLEAR_P = 0.01  # one window in a hundred differs so much by chance
# A difference that no reader would hear is not told, however many texts make it certain.
LEAST_DIFFERENCE = 0.1
LEAST_TEXTS, LEAST_USUAL_TEXTS, LEAST_USUAL_WEEKS = 10, 50, 8
_WINDOW_WEEKS = max(WINDOWS_DAYS) // 7
_DAY = pd.Timedelta(days=1)


class Difference(NamedTuple):
    """How far a window's mean lies from the usual one, and how likely that is by chance."""

    window: float
    usual: float
    p_value: float | None


def tones(complaints: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return how each theme's tone of the last days compares with its usual one.

    Parameters
    ----------
    complaints : DataFrame
        ``complaint_id, created_at, text_hash, customer_key, sentiment, theme_id``; rows without
        a sentiment or a theme, or created at or after `as_of`, are not read.
    as_of : Timestamp
        The moment, UTC; weeks are counted back from it.

    Returns
    -------
    DataFrame
        A TONE frame: two rows (7 and 28 days) for each theme with any text that could be read.
        ``p_value`` is empty where texts are too few, ``is_clear`` then false.
    """
    units = _units(complaints, as_of)
    found = []
    for theme_id, rows in units.groupby("theme_id", sort=True, observed=True):
        values = rows["sentiment"].to_numpy(dtype=np.float64)
        weeks = rows["week"].to_numpy(dtype=np.int64)
        found += [_row(str(theme_id), days, values, weeks) for days in WINDOWS_DAYS]
    if not found:
        return empty(TONE)
    return conform(pd.DataFrame(found).assign(as_of=as_of), TONE)


def _units(complaints: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return ``theme_id, week, sentiment``: one row a theme, week (0: the last) and writer."""
    is_read = complaints["sentiment"].notna() & complaints["theme_id"].notna()
    rows = complaints[is_read & (complaints["created_at"] < as_of)]
    # A moment before as_of is on day 0: the same day of the week would else count twice.
    back = (as_of - rows["created_at"] - pd.Timedelta(1, "us")) // _DAY
    writer = rows["customer_key"].fillna("text " + rows["text_hash"])
    rows = rows.assign(week=back // 7, writer=writer)
    rows = rows[rows["week"] < _WINDOW_WEEKS + USUAL_WEEKS]
    # In a fixed order: sums of fractions depend on it in their last digit. Not in that of the
    # writers' keys, which are salted hashes, other ones in another workspace.
    rows = rows.sort_values("complaint_id")
    keys = ["theme_id", "week", "writer"]
    return rows.groupby(keys, sort=False, observed=True)["sentiment"].mean().reset_index()


def _row(
    theme_id: str, days: int, values: NDArray[np.float64], weeks: NDArray[np.int64]
) -> dict[str, Any]:
    is_window, is_usual = weeks < days // 7, weeks >= _WINDOW_WEEKS
    n, usual = int(is_window.sum()), int(is_usual.sum())
    usual_weeks = len(np.unique(weeks[is_usual]))
    row: dict[str, Any] = {
        "theme_id": theme_id,
        "days": days,
        "texts": n,
        "usual_texts": usual,
        "usual_weeks": usual_weeks,
        "mean": float(values[is_window].mean()) if n else None,
        "usual_mean": float(values[is_usual].mean()) if usual else None,
        "p_value": None,
        "is_clear": False,
    }
    if n < LEAST_TEXTS or usual < LEAST_USUAL_TEXTS or usual_weeks < LEAST_USUAL_WEEKS:
        return row
    found = difference(values[is_window], weeks[is_window], values[is_usual], weeks[is_usual])
    is_heard = abs(found.window - found.usual) >= LEAST_DIFFERENCE
    is_clear = found.p_value is not None and found.p_value < CLEAR_P and is_heard
    return {**row, "p_value": found.p_value, "is_clear": is_clear}


def difference(
    window: NDArray[np.float64],
    window_weeks: NDArray[np.int64],
    usual: NDArray[np.float64],
    usual_weeks: NDArray[np.int64],
) -> Difference:
    """Return how a window's values differ from the usual ones, see the module's formula.

    Parameters
    ----------
    window, usual : ndarray of shape (n,), (N,)
        Sentiments, -1 to 1; neither is empty, and ``usual`` has two weeks or more.
    window_weeks, usual_weeks : ndarray of int, of the same shapes
        The week that each belongs to; no week is in both.

    Returns
    -------
    Difference
        Without a p-value where all values of each week are the same: nothing then says how much
        chance does.

    Examples
    --------
    >>> weeks = np.array([1, 1, 2, 2])
    >>> usual = np.array([0.0, 0.2, 0.0, 0.2])
    >>> found = difference(np.array([-0.5, -0.3]), np.array([0, 0]), usual, weeks)
    >>> round(found.window, 3), round(found.usual, 3), round(found.p_value, 3)
    (-0.4, 0.1, 0.153)
    """
    now, before = _Weeks.of(window, window_weeks), _Weeks.of(usual, usual_weeks)
    n, total, k = len(window), len(usual), len(before.sizes)
    free = n + total - len(now.sizes) - k
    within = (now.within + before.within) / free if free else 0.0
    means = (window.mean(), usual.mean())
    between = float((before.sizes * (before.means - means[1]) ** 2).sum()) - (k - 1) * within
    tau = max(0.0, between / (total - float((before.sizes**2).sum()) / total))
    variance = within * (1 / n + 1 / total) + tau * (
        float((now.sizes**2).sum()) / n**2 + float((before.sizes**2).sum()) / total**2
    )
    if variance <= 0:
        return Difference(float(means[0]), float(means[1]), None)
    from scipy.stats import t as student

    t = (means[0] - means[1]) / math.sqrt(variance)
    p = 2 * float(student.sf(abs(t), k - 1))
    return Difference(float(means[0]), float(means[1]), p)


class _Weeks(NamedTuple):
    """The weeks of some values: how many, their means, and the squares within them."""

    sizes: NDArray[np.float64]
    means: NDArray[np.float64]
    within: float

    @classmethod
    def of(cls, values: NDArray[np.float64], weeks: NDArray[np.int64]) -> _Weeks:
        _, place, sizes = np.unique(weeks, return_inverse=True, return_counts=True)
        means = np.bincount(place, weights=values) / sizes
        return cls(sizes.astype(np.float64), means, float(((values - means[place]) ** 2).sum()))
