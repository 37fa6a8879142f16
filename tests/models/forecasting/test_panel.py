import numpy as np
import pandas as pd

from models.forecasting.panel import Panel, panel_from_counts

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
