r"""Is a spike on? Counts of the last 1, 3 and 7 days against what was to be expected.

For each day t and window w: observed S is the sum of the last w days; expected is
:math:`M = \lambda_t \sum x_i`, exposures x from weekday and holiday, level :math:`\lambda_t`
from a baseline that ends `gap_days` before t; and

.. math:: p = P(X \ge S),\quad X \sim NB(M, \alpha_w),\quad \mathrm{var} = M + \alpha_w M^2

with :math:`\alpha_w` by moments from the windows' own past errors. A day is an alarm when p is
below the budget's threshold in any window and the floors hold. In the spirit of Farrington and
others 1996 (doi:10.2307/2983331) and Noufaily and others 2013 (doi:10.1002/sim.5595).

Where complaints come in late, of day i a share :math:`s_i \pm \sigma_i` has (see
:mod:`models.series.delays`), and what has come in is held against as much of what was to be
expected. A negative binomial of which each complaint is there with probability s is one of mean
s M and the same dispersion; that shares differ from day to day adds to it:

.. math:: M = \lambda_t \sum s_i x_i,\qquad
          \alpha = \alpha_w + \Big(\frac{\sum \sigma_i x_i}{\sum s_i x_i}\Big)^2

Everything at t uses counts up to t alone: the pass goes through the days in their order, and
what it says of a day never changes when later days are added.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.forecasting.distribution import nb_cdf, nb_tail
from models.series.calendar import weekdays
from models.spikes.exposure import Floats, HolidayFactors, weekday_factors
from models.spikes.rules import Arrived, Detection, NowRules

_MIN_BASELINE_DAYS = 14  # fewer known days say nothing of what is usual
_LEAST_CLIP = 2.0  # a complaint or two more is never clipped: sparse themes may grow
# Days of an alarm so clear are left out of later baselines. Fainter ones are only clipped: on
# quiet data they are the tail, and leaving it out would make the rest look too calm.
_CLEAR_ALARM = 0.01
_PRIOR_DISPERSION, _PRIOR_SD = 0.2, 0.3  # of the series' alphas, before any has been seen
_MAX_DISPERSION = 5.0
_SHIFT_P = 1e-4  # a changed level must be as unlikely as this by the old one ...
# ... and, without its last week, as this: else the peak of a build-up that began days ago
# would carry the quiet weeks before it, and be declared usual at its worst.
_SHIFT_P_BEFORE = 1e-3
_WEEK = 7
# Of a day of which hardly anything has come in, a few complaints are no multitude.
_LEAST_SHARE = 0.01
# A day that comes in little by little is looked at again each morning. So that the budget holds, a
# window of which a share s is in has s² of the threshold. Simulated with 30, 55, 75, 90 % in after
# 1 to 4 mornings, 800 quiet series of 0.5 to 15 a day gave 1.13 times the budget in warnings so
# (1.12 where all comes in at once), 1.29 with s in place of its square.
_SPENDING = 2.0


def _clip_at(mean: Floats, dispersion: Floats, z: float) -> Floats:
    """Return about the count at which a quiet day would raise an alarm (Cornish, Fisher)."""
    variance = np.maximum(mean * (1 + dispersion * mean), 1e-12)
    skewness = (1 + 2 * dispersion * mean) / np.sqrt(variance)
    above = (z + (z**2 - 1) * skewness / 6) * np.sqrt(variance)
    clip: Floats = mean + np.maximum(above, _LEAST_CLIP)
    return clip


class _Pass:
    """One pass through the days; arrays are (n_series, n_days), by window (n_windows, ...)."""

    def __init__(
        self,
        counts: Floats,
        weekday: NDArray[np.int64],
        is_holiday: NDArray[np.bool_],
        arrived: Arrived,
        rules: NowRules,
    ) -> None:
        n_series, n_days = counts.shape
        by_window = (len(rules.windows), n_series, n_days)
        self.rules, self.weekday, self.is_holiday = rules, weekday, is_holiday
        self.arrived = arrived
        self.lengths = np.array(rules.windows)
        self.z = NormalDist().inv_cdf(1 - min(rules.threshold, 0.5))
        self.counts, self.clipped = counts, counts.copy()
        self.exposure = np.ones_like(counts)
        self.ordinary = np.zeros_like(counts)  # expected if it were no holiday
        self.whole = np.ones_like(counts)  # the exposure, had everything come in
        self.wobble = np.zeros_like(counts)  # of the exposure: how much shares that are in differ
        self.weight = np.ones_like(counts)  # 0: left out of the baseline
        self.is_ready = np.zeros(n_series, dtype=bool)
        self.level, self.seen = np.zeros(n_series), np.zeros(n_series)
        self.observed, self.expected = np.zeros(by_window), np.zeros(by_window)
        self.p_value, self.strict = np.ones(by_window), np.ones(by_window)
        # Running sums over the days, for quiet windows: (S - M)² - M, M² and how many.
        self.errors = np.zeros((n_days + 1, 3, len(rules.windows), n_series))
        self.raised = np.zeros(by_window, dtype=bool)
        self.is_alarm = np.zeros((n_series, n_days), dtype=bool)
        self.is_shift = np.zeros((n_series, n_days), dtype=bool)
        self.holidays = HolidayFactors(n_series)

    def step(self, t: int) -> None:
        """Judge day t with what was known on its evening."""
        self.errors[t + 1] = self.errors[t]
        end = t - self.rules.gap + 1  # the baseline's days are [start, end)
        start = max(0, end - self.rules.baseline_days)
        if end > 0 and self.is_holiday[end - 1]:
            self._learn_holiday(end - 1)
        if end - start < _MIN_BASELINE_DAYS:
            return
        self._expect(t, slice(start, end))
        dispersion = self._dispersions(t, start, end)
        self._judge(t, dispersion)
        self._move_levels(t, dispersion[-1])

    def _learn_holiday(self, day: int) -> None:
        self.holidays.learn(self.counts[:, day], self.ordinary[:, day], int(self.weekday[day]))

    def _expect(self, t: int, past: slice) -> None:
        """Set the exposure of day t, the baseline's level and each window's expected count."""
        counts, weight, weekday = self.clipped[:, past], self.weight[:, past], int(self.weekday[t])
        share = self.arrived.share[:, past]
        is_working = weight * share * ~self.is_holiday[past]
        rhythm = weekday_factors(counts / share, is_working, self.weekday[past])[:, weekday]
        whole = rhythm * (self.holidays.of(weekday) if self.is_holiday[t] else 1.0)
        self.exposure[:, t] = whole * self.arrived.share[:, t]
        self.whole[:, t], self.wobble[:, t] = whole, whole * self.arrived.sd[:, t]
        exposed = (self.exposure[:, past] * weight).sum(axis=1)
        self.seen = (counts * weight).sum(axis=1)
        # Half a complaint more: a theme never seen before expects little, not nothing.
        self.level = (self.seen + 0.5) / np.maximum(exposed, 1e-9)
        self.is_ready = weight.sum(axis=1) >= _MIN_BASELINE_DAYS
        self.ordinary[:, t] = self.level * rhythm * self.arrived.share[:, t]
        self.expected[:, :, t] = self.level * self._window_sums(self.exposure, t)
        self.observed[:, :, t] = self._window_sums(self.counts, t)

    def _window_sums(self, daily: Floats, t: int) -> Floats:
        return np.stack([daily[:, max(0, t - w + 1) : t + 1].sum(axis=1) for w in self.lengths])

    def _dispersions(self, t: int, start: int, end: int) -> Floats:
        """Return the dispersion by window and series, shrunk to the pool of all series."""
        excess, square, windows = self.errors[end] - self.errors[start]
        n_errors = windows / self.lengths[:, None]  # overlapping windows say the same thing
        own = excess / np.maximum(square, 1e-12)
        typical = square / np.maximum(windows, 1)  # mean of M² over the past windows
        variance = np.sqrt(typical) + _PRIOR_DISPERSION * typical
        noise = (2 * variance**2 + variance) / np.maximum(n_errors * typical**2, 1e-12)
        precision = np.where(n_errors > 0, 1 / np.maximum(noise, 1e-12), 0.0)
        prior = 1 / _PRIOR_SD**2
        weighted = (precision * own).sum(axis=1) + prior * _PRIOR_DISPERSION
        pool = (weighted / (precision.sum(axis=1) + prior))[:, None]
        shrunk = (precision * own + prior * pool) / (precision + prior)
        # How little the level itself is known adds to the spread of a window around it.
        unsure = (1 + np.maximum(shrunk, 0) * self.level) / (self.seen + 1)
        exposed = np.maximum(self._window_sums(self.exposure, t), 1e-9)
        late = (self._window_sums(self.wobble, t) / exposed) ** 2
        dispersion: Floats = np.clip(shrunk, 0.0, _MAX_DISPERSION) + unsure + late
        return dispersion

    def _judge(self, t: int, dispersion: Floats) -> None:
        """Set p and alarm of day t, and what of it later baselines may use."""
        rules = self.rules
        observed, mean = self.observed[:, :, t], self.expected[:, :, t]
        p = np.where(self.is_ready, nb_tail(observed, mean, dispersion), 1.0)
        is_high = (observed >= rules.min_observed) & (observed >= rules.min_ratio * mean)
        in_by_now = self._window_sums(self.exposure, t) / self._window_sums(self.whole, t)
        self.strict[:, :, t] = in_by_now**_SPENDING
        threshold = rules.threshold * self.strict[:, :, t]
        alarm = (p < threshold) & is_high
        self.p_value[:, :, t], self.raised[:, :, t] = p, alarm
        self.is_alarm[:, t] = alarm.any(axis=0)
        # Days of a clear alarm are left out of later baselines: one spike must not hide the next.
        is_clear = alarm & (p < _CLEAR_ALARM * threshold)
        for k, w in enumerate(rules.windows):
            self.weight[is_clear[k], max(0, t - w + 1) : t + 1] = 0.0
        tame = np.minimum(observed, _clip_at(mean, dispersion, self.z))
        news = np.stack([(tame - mean) ** 2 - mean, mean**2, np.ones_like(mean)])
        self.errors[t + 1] += np.where(self.is_ready & ~is_clear, news, 0.0)
        most = _clip_at(self.level * self.exposure[:, t], dispersion[0], self.z)
        today = self.counts[:, t]
        self.clipped[:, t] = np.where(self.is_ready, np.minimum(today, most), today)

    def _move_levels(self, t: int, dispersion: Floats) -> None:
        """Restart the baseline of series whose level has stayed up, or down, long enough."""
        rules = self.rules
        blocks = -(-rules.level_shift_days // _WEEK)
        first = t - blocks * _WEEK + 1
        if first < 0:
            return
        lately = slice(first, t + 1)
        shape = (len(self.counts), blocks, _WEEK)
        observed = self.counts[:, lately].reshape(shape).sum(axis=2)
        expected = self.level[:, None] * self.exposure[:, lately].reshape(shape).sum(axis=2)
        up = (observed >= np.maximum(rules.min_ratio * expected, 1)).all(axis=1)
        up &= self.is_alarm[:, lately].any(axis=1)
        down = (observed * rules.min_ratio <= expected).all(axis=1)
        maybe = self.is_ready & (up | down) & ~self.is_shift[:, lately].any(axis=1)
        for i in np.flatnonzero(maybe):
            whole, usual = observed[i].sum(), expected[i].sum()
            tail = nb_tail if up[i] else nb_cdf
            before, before_usual = observed[i, :-1].sum(), expected[i, :-1].sum()
            has_lasted = tail(before, before_usual, dispersion[i]) < _SHIFT_P_BEFORE
            if has_lasted and tail(whole, usual, dispersion[i]) < _SHIFT_P:
                self._restart(int(i), first, t)

    def _restart(self, i: int, first: int, t: int) -> None:
        lately = slice(first, t + 1)
        self.is_shift[i, t] = True
        self.weight[i, :first] = 0.0
        self.weight[i, lately] = 1.0
        # The jump that began it may stand far above the level it settled on.
        usual = np.median(self.counts[i, lately] / self.exposure[i, lately])
        most = 3 * usual * self.exposure[i, lately] + _LEAST_CLIP
        self.clipped[i, lately] = np.minimum(self.counts[i, lately], most)


def detect_now(
    counts: NDArray[np.int64],
    dates: pd.DatetimeIndex,
    is_holiday: NDArray[np.bool_],
    *,
    arrived: Arrived | None = None,
    windows: Sequence[int] = (1, 3, 7),
    false_alarms_per_theme_year: float = 1.0,
    baseline_days: int = 182,
    gap_days: int = 7,
    min_observed: int = 8,
    min_ratio: float = 1.5,
    level_shift_days: int = 28,
) -> Detection:
    """Return which series were in alarm on each day, by what was known that day.

    Before 14 days of baseline (21 days of history) nothing is an alarm. Days in a past alarm are
    left out of the baseline, other extreme days clipped. A level that stays up (or down)
    for `level_shift_days` becomes the new normal.

    Parameters
    ----------
    counts : ndarray of shape (n_series, n_days)
        Complaints a day from the first day of the history, as far as they have come in; all days
        are over.
    dates : DatetimeIndex of length n_days
        Local dates without gaps.
    is_holiday : ndarray of bool, shape (n_days,)
        Public holidays.
    arrived : Arrived, optional
        How much of each day has come in; by default all of it. Expected counts are those to be
        expected by now.
    windows, false_alarms_per_theme_year, baseline_days, gap_days, min_observed, min_ratio, \
    level_shift_days
        See ``params.yaml``: ``warnings``.

    Returns
    -------
    Detection
        For every day given.
    """
    rules = NowRules(
        windows=tuple(windows),
        false_alarms_per_theme_year=false_alarms_per_theme_year,
        baseline_days=baseline_days,
        gap_days=gap_days,
        min_observed=min_observed,
        min_ratio=min_ratio,
        level_shift_days=level_shift_days,
    )
    seen = np.asarray(counts, dtype=np.float64)
    if arrived is None:
        arrived = Arrived(np.ones_like(seen), np.zeros_like(seen))
    else:
        arrived = Arrived(np.clip(arrived.share, _LEAST_SHARE, 1.0), arrived.sd)
    scan = _Pass(seen, weekdays(dates), is_holiday, arrived, rules)
    for t in range(len(dates)):
        scan.step(t)
    # Among windows that raised the alarm the least p; the shortest where they tie.
    best = np.argmin(np.where(scan.raised, scan.p_value - 1.0, scan.p_value), axis=0)
    return Detection(
        dates,
        rules.windows,
        scan.observed,
        scan.expected,
        scan.p_value,
        scan.is_alarm,
        best.astype(np.int64),
        scan.is_shift,
        scan.strict,
    )
