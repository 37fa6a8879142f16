import numpy as np
import pytest

from models.series.delays import MATURE_DAYS, Delays, arrived_by_series, learn_delays

DAYS, TODAY = 120, 120


def rows(pattern: dict[int, int], *, days: range = range(DAYS)) -> tuple[np.ndarray, np.ndarray]:
    """Return day and day of receipt: of each day, so many complaints so many days late."""
    day = np.concatenate([np.full(n, d) for d in days for n in pattern.values()])
    late = np.concatenate([np.full(n, k) for _ in days for k, n in pattern.items()])
    return day, day + late


def learn(day: np.ndarray, received: np.ndarray, group: np.ndarray | None = None) -> Delays | None:
    group = np.zeros(len(day), dtype=np.int64) if group is None else group
    return learn_delays(day, received, group, n_groups=int(group.max()) + 1, today=TODAY)


def test_the_share_is_what_had_come_in_of_days_that_are_complete() -> None:
    # Of ten a day six come the same day, three a day later, one after five days.
    found = learn(*rows({0: 6, 1: 3, 5: 1}))
    assert found is not None
    n = 10 * (DAYS - MATURE_DAYS)  # mature complaints; two times 50 that came at once
    pool = (0.6 * n + 50) / (n + 50)
    assert found.share[0, 0] == pytest.approx((0.6 * n + 50 * pool) / (n + 50))
    assert found.share[0, 1] == pytest.approx(0.9, abs=0.01)
    assert found.share[0, 4] == pytest.approx(0.9, abs=0.01)
    assert found.share[0, 5:] == pytest.approx(1.0)
    # Every day was the same: beyond chance nothing scatters.
    assert (found.share_sd == 0).all()


def test_what_is_not_known_yet_teaches_nothing() -> None:
    day, received = rows({0: 6, 1: 3, 5: 1})
    late = rows({0: 1, 20: 90}, days=range(DAYS - MATURE_DAYS, DAYS))
    more = np.concatenate([day, late[0]]), np.concatenate([received, late[1]])
    one, other = learn(day, received), learn(*more)
    assert one is not None
    assert other is not None
    np.testing.assert_array_equal(one.share, other.share)


def test_nothing_late_is_no_delay() -> None:
    assert learn(*rows({0: 5})) is None
    assert learn(*rows({0: 5, MATURE_DAYS: 2})) is None
    none = np.empty(0, dtype=np.int64)
    assert learn_delays(none, none, none, n_groups=1, today=TODAY) is None


def test_files_that_come_on_mondays_are_not_late_complaints() -> None:
    day, _ = rows({0: 5})
    # Loaded every seventh day, the last time on the eve of today.
    found = learn(day, day + (-day % 7))
    assert found is not None
    assert found.share[0] == pytest.approx(1.0)


def test_a_small_group_is_drawn_to_the_others() -> None:
    day, received = rows({0: 6, 1: 4})
    few, few_received = rows({0: 0, 1: 1}, days=range(60, 70))
    group = np.r_[np.zeros(len(day), dtype=np.int64), np.ones(len(few), dtype=np.int64)]
    found = learn(np.r_[day, few], np.r_[received, few_received], group)
    assert found is not None
    # Ten complaints of its own, none of them in time, against fifty of all.
    assert 0.45 < found.share[1, 0] < 0.58
    pool = (0.6 * 920 + 50) / (930 + 50)
    assert found.share[0, 0] == pytest.approx((0.6 * 920 + 50 * pool) / (920 + 50))


def test_days_that_differ_scatter() -> None:
    day, received = rows({0: 9, 1: 1})
    other, other_received = rows({0: 1, 1: 9})
    odd, even = day % 2 == 1, other % 2 == 0
    found = learn(np.r_[day[odd], other[even]], np.r_[received[odd], other_received[even]])
    assert found is not None
    assert found.share_sd[0, 0] == pytest.approx(0.4, abs=0.05)
    assert found.share_sd[0, 1] == 0


def test_a_series_is_made_up_of_its_groups() -> None:
    share = np.stack([np.ones(MATURE_DAYS), np.r_[0.2, 0.6, np.ones(MATURE_DAYS - 2)]])
    delays = Delays(share, 0.1 * (share < 1))
    mix = np.array([[1000.0, 0.0], [0.0, 1000.0], [0.0, 0.0]])
    found, sd = arrived_by_series(delays, mix, np.array([40, 3, 2, 1, 0]))
    # Shrunk by 20 complaints of the half-and-half that all are.
    assert found[1, 3] == pytest.approx((1000 * 0.2 + 20 * 0.6) / 1020)
    assert np.isnan(found[0]).all()  # 99.2 % and more: as good as complete
    assert found[2, 2:4] == pytest.approx([0.8, 0.6])
    assert np.isnan(found[:, [0, 1, 4]]).all()
    assert np.isnan(sd[:, 0]).all()
    assert sd[2, 3] == pytest.approx(0.05)
