"""What a search for themes tells: its steps while it goes on, and the themes at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pandas as pd

from models.contracts import UNLIKE_ALL

Progress = Callable[[int, int], object]  # called with (steps done, steps in all)

STEPS = 3  # themes known, complaints assigned, written


@dataclass(frozen=True)
class ThemesResult:
    """The themes as of a morning.

    Attributes
    ----------
    version : str
        Moment of the fit in use, ISO 8601 in UTC.
    refitted : bool
        Whether this call made that version.
    themes : DataFrame
        ``contracts.THEMES`` rows of the version, as its fit wrote them: what joined a theme
        since is in no title, label, exemplar or size. Where the first text of a language came
        after the fit, the theme of other languages is described from what is known now.
    assignments : DataFrame
        ``contracts.ASSIGNMENTS`` rows of the version, one for every complaint given. One that
        was assigned by an earlier call keeps its theme until a refit, unless its text was
        corrected since.
    new_assigned : int
        Complaints (with or without a theme) that this call assigned for the first time, or
        anew since they were corrected: at a refit all, else of those that came after the version.
    unassigned : int
        Complaints given that have no theme because they are unlike any.
    no_complaint : dict of str to int
        Complaints given that are none, by kind; they have no theme.
    foreign : dict of str to int
        Complaints given that are in no main language, by language.
    ended : DataFrame of ``theme_id, status, into``
        Themes of the version before that this call's refit merged or retired.
    """

    version: str
    refitted: bool
    themes: pd.DataFrame
    assignments: pd.DataFrame
    new_assigned: int
    unassigned: int
    no_complaint: dict[str, int] = field(default_factory=dict)
    foreign: dict[str, int] = field(default_factory=dict)
    ended: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["theme_id", "status", "into"])
    )


def as_result(
    version: str,
    refitted: bool,
    themes: pd.DataFrame,
    complaints: pd.DataFrame,
    assignments: list[pd.DataFrame],
    new_assigned: int,
    ended: pd.DataFrame | None = None,
) -> ThemesResult:
    """Return the themes and all their assignments, with what they come to.

    Parameters
    ----------
    version, refitted, themes, new_assigned
        As the result has them.
    complaints : DataFrame of ``kind, foreign``
        All complaints given.
    assignments : list of DataFrame
        ``contracts.ASSIGNMENTS`` rows; together one for each complaint.
    ended : DataFrame, optional
        As the result has it; none ended without it.
    """
    found = [rows for rows in assignments if len(rows)] or assignments[:1]
    whole = pd.concat(found).sort_values("complaint_id", ignore_index=True)
    result = ThemesResult(
        version=version,
        refitted=refitted,
        themes=themes,
        assignments=whole,
        new_assigned=new_assigned,
        unassigned=int((whole["reason"] == UNLIKE_ALL).sum()),
        no_complaint=_tally(complaints["kind"]),
        foreign=_tally(complaints["foreign"]),
    )
    return result if ended is None else replace(result, ended=ended)


def _tally(values: pd.Series) -> dict[str, int]:
    counts = values.dropna().value_counts()
    return {str(name): int(counts[name]) for name in sorted(counts.index)}
