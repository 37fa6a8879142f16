from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.errors import DataContractError
from models.forecasting.panel import Panel, panel_from_counts, weekly_panel

DATES = pd.date_range("2019-06-28", periods=6, freq="D").as_unit("us")


def counts(**series: list[int]) -> pd.DataFrame:
    frames = [
        pd.DataFrame(
            {
                "series_id": name,
                "date": DATES[: len(values)],
                "count": values,
                "is_provisional": False,
                "is_revised": False,
            }
        )
        for name, values in series.items()
    ]
    return pd.concat(frames, ignore_index=True)


def panel(frame: pd.DataFrame, origin: str = "2019-07-04", days: int = 100) -> Panel:
    return panel_from_counts(
        frame, origin=pd.Timestamp(origin), horizon=3, countries=["US"], max_history_days=days
    )


def test_known_days_and_the_calendar_ahead() -> None:
    found = panel(counts(b=[1, 2, 3, 4, 5, 6], a=[0, 0, 1, 0, 2, 0]))
    assert found.series_ids == ("a", "b")
    np.testing.assert_array_equal(found.y[1], [1, 2, 3, 4, 5, 6])
    np.testing.assert_array_equal(found.y[0], [np.nan, np.nan, 1, 0, 2, 0])  # born on day 3
    assert found.origin == pd.Timestamp("2019-07-04")
    assert found.horizon_is_holiday.tolist() == [True, False, False]


def test_rows_from_the_origin_on_are_not_read() -> None:
    frame = counts(a=[1, 2, 3, 4, 5, 6])
    found = panel(frame, "2019-07-02")
    np.testing.assert_array_equal(found.y[0], [1, 2, 3, 4])
    later = frame.assign(count=frame["count"].where(frame["date"] < "2019-07-02", 999))
    np.testing.assert_array_equal(panel(later, "2019-07-02").y, found.y)


def test_provisional_and_missing_days_are_unknown() -> None:
    frame = counts(a=[1, 2, 3, 4, 5, 6])
    frame.loc[5, "is_provisional"] = True
    np.testing.assert_array_equal(panel(frame.drop(index=2)).y[0], [1, 2, np.nan, 4, 5, np.nan])


def test_old_days_are_not_read_and_do_not_hide_the_birth() -> None:
    np.testing.assert_array_equal(panel(counts(a=[1, 0, 0, 0, 5, 6]), days=4).y[0], [0, 0, 5, 6])


def test_before_and_after() -> None:
    found = panel(counts(a=[1, 2, 3, 4, 5, 6]))
    past = found.before(2)
    assert past.origin == pd.Timestamp("2019-07-02")
    assert past.horizon_is_holiday.tolist() == [False, False, True]  # July 2, 3, 4
    np.testing.assert_array_equal(past.y[0], [1, 2, 3, 4])
    np.testing.assert_array_equal(found.after(2)[0], [5, 6, np.nan])
    assert found.before(0) is found


def daily(days: int, *, start: str = "2019-06-26", horizon: int = 14) -> Panel:
    dates = pd.date_range(start, periods=days, freq="D").as_unit("us")
    july_4 = pd.date_range(start, periods=days + horizon, freq="D") == pd.Timestamp("2019-07-04")
    return Panel(
        dates,
        ("a",),
        np.arange(float(days))[None],
        july_4[:days],
        july_4[days:],
        regressors=np.arange(float(days + horizon))[:, None],
        regressor_names=("price",),
    )


def test_weeks_are_closed_and_labelled_by_their_monday() -> None:
    # Wednesday June 26 to Friday July 12: the week of July 1 alone is whole.
    found = weekly_panel(daily(17), horizon=2)
    assert found.dates.tolist() == [pd.Timestamp("2019-07-01")]
    assert found.y.tolist() == [[float(sum(range(5, 12)))]]
    assert found.is_holiday.tolist() == [True]
    assert found.origin == pd.Timestamp("2019-07-08")  # its days so far are not read
    assert found.horizon_dates.tolist() == [pd.Timestamp("2019-07-08"), pd.Timestamp("2019-07-15")]
    assert found.horizon_is_holiday.tolist() == [False, False]
    assert found.regressors.tolist() == [[8.0], [15.0], [22.0]]  # the middle of each week
    assert (found.period, found.step_days) == (52, 7)
    # On a Monday morning the week that has just ended is whole.
    assert weekly_panel(daily(19), horizon=2).dates[-1] == pd.Timestamp("2019-07-08")


def test_a_week_with_an_unknown_day_is_unknown() -> None:
    panel = daily(19)
    panel.y[0, 6] = np.nan
    np.testing.assert_array_equal(weekly_panel(panel, horizon=1).y, [[np.nan, sum(range(12, 19))]])


def test_weeks_before_and_after() -> None:
    found = weekly_panel(daily(33), horizon=2)  # weeks of July 1, 8, 15, 22
    past = found.before(2)
    assert past.origin == pd.Timestamp("2019-07-15")
    assert past.horizon_dates.tolist() == [pd.Timestamp("2019-07-15"), pd.Timestamp("2019-07-22")]
    assert past.regressors.tolist() == [[8.0], [15.0], [22.0], [29.0]]
    np.testing.assert_array_equal(found.after(2), found.y[:, 2:])
    assert past.all_dates.tolist() == found.dates.tolist()


@pytest.mark.parametrize(
    ("days", "horizon", "message"),
    [(17, 3, "3 weeks need a daily horizon of 16 days, but it is 14"), (9, 1, "No week is closed")],
)
def test_weeks_that_cannot_be(days: int, horizon: int, message: str) -> None:
    with pytest.raises(DataContractError, match=message):
        weekly_panel(daily(days), horizon=horizon)


def test_weeks_of_weeks_are_refused() -> None:
    with pytest.raises(DataContractError, match="steps of 7 days"):
        weekly_panel(weekly_panel(daily(17), horizon=1), horizon=1)


def test_regressors_cover_past_and_horizon() -> None:
    panel = daily(10, horizon=3)
    past = panel.before(2)
    assert past.regressors[:, 0].tolist() == list(range(11))  # eight days and three asked for
    with pytest.raises(DataContractError, match="13 days"):
        replace(panel, regressors=panel.regressors[:10])
    hole = panel.regressors.copy()
    hole[3] = np.nan
    with pytest.raises(DataContractError, match="missing values in price"):
        replace(panel, regressors=hole)
    bare = replace(panel, regressors=np.empty((0, 0)), regressor_names=())
    assert bare.regressors.shape == (13, 0)
