import numpy as np

from models.forecasting.ensemble import combine, with_fallback
from models.forecasting.members import MemberResult
from tests.models.forecasting.panels import make_panel


def test_the_median_ignores_the_member_that_explodes() -> None:
    panel = make_panel(np.full(30, 5.0), horizon=2)
    means = [np.array([[4.0, 6.0]]), np.array([[5.0, 5.0]]), np.array([[900.0, 900.0]])]
    assert combine(means, panel, cap_multiple=3).tolist() == [[5.0, 6.0]]


def test_the_cap_is_a_multiple_of_the_last_half_year() -> None:
    y = np.ones(200)
    y[0], y[150] = 1000.0, 7.0  # the first lies more than 182 days back
    panel = make_panel(y, horizon=1)
    assert combine([np.array([[999.0]])], panel, cap_multiple=3).tolist() == [[21.0]]


def test_a_silent_series_may_still_stir() -> None:
    panel = make_panel(np.zeros(200), horizon=1)
    assert combine([np.array([[0.4]])], panel, cap_multiple=3).tolist() == [[0.4]]


def test_the_baseline_stands_in() -> None:
    member = MemberResult(np.array([[1.0], [np.nan]]), {"b": "too short"})
    assert with_fallback(member, MemberResult(np.array([[8.0], [9.0]]))).tolist() == [[1.0], [9.0]]
