r"""What is known of a theme on a morning that may tell of its next spike: counts of its past alone.

Of origin t (its morning: days before t are known) and horizon H:

==============  ===================================================================================
level           log of the expected complaints a day
rare_1, _3, _7  :math:`-\log_{10} p` of the last window of 1, 3 and 7 days, or as is set
near            the rarest of the last 28 days; near_long: the mean of the ten rarest of 90
rare_month      days of the last 28, and rare_half_year of the last 182, with p below .05
growth          the last week against four, four weeks against 26, eight against a year
own_rate        warnings a year of the last two, one year of one warning added
since           days since the last alarm, at most a year
season          complaints on the same H days of earlier years against the half-years around them
season_alarms   in how many of the last three years a warning began around these days
everywhere      share of all themes that were in alarm in the last week
burst           spread of the daily counts of the last half-year beyond chance
==============  ===================================================================================
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from models.spikes.rules import Seen

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

NAMES = (
    *("level", "rare_1", "rare_3", "rare_7", "near", "near_long", "rare_month", "rare_half_year"),
    *("growth_week", "growth_month", "growth_year", "own_rate", "since"),
    *("season", "season_alarms", "everywhere", "burst"),
)
_YEAR, _HALF_YEAR, _MONTH, _WEEK = 364, 182, 28, 7  # 364: the same weekday a year ago
_YEARS_BACK = (1, 2, 3)
_LEAST_P = 1e-6
_RARE = 1.3  # -log10 of .05
_LONG, _RAREST = 90, 10
_AROUND = 3  # days before and after the same days of an earlier year


class Past:
    """Counts and alarms of all days, ready to be asked about any morning.

    Parameters
    ----------
    seen : Seen
        Of :func:`models.spikes.kept.keep_budget`.
    counts : ndarray of shape (n_series, n_days)
        Complaints a day.
    is_watched : ndarray of bool, shape (n_series, n_days)
        Whether the series was a theme by that day.
    """

    def __init__(self, seen: Seen, counts: NDArray[np.int64], is_watched: Mask) -> None:
        self.counts, self.alarm = counts.astype(np.float64), seen.is_alarm
        self.is_watched = is_watched
        order = np.argsort(seen.windows)
        every = -np.log10(np.clip(seen.p_value, _LEAST_P, 1.0))
        # The shortest window, the next and the longest: of one or two windows some stand twice.
        self.rare = every[order[[0, min(1, len(order) - 1), -1]]]
        longest = int(order[-1])
        self.daily = seen.expected[longest] / seen.windows[longest]
        rarest = every.max(axis=0)
        # Trailing windows: the filter's origin moves its middle to its end.
        self.near = maximum_filter1d(rarest, _MONTH, axis=1, origin=(_MONTH - 1) // 2)
        self.rarest = rarest
        self.sum = _running(self.counts)
        self.squares = _running(self.counts**2)
        self.rare_days = _running(rarest > _RARE)
        opened = seen.is_alarm & ~_any_before(seen.is_alarm, _WEEK)
        self.opened = _running(opened)
        self.alarms = _running(seen.is_alarm)
        day = np.arange(counts.shape[1])
        self.last_alarm = np.maximum.accumulate(np.where(seen.is_alarm, day, -_YEAR * 10), axis=1)

    @property
    def n_days(self) -> int:
        """Return how many days are known."""
        return int(self.counts.shape[1])

    def is_quiet(self, origin: int) -> Mask:
        """Return which series were watched, and free of alarms in the week before."""
        calm = self.alarms[:, origin] == self.alarms[:, max(0, origin - _WEEK)]
        return np.asarray(calm & self.is_watched[:, origin - 1])

    def exceeds(self, origin: int, days: int) -> Mask:
        """Return which series had an alarm on one of `days` days from the origin on."""
        return np.asarray(self.alarms[:, origin + days] > self.alarms[:, origin])

    def features(self, origin: int, days: int) -> Floats:
        """Return what is known before day `origin`: (n_series, n_features), in NAMES' order."""
        yesterday = origin - 1
        week, month = self._back(origin, _WEEK), self._back(origin, _MONTH)
        half_year, year = self._back(origin, _HALF_YEAR), self._back(origin, _YEAR + 1)
        season, season_alarms = self._season(origin, days)
        n_half = min(origin, _HALF_YEAR)
        mean = half_year / n_half
        square = (self.squares[:, origin] - self.squares[:, origin - n_half]) / n_half
        burst = (square - mean**2 - mean) / np.maximum(mean, 0.05) ** 2
        two_years = min(origin, 730)
        warned = self.opened[:, origin] - self.opened[:, origin - two_years]
        since = np.minimum(yesterday - self.last_alarm[:, yesterday], 365)
        first = max(0, origin - _LONG)
        rarest = np.sort(self.rarest[:, first:origin], axis=1)[:, -_RAREST:]
        lately = self.alarms[:, origin] > self.alarms[:, max(0, origin - _WEEK)]
        watched = self.is_watched[:, yesterday]
        everywhere = float(lately[watched].mean()) if watched.any() else 0.0
        columns: Iterable[Floats] = (
            np.log(self.daily[:, yesterday] + 0.02),
            *self.rare[:, :, yesterday],
            self.near[:, yesterday],
            rarest.mean(axis=1),
            self.rare_days[:, origin] - self.rare_days[:, max(0, origin - _MONTH)],
            self.rare_days[:, origin] - self.rare_days[:, origin - n_half],
            np.log((week + 0.5) / (month * _WEEK / _MONTH + 0.5)),
            np.log((month + 1) / (half_year * _MONTH / n_half + 1)),
            np.log((self._back(origin, 56) + 1) / (year * 56 / min(origin, _YEAR + 1) + 1)),
            np.log((warned + 1) / (two_years / 365 + 1)),
            np.log1p(since),
            season,
            season_alarms,
            np.full(len(self.counts), np.log(everywhere + 0.01)),
            np.log(np.clip(burst, 0.01, 50)),
        )
        return np.column_stack(list(columns))

    def _back(self, origin: int, days: int) -> Floats:
        return np.asarray(self.sum[:, origin] - self.sum[:, max(0, origin - days)])

    def _season(self, origin: int, days: int) -> tuple[Floats, Floats]:
        came, usual = np.zeros(len(self.counts)), np.zeros(len(self.counts))
        warned = np.zeros(len(self.counts))
        for years in _YEARS_BACK:
            start = origin - _YEAR * years
            first, last = start - _AROUND, start + days + _AROUND + 1
            if start >= _WEEK:
                warned += self.opened[:, last + _AROUND] > self.opened[:, start - _WEEK]
            from_, to = first - _HALF_YEAR, min(last + _HALF_YEAR, origin)
            if from_ < 0:
                continue
            came += self.sum[:, last] - self.sum[:, first]
            around = self.sum[:, to] - self.sum[:, from_]
            usual += around * (last - first) / (to - from_)
        return np.log((came + 2) / (usual + 2)), warned


def _running(daily: NDArray) -> Floats:  # type: ignore[type-arg]
    return np.cumsum(np.pad(daily.astype(np.float64), ((0, 0), (1, 0))), axis=1)


def _any_before(alarm: Mask, days: int) -> Mask:
    """Return whether one of the `days` days before each was an alarm."""
    total = np.pad(_running(alarm), ((0, 0), (days, 0)), mode="edge")
    n_days = alarm.shape[1]
    return np.asarray(total[:, days : days + n_days] > total[:, :n_days])
