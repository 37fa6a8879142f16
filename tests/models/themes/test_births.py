"""Births: the score by hand, people and not texts, one alarm an issue, a rate that is kept."""

import math

import numpy as np
import pytest

from models.errors import DataContractError
from models.themes.alarm_rate import DAYS_PER_MONTH, alarm_threshold
from models.themes.births import Rules, Watch
from models.themes.emerging import scan_windows
from models.themes.joining import join_newborn
from models.themes.scan_scores import birth_score
from models.themes.stream import UNKNOWN, make_stream

START = np.datetime64("2024-01-01T00:00:00", "us")
DAY = np.timedelta64(1, "D")
HOUR = np.timedelta64(1, "h")
OPTIONS = {
    "windows_hours": (6, 24),
    "reference_days": 20,
    "gap_days": 2,
    "min_reference": 20,
    "max_reference": 5000,
    "similarities": (0.6, 0.7),
    "centre_similarities": (0.7, 0.8),
    "copy_similarity": 0.5,
    "min_people": 3,
}
RULES = Rules(alarms_per_month=1.0, null_days=120, same_issue=0.7, belongs=0.6, quiet_days=14)


def _usual(days, *, per_day=20, seed=0, topics=5):
    """Return moments and vectors of a stream in which nothing new is said."""
    rng = np.random.default_rng(seed)
    centres = np.eye(24)[:topics]
    seconds = np.sort(rng.integers(0, days * 86_400, days * per_day))
    vectors = centres[rng.integers(0, topics, len(seconds))]
    vectors = vectors + rng.normal(0, 0.18, (len(seconds), 24))
    return START + seconds.astype("timedelta64[s]").astype("timedelta64[us]"), vectors


def _with(moments, vectors, at, count, *, axis=20, minutes=5, noise=0.12):
    """Return the stream with so many texts about something new, from a moment on."""
    rng = np.random.default_rng(1)
    new = np.eye(24)[axis] + rng.normal(0, noise, (count, 24))
    times = at + np.arange(count) * np.timedelta64(minutes, "m")
    order = np.argsort(np.concatenate([moments, times]), kind="stable")
    is_new = np.concatenate([np.zeros(len(moments), bool), np.ones(count, bool)])[order]
    both = np.concatenate([moments, times])[order], np.concatenate([vectors, new])[order]
    return *both, is_new


def _watch(moments, vectors, *, days, people=None, texts=None, watch=None, first=0):
    people = np.arange(len(moments)) if people is None else people
    texts = [f"text {i}" for i in range(len(moments))] if texts is None else texts
    stream = make_stream(moments, vectors, people, texts)
    watch = watch or Watch(RULES)
    looks = []
    for day in range(first, days):
        hours = START + day * DAY + np.arange(1, 25) * HOUR
        for hour, scans in zip(hours, scan_windows(stream, hours, **OPTIONS), strict=True):
            if scans:
                looks.append(watch.look(stream, hour, scans))
    return looks


def _births(looks):
    return [alarm for look in looks for alarm in look.alarms if alarm.is_birth]


def test_the_score_by_hand():
    # Five people of ten, where 10 people x (1 + 1) / (99 + 1) = 0.2 were to be expected.
    moments = np.concatenate(
        [np.full(99, START), np.full(10, START + 22 * DAY) + np.arange(10) * HOUR]
    )
    vectors = np.zeros((109, 30))
    vectors[:98, 0] = 1.0
    vectors[98, 1] = 1.0
    vectors[99:104, 1] = 1.0
    vectors[np.arange(104, 109), np.arange(5, 10)] = 1.0
    stream = make_stream(moments, vectors, np.arange(109), [""] * 109)
    end = START + 22 * DAY + 10 * HOUR
    options = {**OPTIONS, "windows_hours": (24,), "reference_days": 30}
    [[scan]] = scan_windows(stream, np.array([end]), **options)
    assert scan.people[0] == 5
    assert scan.expected[0] == pytest.approx(0.2)
    assert scan.scores[0] == pytest.approx(5 * math.log(25) - 4.8)
    assert scan.near(0).tolist() == [99, 100, 101, 102, 103]
    assert scan.scores[5:].tolist() == [0.0] * 5  # a single person each


def test_nothing_above_what_is_expected_scores_nothing():
    assert birth_score([3, 3], [3.0, 9.0]).tolist() == [0.0, 0.0]


