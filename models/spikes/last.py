r"""Will it stay? The chance that an open spike is above twice usual next week, and what comes.

About a third of the days of open warnings are followed by such a week: whether a spike lasts is a
question of its own. A logistic regression answers it from how far the last day, three days and
week lie above usual, how high it has been, how long it has been open, how long ago its last alarm
was, and how large the theme is. It starts from weights that other spikes taught (New York's
complaints before 2017) and moves as far as this workspace's own ended spikes say
(:mod:`models.spikes.logistic`).

What it is still going to bring is said by what spikes alike have brought per complaint in excess
of this week's:

.. math:: E[\text{extra}] = \max(0, S_7 - M_7) \cdot
          \frac{k\, r_g + \sum_{j \in g} e_j}{k + \sum_{j \in g} x_j}

over past days j whose chance to last was in the same group g: x is the excess of that week in
complaints, e what came above usual until the warning closed, r the other spikes' ratio and k its
weight in complaints.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from models.spikes.episodes import Episode, episodes
from models.spikes.logistic import fit_logistic
from models.spikes.rules import Seen

Floats = NDArray[np.float64]

WEEK = 7
TIMES = 2.0  # of usual: above it a week is still the spike's
NAMES = ("age", "since", "level", "above_day", "above_three", "above_week", "height")
# Made by `python -m tests.benchmarks.spikes --parts chances`: means, spreads, weights (the constant
# first) and, by group of chance, extra complaints to come per complaint in excess.
PRIOR_MIDDLE = (1.728, 1.924, 1.943, 0.179, 0.474, 0.84, 1.343)
PRIOR_SPREAD = (0.834, 2.111, 1.072, 0.925, 1.068, 0.938, 0.896)
PRIOR_WEIGHTS = (-1.259, 0.304, -0.118, -0.453, 0.262, 0.38, 0.257, -0.042)
PRIOR_RATIOS = (0.79, 0.96, 0.89)
GROUPS = (1 / 3, 2 / 3)  # of the chance: between them their borders
_PRIOR_SD = 0.3  # of a weight, per spread of its column
_PRIOR_EXCESS = 500.0  # complaints that the other spikes' ratios are worth


class Lessons(NamedTuple):
    """Days of open warnings of the past, a row each.

    Attributes
    ----------
    x : ndarray of shape (n_rows, 7)
        In the order of NAMES.
    lasted : ndarray of bool, shape (n_rows,)
        Whether the week after held more than twice the usual.
    excess, extra : ndarray of shape (n_rows,)
        Complaints above usual in the week that ended, and from then until the warning closed.
    has_closed : ndarray of bool, shape (n_rows,)
        Whether it has; of others `extra` is not known yet.
    day : ndarray of int, shape (n_rows,)
        The position of the day.
    """

    x: Floats
    lasted: NDArray[np.bool_]
    excess: Floats
    extra: Floats
    has_closed: NDArray[np.bool_]
    day: NDArray[np.int64]


class Lasting(NamedTuple):
    """What an open spike will do.

    Attributes
    ----------
    chance : float
        That next week holds more than twice the usual.
    extra : float
        Complaints above usual that are still expected until the warning closes.
    """

    chance: float
    extra: float


def last_features(seen: Seen, series: int, opened: int, day: int) -> Floats:
    """Return what is known on the evening of `day` of a spike that opened on `opened`.

    Parameters
    ----------
    seen : Seen
        Of :func:`models.spikes.kept.keep_budget`.
    series, opened, day : int
        Positions.

    Returns
    -------
    ndarray of shape (7,)
        In the order of NAMES.
    """
    order = np.argsort(seen.windows)
    rows = order[[0, min(1, len(order) - 1), -1]]  # the shortest, the next and the longest
    observed, expected = seen.observed[rows, series], seen.expected[rows, series]
    above = np.log((observed[:, day] + 0.5) / (expected[:, day] + 0.5))
    usual = float(expected[-1, day])
    highest = float(observed[-1, opened : day + 1].max())
    alarms = np.flatnonzero(seen.is_alarm[series, opened : day + 1])
    since = day - opened - int(alarms[-1]) if len(alarms) else day - opened
    height = np.log((highest + 0.5) / (usual + 0.5))
    return np.array([np.log1p(day - opened), since, np.log(usual + 0.5), *above, height])


def last_lessons(seen: Seen, counts: NDArray[np.int64], *, quiet_days: int) -> Lessons:
    """Return what the past's open warnings teach: days whose next week is known.

    Parameters
    ----------
    seen : Seen
        Of :func:`models.spikes.kept.keep_budget`.
    counts : ndarray of shape (n_series, n_days)
        Complaints a day.
    quiet_days : int
        A warning closes after so many days without an alarm.
    """
    n_days = counts.shape[1]
    running = np.cumsum(np.pad(counts.astype(np.float64), ((0, 0), (1, 0))), axis=1)
    longest = int(np.argmax(seen.windows))
    week = seen.expected[longest] * WEEK / seen.windows[longest]
    rows: list[Floats] = []
    told: list[tuple[bool, float, float, bool, int]] = []
    for i in range(len(counts)):
        for episode in episodes(seen.is_alarm[i], quiet_days=quiet_days):
            end = _end(episode, n_days)
            for day in range(episode.opened, min(end, n_days - WEEK)):
                usual = float(week[i, day])
                came = running[i, day + 1 + WEEK] - running[i, day + 1]
                first = max(0, day + 1 - WEEK)
                excess = running[i, day + 1] - running[i, first] - usual
                more = running[i, end + 1] - running[i, day + 1] - usual / WEEK * (end - day)
                rows.append(last_features(seen, i, episode.opened, day))
                told.append(
                    (came > TIMES * usual, max(excess, 0.0), max(more, 0.0),
                     episode.closed is not None, day)
                )  # fmt: skip
    if not rows:
        nothing = np.zeros(0)
        return Lessons(np.zeros((0, len(NAMES))), nothing > 0, nothing, nothing, nothing > 0,
                       nothing.astype(np.int64))  # fmt: skip
    lasted, excess_, extra, closed, when = (np.array(column) for column in zip(*told, strict=True))
    return Lessons(np.array(rows), lasted, excess_, extra, closed, when)


def _end(episode: Episode, n_days: int) -> int:
    return n_days - 1 if episode.closed is None else episode.closed


class LastModel(NamedTuple):
    """What was learnt of how spikes last.

    Attributes
    ----------
    weights : ndarray of shape (8,)
        Of the columns, each less its middle and over its spread; the constant first.
    ratios : ndarray of shape (3,)
        Extra complaints to come per complaint in excess, by group of chance.
    """

    weights: Floats
    ratios: Floats

    def chance(self, x: Floats) -> Floats:
        """Return the chance to last of each row: (n_rows,)."""
        return np.asarray(expit(_columns(x) @ self.weights))

    def say(self, x: Floats, excess: float) -> Lasting:
        """Return what one open spike will do.

        Parameters
        ----------
        x : ndarray of shape (7,)
            Of :func:`last_features`.
        excess : float
            Complaints above usual in the week that has ended.
        """
        chance = float(self.chance(x[None])[0])
        group = int(np.searchsorted(GROUPS, chance))
        return Lasting(chance, max(0.0, excess) * float(self.ratios[group]))


def learn_last(lessons: Lessons) -> LastModel:
    """Return the model after the past's lessons; without any, what other spikes taught.

    Parameters
    ----------
    lessons : Lessons
        Of :func:`last_lessons`.
    """
    prior = np.array(PRIOR_WEIGHTS)
    sd = np.full(len(prior), _PRIOR_SD)
    weights = fit_logistic(_columns(lessons.x), lessons.lasted, prior, sd)
    chance = expit(_columns(lessons.x) @ weights)
    group = np.searchsorted(GROUPS, chance)
    ratios = []
    for k, start in enumerate(PRIOR_RATIOS):
        own = (group == k) & lessons.has_closed
        more, excess = lessons.extra[own].sum(), lessons.excess[own].sum()
        ratios.append((_PRIOR_EXCESS * start + more) / (_PRIOR_EXCESS + excess))
    return LastModel(weights, np.array(ratios))


def _columns(x: Floats) -> Floats:
    scaled = (x - np.array(PRIOR_MIDDLE)) / np.array(PRIOR_SPREAD)
    return np.column_stack([np.ones(len(x)), scaled])


def chances_to_last(
    seen: Seen, counts: NDArray[np.int64], *, quiet_days: int
) -> dict[tuple[int, int], Lasting]:
    """Return what each open warning will do, by its series and the day it opened on.

    Parameters
    ----------
    seen : Seen
        Of :func:`models.spikes.kept.keep_budget`.
    counts : ndarray of shape (n_series, n_days)
        Complaints a day; the last day is today.
    quiet_days : int
        A warning closes after so many days without an alarm.
    """
    today = counts.shape[1] - 1
    model = learn_last(last_lessons(seen, counts, quiet_days=quiet_days))
    longest = int(np.argmax(seen.windows))
    out = {}
    for i in range(len(counts)):
        for episode in episodes(seen.is_alarm[i], quiet_days=quiet_days)[-1:]:
            if episode.closed is None:
                x = last_features(seen, i, episode.opened, today)
                usual = float(seen.expected[longest, i, today]) * WEEK / seen.windows[longest]
                came = float(counts[i, max(0, today + 1 - WEEK) :].sum())
                out[i, episode.opened] = model.say(x, came - usual)
    return out
