import numpy as np
import pytest

from models.embedding.base import unit_length
from models.spikes.one_issue import Rise, is_one_issue, joined, nearness

DIMENSION = 48


def _texts(rng, centre, count, *, noise=1.2):
    rows = centre + noise * rng.standard_normal((count, DIMENSION)) / DIMENSION**0.5
    return unit_length(rows).astype(np.float32)


def _centres(rng, cosine):
    """Return two directions of a cosine."""
    one, other = np.linalg.qr(rng.standard_normal((DIMENSION, 2)))[0].T
    return one, cosine * one + (1 - cosine**2) ** 0.5 * other


@pytest.mark.parametrize("count", [6, 60, 600])
def test_nearness_is_that_of_the_centres_however_few_texts_there_are(count):
    rng = np.random.default_rng(0)
    found = []
    for _ in range(200 if count < 100 else 20):
        one, other = _centres(rng, 0.6)
        found.append(nearness(_texts(rng, one, count), _texts(rng, other, count)))
    assert np.mean(found) == pytest.approx(0.6, abs=0.03)


def test_texts_that_have_nothing_in_common_are_near_to_nothing():
    one, other = np.eye(4, dtype=np.float32)[:2], np.eye(4, dtype=np.float32)[2:]
    assert nearness(one, other) == 0.0


# How near the two themes are usually and now, with how many texts of the quiet past, and whether
# they are one issue: clearly nearer than ever, or near but as usual, or nearer but not near.
CASES = [
    (0.5, 0.95, 60, 60, True),
    (0.93, 0.93, 60, 60, False),
    (0.2, 0.6, 60, 60, False),
    (0.5, 0.95, 0, 60, True),  # the one was just born
    (0.5, 0.95, 0, 0, True),
    (0.2, 0.6, 0, 0, False),
]


@pytest.mark.parametrize(("usual", "now", "past", "other_past", "expected"), CASES)
def test_what_is_nearer_than_ever_is_one_issue(usual, now, past, other_past, expected):
    rng = np.random.default_rng(1)
    for _ in range(10):
        one, other = _centres(rng, usual)
        event, near = _centres(rng, now)
        found = is_one_issue(
            _texts(rng, event, 40),
            _texts(rng, near, 20),
            one_before=_texts(rng, one, past),
            other_before=_texts(rng, other, other_past),
        )
        assert found == expected


def test_a_newborn_theme_whose_neighbour_is_as_near_as_ever_is_an_issue_of_its_own():
    rng = np.random.default_rng(2)
    one, newborn = _centres(rng, 0.9)
    rows = _texts(rng, newborn, 20)
    nothing = rows[:0]
    same = {"one_before": _texts(rng, one, 60), "other_before": nothing}
    assert not is_one_issue(_texts(rng, one, 40), rows, **same)


def test_a_handful_of_texts_tells_nothing():
    rng = np.random.default_rng(3)
    rows = _texts(rng, np.eye(DIMENSION)[0], 40, noise=0.1)
    assert is_one_issue(rows, rows[:5], one_before=rows[:0], other_before=rows[:0])
    assert not is_one_issue(rows, rows[:4], one_before=rows[:0], other_before=rows[:0])


def _joined(rises, *pairs, known=None):
    asked = {frozenset(pair) for pair in pairs}
    return joined(
        [Rise(name, day) for name, day in rises],
        known=known or {},
        is_one=lambda one, other: {one, other} in asked,
    )


def test_the_stronger_leads_and_days_further_apart_are_not_asked():
    rises = [("a", 10), ("b", 11), ("c", 12), ("d", 10)]
    assert _joined(rises, "ab") == {"b": "a"}
    assert _joined(rises, "ac") == {}
    assert _joined(rises, "ab", "bc") == {"b": "a", "c": "a"}
    assert _joined(rises, "cd", "ad") == {"d": "a"}


def test_once_joined_stays_joined_under_the_same_lead():
    # On the morning after b is the stronger, and the two are no longer near.
    assert _joined([("b", 10), ("a", 10)], known={"b": "a"}) == {"b": "a"}
    # A third that joins is told there, too.
    assert _joined([("c", 10), ("b", 10), ("a", 10)], "bc", known={"b": "a"}) == {
        "b": "a",
        "c": "a",
    }


def test_a_lead_that_closes_hands_over_to_the_strongest_left():
    known = {"b": "a", "c": "a"}
    assert _joined([("c", 10), ("b", 10), ("z", 10)], known=known) == {"b": "c"}
    assert _joined([("b", 10), ("z", 10)], known={"b": "a"}) == {}