def test_a_planted_birth_is_one_alarm_however_long_it_lasts():
    moments, vectors = _usual(80)
    at = START + 70 * DAY + 5 * HOUR
    moments, vectors, is_new = _with(moments, vectors, at, 60, minutes=60)
    looks = _watch(moments, vectors, days=75)
    late = [birth for birth in _births(looks) if birth.moment > START + 70 * DAY]
    assert len(late) == 1
    assert late[0].moment <= at + 6 * HOUR
    assert is_new[late[0].texts].mean() > 0.9
    again = [a for look in looks for a in look.alarms if a.birth_id == late[0].birth_id]
    assert len(again) > 5  # still heard, and no second birth


def test_a_flood_by_one_person_is_no_birth():
    moments, vectors = _usual(80)
    moments, vectors, is_new = _with(moments, vectors, START + 70 * DAY, 40)
    before = _births(_watch(moments[~is_new], vectors[~is_new], days=75))
    people = np.where(is_new, 10_000, np.arange(len(moments)))
    looks = _watch(moments, vectors, days=75, people=people)
    assert [b.moment for b in _births(looks)] == [b.moment for b in before]


def test_copies_of_a_text_by_unknown_writers_are_one_person():
    moments, vectors = _usual(80)
    moments, vectors, is_new = _with(moments, vectors, START + 70 * DAY, 40, noise=0.03)
    texts = [
        f"please fix this at once it has been broken for {i} days" if new else f"text {i}"
        for i, new in enumerate(is_new)
    ]
    people = np.full(len(moments), UNKNOWN)
    looks = _watch(moments, vectors, days=75, people=people, texts=texts)
    assert [b for b in _births(looks) if b.moment > START + 70 * DAY] == []


def test_a_quiet_stream_keeps_the_nominal_rate():
    alarms, days = 0, 0
    for seed in range(2):
        moments, vectors = _usual(110, per_day=6, seed=seed)
        looks = _watch(moments, vectors, days=110)
        seen = {str(look.moment)[:10] for look in looks if np.isfinite(look.threshold)}
        alarms, days = alarms + len(_births(looks)), days + len(seen)
    assert alarms / days * DAYS_PER_MONTH <= 2.0


def test_what_comes_later_changes_no_look():
    moments, vectors = _usual(60)
    more, more_vectors, _ = _with(moments, vectors, START + 45 * DAY, 30)
    first = _watch(moments, vectors, days=45)
    second = _watch(more, more_vectors, days=45)
    assert [(k.best, k.threshold) for k in first] == [(k.best, k.threshold) for k in second]


def test_going_on_from_stored_looks_is_the_same_as_never_having_stopped():
    moments, vectors = _usual(60)
    moments, vectors, _ = _with(moments, vectors, START + 50 * DAY, 30, minutes=120)
    whole = _watch(moments, vectors, days=55)
    first = _watch(moments, vectors, days=51)
    rest = _watch(moments, vectors, days=55, first=51, watch=Watch(RULES, first))
    assert [(k.best, k.threshold, len(k.alarms)) for k in first + rest] == [
        (k.best, k.threshold, len(k.alarms)) for k in whole
    ]


def test_a_threshold_needs_enough_past():
    assert alarm_threshold([5.0] * 30, rate=1 / 32) == math.inf
    assert alarm_threshold([1.0, 7.0, 3.0], rate=0.5) == 3.0


def test_days_without_a_score_do_not_make_any_score_an_alarm():
    # Once in 32 days: chance alone reaches ln 32 as often, even of a single question a day.
    assert alarm_threshold([0.0] * 64, rate=1 / 32) == pytest.approx(3.4657, abs=1e-4)
    assert alarm_threshold([0.0] * 62 + [4.0, 5.0], rate=1 / 32) == 4.0


def test_a_stream_out_of_order_is_refused():
    with pytest.raises(DataContractError, match="in the order of time"):
        make_stream([START + DAY, START], np.eye(2), [0, 1], ["a", "b"])


def test_few_founders_are_not_drowned_by_many_others():
    founders = np.array([[1.0, 0.0], [0.995, 0.0998]], dtype=np.float32)
    known = np.array([[0.6, 0.8]] * 50, dtype=np.float32)
    texts = np.array([[0.99, 0.141], [0.7, 0.714], [0.0, -1.0]], dtype=np.float32)
    labels, strengths = join_newborn(texts, known, founders, [7, 7], neighbours=15, floor=0.5)
    assert labels.tolist() == [7, -1, -1]
    assert strengths.tolist() == [1.0, 0.0, 0.0]
