"""Do two rises tell of one issue? Of the same day, and about the same thing more than ever.

An event is seldom the matter of one theme alone: when an add-on certificate expired, people wrote
of add-ons and of ad blockers, in two themes that both rose. What tells them from two events of one
day is that their texts now lie nearer to each other than the two themes' texts usually do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

MAX_DAYS_APART = 1  # between the days on which the two opened
_LEAST_TEXTS = 5  # on either side: fewer have no middle
_LEAST_NEARNESS = 0.75
_BLOCK_TEXTS = 10  # of each theme in a stretch of its quiet past
_MAX_BLOCKS = 20
_FEW_BLOCKS = 3  # fewer say nothing of how the nearness varies
_SPREADS = 3.0  # standard deviations that are no chance
_LEAST_MARGIN, _UNSURE_MARGIN = 0.05, 0.1  # above the usual; the second where the spread is unknown


@dataclass(frozen=True)
class Rise:
    """A warning that is open.

    Attributes
    ----------
    warning_id : str
    opened : int
        Number of the day.
    """

    warning_id: str
    opened: int


def nearness(one: Floats, other: Floats) -> float:
    """Return the cosine of two groups' centroids, freed of the noise of few texts.

        a · b / √(s(A) s(B)),    s(A) = Σ_{i≠j} a_i · a_j / n(n − 1)

    with a and b the means of the unit vectors, and s the mean cosine of two different texts of a
    group: the plain centroids' cosine counts each text's nearness to itself, and so is the lower
    the fewer texts there are.

    Parameters
    ----------
    one, other : ndarray of shape (n_texts, dimension)
        Unit vectors; at least two a group.

    Returns
    -------
    float
        At most 1; 0 where the texts of a group have nothing in common.

    Examples
    --------
    Two groups that each point two ways, of which they share one: plainly .8, and as near as can be
    told from so few.

    >>> x, y, z = np.eye(3, dtype=np.float32)
    >>> nearness(np.stack([x, x, y]), np.stack([x, x, z]))
    1.0
    >>> nearness(np.stack([x, x]), np.stack([y, y]))
    0.0
    """
    within = [_mean_of_pairs(one), _mean_of_pairs(other)]
    if min(within) <= 0:
        return 0.0
    between = float(one.mean(axis=0, dtype=np.float64) @ other.mean(axis=0, dtype=np.float64))
    return min(between / float(np.sqrt(within[0] * within[1])), 1.0)


def _mean_of_pairs(rows: Floats) -> float:
    total = rows.sum(axis=0, dtype=np.float64)
    own = float((rows.astype(np.float64) ** 2).sum())
    return (float(total @ total) - own) / (len(rows) * (len(rows) - 1))


def is_one_issue(one: Floats, other: Floats, *, one_before: Floats, other_before: Floats) -> bool:
    """Return whether the texts of two rises are nearer than the two themes' texts ever are.

    They must have a :func:`nearness` of .75, and exceed what is usual: its mean over stretches of
    the quiet past by three standard deviations of these, and by at least .05. Of a theme without
    a past (it was just born) the texts of now stand for it; of two such, .75 is all that is asked.

    Parameters
    ----------
    one, other : ndarray of shape (n_texts, dimension)
        Unit vectors of the distinct texts since the rise; fewer than five tell nothing.
    one_before, other_before : ndarray of shape (n_texts, dimension)
        Of the quiet past, oldest first.
    """
    if min(len(one), len(other)) < _LEAST_TEXTS:
        return False
    now = nearness(one, other)
    if now < _LEAST_NEARNESS:
        return False
    usual = _usual(one_before, other_before, one, other)
    if not usual:
        return True
    has_spread = len(usual) >= _FEW_BLOCKS
    margin = max(_SPREADS * float(np.std(usual, ddof=1)), _LEAST_MARGIN) if has_spread else None
    return now >= float(np.mean(usual)) + (_UNSURE_MARGIN if margin is None else margin)


def _usual(one_before: Floats, other_before: Floats, one: Floats, other: Floats) -> list[float]:
    """Return the nearness of the two themes in stretches of their quiet past."""
    has_past = [len(rows) >= _BLOCK_TEXTS for rows in (one_before, other_before)]
    if not any(has_past):
        return []
    if not all(has_past):
        old, new = (one_before, other) if has_past[0] else (other_before, one)
        return [nearness(part, new) for part in _stretches(old, len(old) // _BLOCK_TEXTS)]
    count = min(len(one_before), len(other_before)) // _BLOCK_TEXTS
    pairs = zip(_stretches(one_before, count), _stretches(other_before, count), strict=True)
    return [nearness(*pair) for pair in pairs]


def _stretches(rows: Floats, count: int) -> list[Floats]:
    return np.array_split(rows, min(count, _MAX_BLOCKS))


def joined(
    rises: Sequence[Rise],
    *,
    known: Mapping[str, str],
    is_one: Callable[[str, str], bool],
) -> dict[str, str]:
    """Return the rises that are told in another's warning, and in whose.

    What was joined stays so while both are open, under the same lead; a lead that closes hands
    over to the strongest that is left.

    Parameters
    ----------
    rises : sequence of Rise
        All that are open, the strongest first.
    known : mapping of str to str
        The answer of the morning before.
    is_one : callable
        Asked of two names, of rises that opened at most a day apart.
    """
    names = [rise.warning_id for rise in rises]
    group = {name: name for name in names}

    def join(one: str, other: str) -> None:
        old, new = group[other], group[one]
        group.update({name: new for name in names if group[name] == old})

    led: dict[str, str] = {}
    for name in names:
        lead = known.get(name, name)
        join(led.setdefault(lead, lead if lead in group else name), name)
    for i, one in enumerate(rises):
        for other in rises[i + 1 :]:
            is_apart = group[one.warning_id] != group[other.warning_id]
            is_near = abs(one.opened - other.opened) <= MAX_DAYS_APART
            if is_apart and is_near and is_one(one.warning_id, other.warning_id):
                join(one.warning_id, other.warning_id)
    out = {}
    for members in ([n for n in names if group[n] == g] for g in dict.fromkeys(group.values())):
        leads = [name for name in members if name in set(known.values())]
        first = (leads or members)[0]
        out.update({name: first for name in members if name != first})
    return out
