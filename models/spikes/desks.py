"""How many warnings a desk can look at in a week: the strongest are told, the others wait.

A false-alarm rate is promised for each theme, and a desk with two hundred themes is warned so much
more often. What it can look at in a week is another number, the user's: the warnings of each owner
beyond it are held back. Severe ones never are, nor is what was told before: it goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

_ALWAYS_TOLD = 3  # this level and those above


class Candidate(NamedTuple):
    """A warning of this morning.

    Attributes
    ----------
    name, owner : str
    severity : int
        1 to 4.
    extra : float
        Complaints above the expected.
    is_told : bool
        Whether an earlier morning told it.
    is_this_weeks : bool
        Whether it opened in the desk's last seven days, or since a morning last told anything.
    is_open : bool
    """

    name: str
    owner: str
    severity: int
    extra: float
    is_told: bool
    is_this_weeks: bool
    is_open: bool


def held_back(candidates: Sequence[Candidate], *, per_week: int) -> set[str]:
    """Return the names of the warnings that wait, as their desk has had its share of the week.

    Parameters
    ----------
    candidates : sequence of Candidate
        All warnings of the morning, closed ones too: they were looked at.
    per_week : int
        What a desk looks at in seven days.

    Examples
    --------
    A desk of one warning a week has had none: the stronger of two is told.

    >>> weak = Candidate("a", "Service", 1, 3.0, is_told=False, is_this_weeks=True, is_open=True)
    >>> held_back([weak, weak._replace(name="b", extra=9.0)], per_week=1)
    {'a'}
    """
    had = Counter(it.owner for it in candidates if it.is_told and it.is_this_weeks)
    waiting = [it for it in candidates if it.is_open and not it.is_told]
    out = set()
    for it in sorted(waiting, key=lambda it: (-it.severity, -it.extra, it.name)):
        # What has waited for a week is no news any more.
        has_place = it.is_this_weeks and had[it.owner] < per_week
        if it.severity < _ALWAYS_TOLD and not has_place:
            out.add(it.name)
        else:
            had[it.owner] += 1
    return out
