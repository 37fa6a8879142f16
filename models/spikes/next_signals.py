r"""What the business knew on a morning: signals, and how this theme answered their like before.

A release, a campaign, an outage matters to a theme if its like has before. Of each column of
signals (a kind, or a kind of one brand) and each theme: after how many of its n past events was
there an alarm within a week, h, where there had been none the week before?

.. math:: r = \mathrm{logit}\Big(q_0 + w\,\Big(\frac{h + m q_0}{n + m} - q_0\Big)\Big)
          - \mathrm{logit}\,q

with q the theme's share of weeks with a new alarm, q_0 that of the weeks without an event, and m
pseudo-events; w is the share of all themes' answers that came so many days after their event as
now lie within the horizon. What is known of a morning is the greatest r among the events that were
known by then and whose week reaches into the horizon. Where there is none w is 0: of a theme that
spikes at releases alone, no release is news too. Readings that come on most days (weather, a
sensor) are known by their last value and by their last week's mean instead.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logit

from models.series.calendar import local_dates
from models.spikes.next_features import Past

Floats = NDArray[np.float64]

_WEEK = 7
_PSEUDO_EVENTS = 4.0
_MOST_DAYS = 0.5  # a column there on more of the days since it began is a reading
_MAX_READINGS = 4
_LEAST_RATE = 0.005
_NONE = -1  # no alarm came


class SignalPast:
    """Signals day by day, ready to be asked about any morning.

    Parameters
    ----------
    signals : DataFrame
        A SIGNALS frame: every version of what was told, with the time it was known.
    dates : DatetimeIndex of length n_days
        The local days of the counts.
    time_zone : str
        Whose midnight ends a day.
    past : Past
        The counts and alarms of the same days.
    """

    def __init__(
        self, signals: pd.DataFrame, dates: pd.DatetimeIndex, *, time_zone: str, past: Past
    ) -> None:
        self.past = past
        brand = signals["brand"].astype("str").where(signals["brand"].notna(), "")
        start = dates[0]
        rows = pd.DataFrame(
            {
                "column": (signals["kind"].astype("str") + " " + brand).str.strip(),
                "name": signals["name"].astype("str"),
                "day": (local_dates(signals["at"], time_zone) - start).dt.days,
                "known": (local_dates(signals["known_at"], time_zone) - start).dt.days,
                "value": signals["value"].astype("float64"),
            }
        ).sort_values(["column", "name", "day", "known"], ignore_index=True)
        # Until when this version held: the day on which the next one of the same event was told.
        same = rows.groupby(["column", "name", "day"], sort=False)["known"]
        rows["until"] = same.shift(-1).fillna(np.inf)
        n_days = len(dates)
        self.readings: dict[str, pd.DataFrame] = {}
        self.events: dict[str, pd.DataFrame] = {}
        for column, found in rows.groupby("column", sort=True):
            days = found.loc[found["day"].between(0, n_days - 1), "day"]
            span = n_days - int(days.min()) if len(days) else n_days
            is_reading = len(days) > 0 and days.nunique() > _MOST_DAYS * span and span > 2 * _WEEK
            room = self.readings if is_reading else self.events
            room[str(column)] = found
        self.readings = dict(list(self.readings.items())[:_MAX_READINGS])
        self._daily = {name: _known_daily(found, n_days) for name, found in self.readings.items()}
        self._learn()

    @property
    def n_columns(self) -> int:
        """Return how many numbers are known of a series on a morning."""
        return 1 + 2 * len(self.readings)

    def known(self, origin: int, days: int) -> Floats:
        """Return what was known before day `origin`: (n_series, n_columns)."""
        n_series = len(self.past.counts)
        usual, without = self._usual(origin)
        rate = without
        for column, found in self.events.items():
            ahead = found["day"].between(origin - _WEEK + 1, origin + days - 1)
            held = (found["known"] < origin) & (found["until"] >= origin) & (found["value"] != 0)
            for day in sorted(set(found.loc[ahead & held, "day"])):
                answer = self._answer(column, origin, origin - int(day), days, without)
                is_more = np.abs(answer - without) > np.abs(rate - without)
                rate = np.where(is_more, answer, rate)
        columns = [logit(np.clip(rate, _LEAST_RATE, 0.98)) - logit(usual)]
        for last, mean in self._daily.values():
            columns += [np.full(n_series, last[origin]), np.full(n_series, mean[origin])]
        return np.column_stack(columns)

    def _learn(self) -> None:
        """Note of each past event which series were calm, and when a new alarm came, if one did."""
        alarms, n_days = self.past.alarms, self.past.n_days
        self.answers: dict[str, list[tuple[int, NDArray[np.bool_], NDArray[np.int64]]]] = {}
        is_event = np.zeros(n_days, dtype=bool)
        for column, found in self.events.items():
            last = found.drop_duplicates(["name", "day"], keep="last")
            days = sorted({int(day) for day in last.loc[last["value"] != 0, "day"]})
            answers = []
            for day in days:
                if not _WEEK <= day <= n_days - _WEEK:
                    continue
                calm = alarms[:, day] == alarms[:, day - _WEEK]
                came = self.past.alarm[:, day : day + _WEEK]
                delay = np.where(calm & came.any(axis=1), came.argmax(axis=1), _NONE)
                answers.append((day + _WEEK, calm, delay))
            self.answers[column] = answers
            for day in days:
                is_event[max(day, 0) : max(day + _WEEK, 0)] = True
        opened = np.diff(self.past.opened, axis=1) * ~is_event
        self._outside = np.cumsum(np.pad(opened, ((0, 0), (1, 0))), axis=1)
        self._calm_days = np.cumsum(np.pad(~is_event, (1, 0)))

    def _usual(self, origin: int) -> tuple[Floats, Floats]:
        """Return the share of weeks with a new alarm of each series: of all, and without events."""
        opened, outside = self.past.opened[:, origin], self._outside[:, origin]
        weeks, calm_weeks = origin / _WEEK, float(self._calm_days[origin]) / _WEEK
        pool = float(opened.sum()) / (max(weeks, 1.0) * len(opened))
        usual = (opened + _PSEUDO_EVENTS * pool) / (weeks + _PSEUDO_EVENTS)
        usual = np.clip(usual, _LEAST_RATE, 0.5)
        without = (outside + _PSEUDO_EVENTS * usual) / (calm_weeks + _PSEUDO_EVENTS)
        return usual, np.clip(without, _LEAST_RATE, 0.5)

    def _answer(self, column: str, origin: int, since: int, days: int, without: Floats) -> Floats:
        """Return the chance of an alarm, by the events whose week had ended by the origin.

        The event began `since` days before the origin; below 0 it lies ahead.
        """
        ended = [(calm, delay) for end, calm, delay in self.answers[column] if end <= origin]
        n = np.sum([calm for calm, _ in ended], axis=0) if ended else 0.0
        hits = np.sum([delay != _NONE for _, delay in ended], axis=0) if ended else 0.0
        rate = (hits + _PSEUDO_EVENTS * without) / (n + _PSEUDO_EVENTS)
        # Of the event's week the days from `since` on are ahead, as far as the horizon goes.
        first, last = max(since, 0), min(since + days, _WEEK)
        delays = np.concatenate([delay for _, delay in ended]) if ended else np.zeros(0)
        within = ((delays >= first) & (delays < last)).sum() + (last - first) / _WEEK
        share = within / ((delays != _NONE).sum() + 1)
        return np.asarray(without + (rate - without) * share)


def _known_daily(found: pd.DataFrame, n_days: int) -> tuple[Floats, Floats]:
    """Return of each morning the last value known and the mean of the last week's: (n_days + 1,).

    A value counts from the morning after it was known, and its day must have begun.
    """
    visible = np.maximum(found["known"], found["day"]).to_numpy() + 1
    rows = found.assign(visible=visible).sort_values(["day", "known"])
    last, mean = np.zeros(n_days + 1), np.zeros(n_days + 1)
    day, value = rows["day"].to_numpy(), rows["value"].to_numpy()
    seen, until = rows["visible"].to_numpy(), rows["until"].to_numpy()
    for morning in range(n_days + 1):
        near = (seen <= morning) & (until >= morning) & (day >= morning - _WEEK)
        if near.any():
            at = int(day[near].max())
            last[morning], mean[morning] = value[near & (day == at)].sum(), value[near].mean()
        elif morning:
            last[morning], mean[morning] = last[morning - 1], mean[morning - 1]
    return last, mean
