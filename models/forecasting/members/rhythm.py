r"""How the days of a week and public holidays differ: factors that are learnt day by day.

.. math:: f_w = \frac{s_w + \kappa\,e\,g_w}{m_w + \kappa\,e}

:math:`s_w` are the complaints seen on weekday w, :math:`m_w` those expected had it been a day like
any other, both discounted; e is the mean count of the series' days with any complaint, so that
:math:`\kappa` counts events and doubled counts give the same factors; :math:`g_w` is what all
series have in common. The holidays' factor is made alike, against their weekdays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasting.panel import WEEKDAYS, Floats, Panel

_KEPT = 0.995  # of what is known of the weekdays, each day: half is forgotten in twenty weeks
_PRIOR_EVENTS = 12.0  # a series' factors are half its own after so many events on that weekday
_POOL_PRIOR = 0.5  # series that stand behind "no rhythm" where nothing is known yet


@dataclass
class Rhythm:
    """What is known of weekdays and holidays, one row a series. Changed by :meth:`update`.

    Attributes
    ----------
    seen, expected : ndarray of shape (n_series, n_phases)
        Discounted complaints and what a day like any other would have had; a week is one phase.
    holiday_seen, holiday_expected : ndarray of shape (n_series,)
        The same of public holidays, against their weekday; not discounted, they are few.
    event_sum, event_days : ndarray of shape (n_series,)
        Complaints on days with any, and those days, discounted.
    by_phase, holiday : ndarray of shape (n_series, n_phases), (n_series,)
        The kept factors: as of the last :meth:`refresh`.
    """

    seen: Floats
    expected: Floats
    holiday_seen: Floats
    holiday_expected: Floats
    event_sum: Floats
    event_days: Floats
    by_phase: Floats
    holiday: Floats

    series_axis: ClassVar[dict[str, int | None]] = dict.fromkeys(
        ("seen", "expected", "holiday_seen", "holiday_expected", "event_sum", "event_days"), 0
    )

    @classmethod
    def new(cls, n_series: int, n_phases: int) -> Rhythm:
        """Return the state before the first day."""
        seen, expected = np.zeros((2, n_series, n_phases))
        by_series = np.zeros((4, n_series))
        ones = np.ones((n_series, n_phases))
        return cls(
            seen,
            expected,
            by_series[0],
            by_series[1],
            by_series[2],
            by_series[3],
            ones,
            np.ones(n_series),
        )

    def copy(self) -> Rhythm:
        """Return the same state, to be updated apart."""
        return Rhythm(*(value.copy() for value in vars(self).values()))

    def refresh(self) -> None:
        """Make the kept factors afresh from what has been learnt."""
        self.by_phase, self.holiday = self.factors()

    def factors(self) -> tuple[Floats, Floats]:
        """Return the factors of the phases, (n_series, n_phases), and of holidays, (n_series,)."""
        event = self.event_sum / np.maximum(self.event_days, 1e-12)
        size = np.where(event > 0, event, 1.0)
        prior = (_PRIOR_EVENTS * size)[:, None]
        by_phase = (self.seen + prior * _common(self.seen, self.expected, size)) / (
            self.expected + prior
        )
        seen, expected = self.holiday_seen[:, None], self.holiday_expected[:, None]
        holiday = (seen + prior * _common(seen, expected, size)) / (expected + prior)
        return by_phase / by_phase.mean(axis=1, keepdims=True), holiday[:, 0]

    def update(self, y: Floats, level: Floats, factor: Floats, phase: int, holiday: bool) -> None:
        """Learn a day: its counts (NaN: not known), the level before it, its phase's factor."""
        some = np.where(np.isnan(y), 0.0, y)
        learns = ~np.isnan(y) & (level > 0)
        count, usual = np.where(learns, y, 0.0), np.where(learns, level, 0.0)
        if holiday:
            self.holiday_seen += count
            self.holiday_expected += usual * factor
            return
        self.seen *= _KEPT
        self.expected *= _KEPT
        self.seen[:, phase] += count
        self.expected[:, phase] += usual
        self.event_sum *= _KEPT
        self.event_days *= _KEPT
        self.event_sum += some
        self.event_days += some > 0


def _common(seen: Floats, expected: Floats, size: Floats) -> Floats:
    """Return the factors that all series have in common: (1, n_phases).

    Each series counts by its events, up to as many as the prior, so that a loud one is not the
    pool.
    """
    events = expected.sum(axis=1) / size
    weight = np.minimum(1.0, events / (_PRIOR_EVENTS * seen.shape[1]))
    weight = np.divide(weight, expected.sum(axis=1), out=np.zeros_like(size), where=events > 0)
    top = weight @ seen + _POOL_PRIOR / seen.shape[1]
    common: Floats = (top / (weight @ expected + _POOL_PRIOR / seen.shape[1]))[None, :]
    return common


def phases(panel: Panel) -> tuple[NDArray[np.int64], int]:
    """Return each date's phase, past and asked for, and how many there are: weekdays or one."""
    if panel.step_days == 1:
        return np.asarray(panel.all_dates.day_of_week, dtype=np.int64), WEEKDAYS
    return np.zeros(len(panel.dates) + panel.horizon, dtype=np.int64), 1
