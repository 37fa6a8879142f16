r"""The earlier rise that is most like one that is on, and how it ended.

Rises are compared at the same age: what the earlier one had done by its a-th day is held against
what this one has done by now, its a-th. With r the highest multiple of the usual and e the extra
complaints until then,

.. math:: d^2 = (\ln r - \ln r')^2 + (\ln (1 + e) - \ln (1 + e'))^2

and the earlier rise of least d is told of; of two the later. Nothing is claimed of what will come:
it is one case, told as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from models.spikes.episodes import Episode, episodes
from models.spikes.rules import Seen

# So many times almost nothing says nothing: less than this counts as this.
_LEAST_USUAL = 0.5
# Two themes with fewer words in common, or a smaller part of all of theirs, have little to do
# with each other.
_LEAST_SHARED, _LEAST_ALIKE = 2, 0.2


class Past(NamedTuple):
    """An earlier rise that has ended.

    Attributes
    ----------
    series : int
        Whose it was: a row of what was seen.
    opened, last_alarm, closed : int
        Positions of days: the first and the last in alarm, and that on which its warning closed.
    ratio : float
        The highest multiple of the usual, > 0.
    extra : float
        Complaints above the usual in all, >= 0.
    """

    series: int
    opened: int
    last_alarm: int
    closed: int
    ratio: float
    extra: float

    @property
    def days(self) -> int:
        """Return from how many days, the first to the last in alarm, it was on."""
        return self.last_alarm - self.opened + 1


def most_similar(
    seen: Seen, *, series: int, opened: int, among: Sequence[int], quiet_days: int
) -> Past | None:
    """Return the earlier rise that is most like one that is on; None where there is none.

    Parameters
    ----------
    seen : Seen
        Day by day, up to the eve of the morning.
    series, opened : int
        Whose rise is on, and since which day (positions).
    among : sequence of int
        Whose earlier rises are looked through: all of the first that has any.
    quiet_days : int
        A rise has ended after so many days without an alarm.
    """
    today = seen.is_alarm.shape[1] - 1
    age = max(today - opened, 0)
    now = _until(seen, series, opened, today)
    for other in among:
        ended = _ended(seen, other, before=opened, quiet_days=quiet_days)
        if ended:
            then = [_until(seen, other, it.opened, min(it.opened + age, it.last_alarm))
                    for it in ended]  # fmt: skip
            return _past(seen, other, ended[_nearest(now, then)])
    return None


def _ended(seen: Seen, series: int, *, before: int, quiet_days: int) -> list[Episode]:
    found = episodes(seen.is_alarm[series], quiet_days=quiet_days)
    return [it for it in found if it.closed is not None and it.last_alarm < before]


def _until(seen: Seen, series: int, first: int, last: int) -> tuple[float, float]:
    """Return a rise's highest multiple of the usual and its extra complaints on these days."""
    days = np.arange(max(first, 0), last + 1)
    k = seen.best[series, days]
    observed, expected = seen.observed[k, series, days], seen.expected[k, series, days]
    ratio = float(np.max(observed / np.maximum(expected, _LEAST_USUAL), initial=0.0))
    # The window that raised the first alarm may hold days before it. Where no window is of one
    # day, each day's excess is in as many windows as the shortest has days.
    w = int(np.argmin(seen.windows))
    start = max(int(days[0]) - seen.windows[int(k[0])] + 1, 0) if len(days) else first
    excess = seen.observed[w, series, start : last + 1] - seen.expected[w, series, start : last + 1]
    return max(ratio, _LEAST_USUAL), max(float(excess.sum()) / seen.windows[w], 0.0)


def _nearest(now: tuple[float, float], then: Sequence[tuple[float, float]]) -> int:
    here = np.array([np.log(now[0]), np.log1p(now[1])])
    there = np.array([[np.log(ratio), np.log1p(extra)] for ratio, extra in then])
    away = np.round(((there - here) ** 2).sum(axis=1), 9)
    return len(away) - 1 - int(np.argmin(away[::-1]))  # of equals the latest


def _past(seen: Seen, series: int, it: Episode) -> Past:
    ratio, extra = _until(seen, series, it.opened, it.last_alarm)
    closed = it.last_alarm if it.closed is None else it.closed
    return Past(series, it.opened, it.last_alarm, closed, ratio, extra)


def most_alike(name: str, words: Mapping[str, frozenset[str]], known: Iterable[str]) -> list[str]:
    """Return the themes with the most words in common with one, the most alike first.

    Parameters
    ----------
    name : str
        The theme; not among the answers.
    words : mapping of str to frozenset of str
        Of each theme's title and keywords.
    known : iterable of str
        Themes that may be answered.

    Returns
    -------
    list of str
        Those that share two words or more, and a fifth of all of the two (Jaccard).

    Examples
    --------
    >>> words = {"a": frozenset({"late", "parcel"}), "b": frozenset({"late", "parcel", "lost"}),
    ...          "c": frozenset({"late", "train"})}
    >>> most_alike("a", words, ["a", "b", "c"])
    ['b']
    """
    mine = words.get(name, frozenset())
    found = []
    for other in known:
        its = words.get(other, frozenset())
        shared = len(mine & its)
        if other != name and shared >= _LEAST_SHARED and shared >= _LEAST_ALIKE * len(mine | its):
            found.append((-shared / len(mine | its), other))
    return [other for _, other in sorted(found)]
