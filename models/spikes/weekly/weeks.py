"""A table of weekly counts, checked, and the first week of it that has its whole past."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WEEKS_A_YEAR = 52


def weekly_table(
    counts: NDArray[np.int64] | Floats, *, first: int | None, needed: int
) -> tuple[Floats, int]:
    """Return the counts as numbers, and the first week to judge.

    Parameters
    ----------
    counts : ndarray of shape (n_series, n_weeks)
        Complaints a week without gaps.
    first : int or None
        Index of the first week to judge; by default the first that has its whole past.
    needed : int
        Weeks that a week is held against.

    Raises
    ------
    ValueError
        If counts are negative or missing, or the week asked for has no whole past.
    """
    y = np.asarray(counts, dtype=np.float64)
    if y.ndim != 2 or not np.isfinite(y).all() or (y < 0).any():
        raise ValueError("counts must be a table (series x weeks) of numbers >= 0 without gaps.")
    first = needed if first is None else first
    if not 0 < needed <= first < y.shape[1]:
        raise ValueError(
            f"A week is held against the {needed} weeks before it; asked was for week {first} "
            f"(from 0) of {y.shape[1]}: give more history or fewer years."
        )
    return y, first
