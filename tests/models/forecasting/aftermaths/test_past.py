import numpy as np
import pytest

from models.forecasting.aftermaths.past import carrying_days, learn_aftermaths
from tests.models.forecasting.panels import weekly_counts


def panel(after: list[float], *, n_series: int = 12, days: int = 730) -> np.ndarray:
    """Return quiet series, each with a loud day every 70 days and what came after it."""
    y = np.stack([weekly_counts(2.0, days, seed=s) for s in range(n_series)])
    for i in range(n_series):
        for start in range(100 + i, days - 20, 70):
            y[i, start] += 60
            y[i, start + 1 : start + 1 + len(after)] += after
    return y


def test_days_that_carry_an_excess() -> None:
    excess = np.array([[0, 0, 0, 0, 0, 0, 9.0], [2.0] * 7, [0, 0, 0, 0, 3, 3, -1], [0.0] * 7])
    np.testing.assert_allclose(carrying_days(excess), [1, 7, 2, 1])


def test_a_panel_without_spikes_keeps_the_prior() -> None:
    assert learn_aftermaths(np.tile([3.0, 4.0, 2.0, 3.0], (4, 100))) == (1.0, 1.0, 0)
    assert learn_aftermaths(np.ones((2, 50))) == (1.0, 1.0, 0)
    assert learn_aftermaths(np.empty((0, 400))) == (1.0, 1.0, 0)


def test_spikes_that_last_enlarge_and_those_that_end_diminish() -> None:
    lasting, ending = learn_aftermaths(panel([40.0] * 14)), learn_aftermaths(panel([]))
    assert lasting.size > 1.5
    assert ending.size < 0.6
    assert ending.n_spikes > 50
    assert ending.spread < 0.6  # all alike


def test_one_spike_alone_moves_little() -> None:
    y = np.full((3, 400), 2.0)
    y[0, 200] += 80
    # Seen in two weeks, each time with nothing after it: 26 of the prior against 2 spikes.
    assert learn_aftermaths(y).size == pytest.approx(26 / 28)


def test_the_order_of_series_changes_no_bit() -> None:
    y = panel([10.0, 5.0])
    assert learn_aftermaths(y) == learn_aftermaths(y[::-1])


def test_unknown_days_are_left_out() -> None:
    y = panel([], n_series=4)
    y[:, ::9] = np.nan
    found = learn_aftermaths(y)
    assert np.isfinite(found.size)
    assert np.isfinite(found.spread)
