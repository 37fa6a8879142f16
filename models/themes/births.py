"""From scores to births: one alarm for one issue, however loud it gets and however long it stays.

An alarm whose texts are near those of a birth that is still loud is the same issue heard again:
it is noted, its texts widen the issue, and what is left of the window is looked at once more, so
that something else born on the same day is still heard.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.embedding.base import unit_length
from models.themes.alarm_rate import DAYS_PER_MONTH, alarm_threshold, realised_rate
from models.themes.emerging import Scan
from models.themes.neighbours import Floats, Ints, cosine_level, quantised
from models.themes.stream import Flags, Stream

Days = np.datetime64
_DAY = np.timedelta64(1, "D")
_ID_DIGITS = 8


@dataclass(frozen=True)
class Rules:
    """What makes a score a birth.

    Parameters
    ----------
    alarms_per_month : float
        The nominal rate, see :func:`models.themes.alarm_rate.alarm_threshold`.
    null_days : int
        Past days that set the threshold.
    same_issue : float
        Cosine of their texts' centroids from which two alarms are about one issue.
    belongs : float
        Cosine to an issue's centroid from which a text belongs to it.
    quiet_days : int
        An issue that was not loud for so long is forgotten: it would be born again.
    """

    alarms_per_month: float
    null_days: int
    same_issue: float
    belongs: float
    quiet_days: int


@dataclass(frozen=True)
class Alarm:
    """A window in which more people than the threshold allows wrote about one thing.

    Attributes
    ----------
    moment : datetime64[us]
        End of the window.
    birth_id : str
        The issue's; of a birth it is new.
    is_birth : bool
        False where a loud issue was heard again.
    score, expected, p_value : float
        The share of past days (and this one) whose best score was as high is the p-value.
    people, window_hours : int
    texts : ndarray of int
        Places in the stream of the window's texts near the one of the best score.
    centroid : ndarray of float32, shape (dimension,)
        Theirs, of unit length.
    """

    moment: np.datetime64
    birth_id: str
    is_birth: bool
    score: float
    expected: float
    p_value: float
    people: int
    window_hours: int
    texts: Ints
    centroid: Floats


@dataclass(frozen=True)
class Look:
    """What was seen at one moment.

    Attributes
    ----------
    moment : datetime64[us]
    threshold, realised : float
        Of the moment's day: what an alarm must exceed, and births a month in the past days.
    rest : float
        The best score that raised no alarm.
    alarms : tuple of Alarm
    """

    moment: np.datetime64
    threshold: float
    realised: float
    rest: float
    alarms: tuple[Alarm, ...]

    @property
    def best(self) -> float:
        """Return the best score that is no known issue's: what the null is made of."""
        return max([self.rest, *(alarm.score for alarm in self.alarms if alarm.is_birth)])


@dataclass
class _Issue:
    birth_id: str
    centroids: list[Floats]
    last_loud: np.datetime64


