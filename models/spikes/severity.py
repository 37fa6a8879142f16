"""How bad a rise is: a level from 1 (watch) to 4 (crisis)."""

from __future__ import annotations

# A level needs all of its row: so many times the expected, and an excess (observed less
# expected) of so many complaints and of so much of everything that usually comes in. A small
# theme that trebles is worth a look; a crisis fills the house.
_LEVELS = (
    # level, ratio, excess, share of the usual total
    (4, 5.0, 50.0, 1.0),
    (3, 3.0, 20.0, 0.25),
    (2, 2.0, 10.0, 0.05),
)

# From here on chance is no explanation; a rise less sure than that is only watched.
_SURE_P = 1e-4

# One source typing a backlog, or one angry customer, is checked before anyone is woken.
_MOST_IF_CONCENTRATED = 2
_MOST = 4


def severity(
    observed: float,
    expected: float,
    p_value: float,
    *,
    usual_total: float,
    is_concentrated: bool,
    is_widely_seen: bool = False,
) -> int:
    """Return the level of a rise: 1 watch, 2 prepare, 3 act, 4 crisis.

    Parameters
    ----------
    observed, expected : float
        Complaints of the theme in the window.
    p_value : float
        Chance of as many or more; above 0.0001 the level is 1.
    usual_total : float
        Complaints of all themes together to be expected in the window.
    is_concentrated : bool
        One source carries the rise: the level is at most 2.
    is_widely_seen : bool
        Far more people than usual can have seen it, see :mod:`models.spikes.reach`: one level
        more, 4 at most; none where one source carries the rise.

    Examples
    --------
    >>> severity(300, 3.0, 1e-30, usual_total=60, is_concentrated=False)
    4
    >>> severity(8, 2.0, 1e-3, usual_total=60, is_concentrated=False)
    1
    >>> severity(8, 2.0, 1e-3, usual_total=60, is_concentrated=False, is_widely_seen=True)
    2
    """
    level = _level_of_counts(observed, expected, p_value, usual_total)
    if is_concentrated:
        return min(level, _MOST_IF_CONCENTRATED)
    return min(level + 1, _MOST) if is_widely_seen else level


def _level_of_counts(observed: float, expected: float, p_value: float, usual_total: float) -> int:
    if p_value > _SURE_P:
        return 1
    excess = observed - expected
    ratio = observed / max(expected, 1e-9)
    load = excess / max(usual_total, 1e-9)
    for level, least_ratio, least_excess, least_load in _LEVELS:
        if ratio >= least_ratio and excess >= least_excess and load >= least_load:
            return level
    return 1
