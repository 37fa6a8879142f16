import pytest

from models.spikes.severity import severity


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