class Watch:
    """Looks at scans one after the other and remembers what was heard.

    Parameters
    ----------
    rules : Rules
    looks : iterable of Look
        Earlier looks, in the order of time, to go on from.
    """

    def __init__(self, rules: Rules, looks: Iterable[Look] = ()) -> None:
        self.rules = rules
        self._best: dict[int, float] = {}  # of each day
        self._births: dict[int, bool] = {}
        self._issues: list[_Issue] = []
        self._standard: tuple[int, float, float] | None = None
        for look in looks:
            self._remember(look)

    def look(self, stream: Stream, moment: np.datetime64, scans: Sequence[Scan]) -> Look:
        """Return what the scans of one moment show; moments must rise."""
        threshold, realised = self._threshold(_day_number(moment))
        quiet = self.rules.quiet_days * _DAY
        issues = [i for i in self._issues if moment - i.last_loud <= quiet]
        free = [np.ones(len(scan.texts), dtype=bool) for scan in scans]
        alarms: list[Alarm] = []
        for issue in issues:
            mine = [
                belongs(stream.vectors[scan.texts], issue.centroids, self.rules.belongs)
                for scan in scans
            ]
            free = [own & ~its for own, its in zip(free, mine, strict=True)]
            loudest = _best(scans, mine)
            if loudest and scans[loudest[0]].scores[loudest[1]] > threshold:
                alarm = self._alarm(stream, scans[loudest[0]], loudest[1], [])
                # Its own texts widen it no further: it would drift from hour to hour.
                first = issue.centroids[0]
                alarms.append(
                    replace(alarm, birth_id=issue.birth_id, is_birth=False, centroid=first)
                )
        rest = 0.0
        while True:
            found = _best(scans, free)
            if found is None:
                break
            k, i = found
            score = float(scans[k].scores[i])
            if not score > threshold:
                rest = score
                break
            alarm = self._alarm(stream, scans[k], i, issues)
            # An issue has one alarm a moment: that which widens it, if one does.
            alarms = [a for a in alarms if a.birth_id != alarm.birth_id or a.is_birth]
            if alarm.birth_id not in {a.birth_id for a in alarms}:
                alarms.append(alarm)
            issues = [*issues, _Issue(alarm.birth_id, [alarm.centroid], moment)]
            for k, scan in enumerate(scans):
                its = belongs(stream.vectors[scan.texts], [alarm.centroid], self.rules.belongs)
                free[k] &= ~(its | np.isin(scan.texts, alarm.texts))
        look = Look(moment, threshold, realised, rest, tuple(alarms))
        self._remember(look)
        return look

    def _past(self, day: int) -> list[int]:
        return [d for d in self._best if day - self.rules.null_days <= d < day]

    def _p_value(self, day: int, score: float) -> float:
        past = self._past(day)
        return (1 + sum(self._best[d] >= score for d in past)) / (1 + len(past))

    def _threshold(self, day: int) -> tuple[float, float]:
        if self._standard is None or self._standard[0] != day:
            past = self._past(day)
            rate = self.rules.alarms_per_month / DAYS_PER_MONTH
            threshold = alarm_threshold([self._best[d] for d in past], rate=rate)
            self._standard = day, threshold, realised_rate([self._births[d] for d in past])
        return self._standard[1:]

    def _alarm(self, stream: Stream, scan: Scan, i: int, issues: Sequence[_Issue]) -> Alarm:
        texts = scan.near(i)
        centroid = unit_length(stream.vectors[texts].sum(axis=0, dtype=np.float64)[None])[0]
        centroid = centroid.astype(np.float16).astype(np.float32)  # as it is stored
        nearness = [max(float(c @ centroid) for c in issue.centroids) for issue in issues]
        k = int(np.argmax(nearness)) if nearness else -1
        is_birth = k < 0 or round(nearness[k], 6) < self.rules.same_issue
        return Alarm(
            moment=scan.moment,
            birth_id=_new_id(stream, scan.moment, texts) if is_birth else issues[k].birth_id,
            is_birth=is_birth,
            score=float(scan.scores[i]),
            expected=float(scan.expected[i]),
            p_value=self._p_value(_day_number(scan.moment), float(scan.scores[i])),
            people=int(scan.people[i]),
            window_hours=scan.window_hours,
            texts=texts,
            centroid=centroid,
        )

    def _remember(self, look: Look) -> None:
        day = _day_number(look.moment)
        self._best[day] = max(self._best.get(day, 0.0), look.best)
        is_birth = any(alarm.is_birth for alarm in look.alarms)
        self._births[day] = self._births.get(day, False) or is_birth
        for alarm in look.alarms:
            if alarm.is_birth:
                self._issues.append(_Issue(alarm.birth_id, [], look.moment))
            for issue in self._issues:
                if issue.birth_id == alarm.birth_id:
                    if not any(np.array_equal(alarm.centroid, c) for c in issue.centroids):
                        issue.centroids.append(alarm.centroid)
                    issue.last_loud = look.moment


def belongs(vectors: Floats, centroids: Sequence[Floats], least: float) -> Flags:
    """Return which quantised vectors have at least that cosine to one of the centroids."""
    if not centroids:
        return np.zeros(len(vectors), dtype=bool)
    products = vectors @ quantised(np.stack(centroids)).T
    return np.asarray(products.max(axis=1) >= cosine_level(least))


def _best(scans: Sequence[Scan], free: Sequence[Flags]) -> tuple[int, int] | None:
    """Return the scan and the place in it of the best score that is still free."""
    best, found = 0.0, None
    for k, scan in enumerate(scans):
        scores = np.where(free[k], scan.scores, 0.0)
        i = int(scores.argmax()) if len(scores) else 0
        if len(scores) and scores[i] > best:
            best, found = float(scores[i]), (k, i)
    return found


def _new_id(stream: Stream, moment: np.datetime64, texts: Ints) -> str:
    said = f"{moment}{min(stream.texts[i] for i in texts.tolist())}"
    return f"t-{hashlib.sha256(said.encode()).hexdigest()[:_ID_DIGITS]}"


def _day_number(moment: np.datetime64) -> int:
    # A window that ends at midnight is the day's that ends then.
    last = moment.astype("datetime64[us]") - np.timedelta64(1, "us")
    return int(last.astype("datetime64[D]").astype(np.int64))
