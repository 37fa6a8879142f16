"""How many people can have seen a rise in public, against as many complaints as usual.

A window of n complaints whose reach (replies, shares, followers) is known was seen by their sum at
most. What is usual for as many is read from the complaints before, cut in order of time into blocks
of n:

    usual = median of the blocks' sums,   high = their 95 % quantile

Followers are so unevenly spread that a mean would be one loud account's; a median of sums is not,
and the high quantile says how far such sums go without anything being wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

# Fewer blocks cannot say what is usual: the largest of nine is beaten by chance once in ten.
_LEAST_BLOCKS = 9
_HIGH = 0.95

# Widely seen: so many times the usual, beyond its high, and by as many people as a small town has.
# As `severity` in params.yaml has them.
FAR = 5.0
LEAST_PEOPLE = 1000.0


@dataclass(frozen=True)
class Reach:
    """Who can have seen the complaints of a window.

    Parameters
    ----------
    seen : float or None
        People, summed over the complaints whose reach is known; None where none is.
    usual, high : float or None
        Median and 95 % quantile of as many complaints before; None where too few are known.
    """

    seen: float | None = None
    usual: float | None = None
    high: float | None = None

    def is_wide(self, *, times: float = FAR, people: float = LEAST_PEOPLE) -> bool:
        """Return whether far more people than usual can have seen it."""
        return is_widely_seen(self.seen, self.usual, self.high, times=times, people=people)


UNKNOWN = Reach()


def is_widely_seen(
    seen: float | None,
    usual: float | None,
    high: float | None,
    *,
    times: float = FAR,
    people: float = LEAST_PEOPLE,
) -> bool:
    """Return whether a reach is so many times the usual, above its high and so many people.

    What is not known is never wide.

    Parameters
    ----------
    seen, usual, high : float or None
        As of :class:`Reach`.
    times, people : float
        At least so many times the usual, and so many people.

    Examples
    --------
    >>> is_widely_seen(120_000, 3000, 20_000), is_widely_seen(120_000, 3000, 150_000)
    (True, False)
    >>> is_widely_seen(900, 3, 20), is_widely_seen(120_000, None, None)
    (False, False)
    """
    if seen is None or usual is None or high is None:
        return False
    return bool(seen >= max(times * usual, people) and seen > high)


def reach_of(window: pd.Series, *pasts: pd.Series) -> Reach:
    """Return who can have seen a window's complaints, and who sees as many as a rule.

    Parameters
    ----------
    window : Series of float
        Reach of each complaint in the window; missing where not known.
    *pasts : Series of float
        The same of complaints before it, in order of time: the theme's own, then all themes'.
        The first with enough to make nine blocks counts.
    """
    known = window.dropna().to_numpy(dtype=np.float64)
    if not len(known):
        return UNKNOWN
    seen = float(known.sum())
    sums = _sums(pasts, len(known))
    if sums is None:
        return Reach(seen)
    # "higher": a sum that came; with fewer than twenty blocks it is the largest of all.
    high = float(np.quantile(sums, _HIGH, method="higher"))
    return Reach(seen, float(np.median(sums)), high)


def _sums(pasts: Sequence[pd.Series], size: int) -> np.ndarray | None:
    """Return the sums of blocks of so many complaints, the newest complaints always in one."""
    for past in pasts:
        known = past.dropna().to_numpy(dtype=np.float64)
        blocks = len(known) // size
        if blocks >= _LEAST_BLOCKS:
            sums: np.ndarray = known[len(known) - blocks * size :].reshape(blocks, size).sum(axis=1)
            return sums
    return None
