"""Step: who can have seen what a warning tells of, from the complaints' reach."""

from __future__ import annotations

import pandas as pd

from models.spikes.reach import UNKNOWN, Reach, reach_of

_COLUMN = "reach"


def window_reach(window: pd.DataFrame, past: pd.DataFrame, everything: pd.DataFrame) -> Reach:
    """Return who can have seen a window's complaints; nothing where no reach was read.

    Parameters
    ----------
    window, past : DataFrame
        Complaints of a theme, in order of time.
    everything : DataFrame
        Complaints of all themes in the days of ``past``, in order of time.
    """
    if _COLUMN not in window:
        return UNKNOWN
    return reach_of(window[_COLUMN], past[_COLUMN], everything[_COLUMN])


def reach_columns(reach: Reach) -> dict[str, float | None]:
    """Return the columns of a warning that tell of it."""
    return {"reach": reach.seen, "usual_reach": reach.usual, "high_reach": reach.high}
