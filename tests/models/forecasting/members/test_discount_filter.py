import dataclasses

import numpy as np
import pytest

from models.forecasting.members import DiscountFilter, discount_filter
from models.forecasting.members.discount_filter import FilterState
from models.forecasting.panel import Panel
from tests.models.forecasting.panels import make_panel, make_weeks, weekly_counts


def means(panel: Panel) -> np.ndarray:
    member = DiscountFilter()
    return member.predict(panel, member.fit(panel)).mean


def arrays(state: FilterState) -> list[np.ndarray]:
    own = [v for v in vars(state).values() if isinstance(v, np.ndarray)]
    return own + list(vars(state.rhythm).values())


def test_hand_worked_weeks_of_one_discount(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discount_filter, "_WEEK_DISCOUNTS", np.array([0.5]))
    # a: 4, then 4/2 + 2 = 4, then 4/2 + 6 = 8; b: 1, 1.5, 1.75.
    np.testing.assert_allclose(means(make_weeks([4.0, 2.0, 6.0], horizon=2)), 8 / 1.75)
    # An unknown week forgets and learns nothing: 4/2 + 6 over 1/2 ... a: 4, 2, 7; b: 1, 1/2, 5/4.
    np.testing.assert_allclose(means(make_weeks([4.0, np.nan, 6.0], horizon=1)), 7 / 1.25)


def test_a_day_learnt_is_the_batch_pass() -> None:
    y = np.stack([weekly_counts(level, 200, seed=3) for level in (0.3, 4.0, 40.0)])
    y[1, 150:155] = np.nan
    holiday = np.arange(200) % 31 == 5
    panel = dataclasses.replace(make_panel(y), is_holiday=holiday)
    member = DiscountFilter()
    state = member.state(panel.before(20))
    for step in range(19, -1, -1):
        state = member.updated(state, panel.before(step))
    batch = member.state(panel)
    assert state.origin == batch.origin == panel.origin
    for one, other in zip(arrays(state), arrays(batch), strict=True):
        assert one.tobytes() == other.tobytes()
    assert member.ahead(state, panel).mean.tobytes() == member.predict(panel).mean.tobytes()


def test_only_new_days_are_read_and_the_state_stays_as_it_was() -> None:
    y = weekly_counts(5.0, 200)
    panel, forgotten = make_panel(y), y.copy()
    forgotten[:-1] = 900.0
    member = DiscountFilter()
    yesterday = member.state(panel.before(1))
    before = [array.tobytes() for array in arrays(yesterday)]
    found = member.updated(yesterday, make_panel(forgotten))
    assert member.ahead(found, panel).mean.tobytes() == member.predict(panel).mean.tobytes()
    assert [array.tobytes() for array in arrays(yesterday)] == before


def test_corrected_counts_are_read_as_they_are_now() -> None:
    panel = make_panel(weekly_counts(5.0, 200))
    more = dataclasses.replace(panel, y=panel.y + 1)
    member = DiscountFilter()
    assert member.predict(more, member.fit(panel)).mean.sum() > member.predict(panel).mean.sum() + 9


def test_a_state_from_the_future_is_refused() -> None:
    panel = make_panel(weekly_counts(5.0, 100))
    state = DiscountFilter().state(panel)
    with pytest.raises(ValueError, match="learnt up to 2019-06-03, after the panel's 2019-05-30"):
        DiscountFilter().updated(state, panel.before(4))


def test_a_new_level_is_followed_and_one_loud_day_is_not() -> None:
    y = weekly_counts(5.0, 300)
    risen = np.concatenate([y[:-28], weekly_counts(25.0, 28, seed=1)])
    loud = y.copy()
    loud[-3] = 60.0
    found = means(make_panel(np.stack([risen, loud])))
    assert found[0].mean() > 12
    assert found[1].mean() < 9


def test_holidays_have_their_factor_and_move_no_level() -> None:
    y = np.full(364, 16.0)
    is_holiday = np.zeros(364, dtype=bool)
    is_holiday[20:360:30] = True
    y[is_holiday] = 1.0
    ahead = np.zeros(28, dtype=bool)
    ahead[9] = True
    panel = dataclasses.replace(make_panel(y), is_holiday=is_holiday, horizon_is_holiday=ahead)
    found = means(panel)[0]
    assert found[9] < 0.5 * 16  # drawn to a usual day, since there were few
    np.testing.assert_allclose(np.delete(found, 9), 16, rtol=0.05)
