import pytest

from models.spikes.severity import (
    DEFAULT,
    LevelNeeds,
    LevelRules,
    severity,
    with_chance_to_last,
)


@pytest.mark.parametrize(
    ("observed", "expected", "p", "usual_total", "level"),
    [
        (300, 3.0, 1e-30, 60.0, 4),  # five times everything that usually comes
        (60, 3.0, 1e-30, 100.0, 3),  # 57 more, over a quarter of all
        (60, 3.0, 1e-30, 500.0, 2),
        (60, 3.0, 1e-30, 5000.0, 1),  # a hundredth of all
        (19, 8.0, 1e-5, 100.0, 2),
        (9, 2.0, 1e-5, 20.0, 1),  # seven more complaints wake nobody
        (300, 3.0, 1e-3, 60.0, 1),  # may be chance
        (5, 0.0, 0.0, 0.0, 1),
    ],
)
def test_levels(observed: float, expected: float, p: float, usual_total: float, level: int) -> None:
    found = severity(observed, expected, p, usual_total=usual_total, is_concentrated=False)
    assert found == level


def test_one_source_wakes_no_crisis_team() -> None:
    assert severity(300, 3.0, 1e-30, usual_total=60, is_concentrated=True) == 2


@pytest.mark.parametrize(
    ("observed", "level"),
    [(29, 1), (30, 2), (59, 2), (60, 3), (99, 3), (100, 4)],  # of 10 expected, 100 in all
)
def test_thresholds_are_those_that_are_given(observed: int, level: int) -> None:
    rules = LevelRules(
        needs=(
            LevelNeeds(2, ratio=3, extra=20, share=0.2),
            LevelNeeds(3, ratio=3, extra=50, share=0.5),
            LevelNeeds(4, ratio=10, extra=50, share=0.9),
        )
    )
    found = severity(observed, 10, 1e-9, usual_total=100, is_concentrated=False, rules=rules)
    assert found == level


def test_how_sure_and_how_far_one_source_goes_are_given_too() -> None:
    rules = LevelRules(sure_p=0.01, most_of_one_source=3)
    shared = {"usual_total": 60, "rules": rules}
    assert severity(300, 3.0, 1e-3, is_concentrated=False, **shared) == 4
    assert severity(300, 3.0, 1e-3, is_concentrated=True, **shared) == 3


@pytest.mark.parametrize(
    ("level", "p_lasts", "is_concentrated", "found"),
    [
        (2, 0.7, False, 3),
        (2, 0.69, False, 2),
        (2, 0.99, True, 2),  # one source's matter stays that
        (2, None, False, 2),
        (2, float("nan"), False, 2),
        (1, 0.99, False, 1),  # what may be chance is only watched
        (3, 0.99, False, 3),  # chance alone makes no crisis
        (4, 0.01, False, 4),  # and takes none back
    ],
)
def test_what_likely_lasts_is_acted_on(
    level: int, p_lasts: float | None, is_concentrated: bool, found: int
) -> None:
    assert with_chance_to_last(level, p_lasts, is_concentrated=is_concentrated) == found


def test_from_which_chance_on_is_given() -> None:
    rules = LevelRules(needs=DEFAULT.needs, likely_to_last=0.5)
    assert with_chance_to_last(2, 0.5, is_concentrated=False, rules=rules) == 3
