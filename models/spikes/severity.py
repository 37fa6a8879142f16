"""How bad a rise is: a level from 1 (watch) to 4 (crisis), by its counts, reach and chance."""

from __future__ import annotations

from dataclasses import dataclass

WATCH, PREPARE, ACT, CRISIS = 1, 2, 3, 4


@dataclass(frozen=True)
class LevelNeeds:
    """What a rise needs for a level, all of it.

    Parameters
    ----------
    level : int
        2 to 4.
    ratio : float
        Observed is at least so many times the expected.
    extra : float
        ... and so many complaints more than it.
    share : float
        ... and so much of everything that usually comes in: a small theme that trebles is worth
        a look; a crisis fills the house.
    """

    level: int
    ratio: float
    extra: float
    share: float


@dataclass(frozen=True)
class LevelRules:
    """All thresholds of levels, as `severity` in params.yaml has them.

    Parameters
    ----------
    needs : tuple of LevelNeeds
        Of the levels above 1, in any order; the highest that is met counts.
    sure_p : float
        From this p-value down chance is no explanation; a rise less sure is only watched.
    likely_to_last : float
        A chance to last from which a rise is acted on rather than prepared for.
    most_of_one_source : int
        One source typing a backlog, or one angry customer, is checked before anyone is woken.
    """

    needs: tuple[LevelNeeds, ...] = (
        LevelNeeds(2, ratio=2.0, extra=10.0, share=0.05),
        LevelNeeds(3, ratio=3.0, extra=20.0, share=0.25),
        LevelNeeds(4, ratio=5.0, extra=50.0, share=1.0),
    )
    sure_p: float = 1e-4
    likely_to_last: float = 0.7
    most_of_one_source: int = PREPARE


DEFAULT = LevelRules()


def severity(
    observed: float,
    expected: float,
    p_value: float,
    *,
    usual_total: float,
    is_concentrated: bool,
    is_widely_seen: bool = False,
    rules: LevelRules = DEFAULT,
) -> int:
    """Return the level of a rise: 1 watch, 2 prepare, 3 act, 4 crisis.

    Parameters
    ----------
    observed, expected : float
        Complaints of the theme in the window.
    p_value : float
        Chance of as many or more; above ``rules.sure_p`` the level is 1.
    usual_total : float
        Complaints of all themes together to be expected in the window.
    is_concentrated : bool
        One source carries the rise: the level is at most ``rules.most_of_one_source``.
    is_widely_seen : bool
        Far more people than usual can have seen it, see :mod:`models.spikes.reach`: one level
        more, 4 at most; none where one source carries the rise.
    rules : LevelRules

    Examples
    --------
    >>> severity(300, 3.0, 1e-30, usual_total=60, is_concentrated=False)
    4
    >>> severity(8, 2.0, 1e-3, usual_total=60, is_concentrated=False)
    1
    >>> severity(8, 2.0, 1e-3, usual_total=60, is_concentrated=False, is_widely_seen=True)
    2
    """
    level = _level_of_counts(observed, expected, p_value, usual_total, rules)
    if is_concentrated:
        return min(level, rules.most_of_one_source)
    return min(level + 1, CRISIS) if is_widely_seen else level


def with_chance_to_last(
    level: int, p_lasts: float | None, *, is_concentrated: bool, rules: LevelRules = DEFAULT
) -> int:
    """Return the level once it is known how likely the rise still stands in a week.

    A rise worth preparing for that likely stays is acted on: from 2 to 3. Chance alone makes
    neither a warning out of what is only watched nor a crisis, and lowers nothing: that a rise may
    be over soon is no reason to wait. What one source carries stays what it is.

    Parameters
    ----------
    level : int
        Of :func:`severity`.
    p_lasts : float or None
        Chance that it stands above twice its usual in a week, see :mod:`models.spikes.last`; None
        or NaN where it is not known.
    is_concentrated : bool
    rules : LevelRules

    Examples
    --------
    >>> [with_chance_to_last(level, 0.8, is_concentrated=False) for level in (1, 2, 3, 4)]
    [1, 3, 3, 4]
    >>> with_chance_to_last(2, 0.69, is_concentrated=False)
    2
    """
    is_likely = p_lasts is not None and p_lasts >= rules.likely_to_last
    return ACT if level == PREPARE and is_likely and not is_concentrated else level


def _level_of_counts(
    observed: float, expected: float, p_value: float, usual_total: float, rules: LevelRules
) -> int:
    if p_value > rules.sure_p:
        return WATCH
    extra = observed - expected
    ratio = observed / max(expected, 1e-9)
    share = extra / max(usual_total, 1e-9)
    met = [
        need.level
        for need in rules.needs
        if ratio >= need.ratio and extra >= need.extra and share >= need.share
    ]
    return max(met, default=WATCH)
