"""What a stretch of mornings said, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

# What became of it: a real rise, no real rise, or nobody can say (its last days are not known
# yet, or its theme ended and stands in no other).
BORNE_OUT, NOT_BORNE_OUT, NOT_KNOWN = "real", "not real", "not known"

EPISODES = (
    *("warning_id", "theme_id", "title", "title_last", "kind", "first_told", "born_at"),
    *("opened_on", "closed_on", "mornings", "severity", "observed", "expected"),
    *("observed_most", "is_concentrated", "joined_to", "verdict", "peak_on", "peak_count"),
)
MISSED = ("theme_id", "title", "first", "peak_on", "last", "peak_count", "complaints")


class Held(NamedTuple):
    """Warnings and misses of a stretch of mornings.

    Attributes
    ----------
    episodes : DataFrame
        One row a warning, as it was first told: ``EPISODES``, by ``first_told``.
    missed : DataFrame
        Real rises within the stretch that nobody was warned of: ``MISSED``.
    """

    episodes: pd.DataFrame
    missed: pd.DataFrame


@dataclass(frozen=True)
class Replay:
    """What a stretch of mornings said, and how it did.

    Parameters
    ----------
    mornings : tuple of Timestamp
        The moments that were lived, UTC.
    end : Timestamp
        The moment by which what came is known, UTC.
    warnings, forecasts, outlook, scores, births : DataFrame
        Rows of these tables of all mornings.
    themes : DataFrame
        ``as_of`` and THEMES columns.
    counts : DataFrame
        A COUNTS frame of the end.
    held : Held
        The warnings held against what came.
    theme_years : float
        Years of themes watched: the unit of the budget of false alarms.
    every_days : int
        Days between mornings.
    refused : tuple of (Timestamp, str)
        Mornings of the stretch on which nothing could be said, and why: not among `mornings`.
    """

    mornings: tuple[pd.Timestamp, ...]
    end: pd.Timestamp
    warnings: pd.DataFrame
    forecasts: pd.DataFrame
    outlook: pd.DataFrame
    scores: pd.DataFrame
    births: pd.DataFrame
    themes: pd.DataFrame
    counts: pd.DataFrame
    held: Held
    theme_years: float
    every_days: int = 1
    refused: tuple[tuple[pd.Timestamp, str], ...] = ()
