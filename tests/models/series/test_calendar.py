import pandas as pd
import pytest

from models.errors import DataContractError
from models.series.calendar import day_starts, holiday_flags, local_date, local_dates, weekdays


def test_the_local_date_follows_the_zone() -> None:
    moment = pd.Timestamp("2019-05-04T23:30Z")
    assert local_date(moment, "UTC") == pd.Timestamp("2019-05-04")
    assert local_date(moment, "Europe/Berlin") == pd.Timestamp("2019-05-05")
    assert local_date(moment, "America/New_York") == pd.Timestamp("2019-05-04")


def test_days_of_23_and_25_hours() -> None:
    starts = day_starts(pd.date_range("2019-03-30", periods=3), "Europe/London")
    assert [s.hour for s in starts] == [0, 0, 23]  # Mar 31 has 23 hours
    starts = day_starts(pd.date_range("2019-10-27", periods=2), "Europe/London")
    assert starts[1] - starts[0] == pd.Timedelta(hours=25)


def test_a_midnight_that_does_not_exist() -> None:
    # Clocks in São Paulo went from 00:00 to 01:00 on 2018-11-04.
    starts = day_starts(pd.DatetimeIndex(["2018-11-04"]), "America/Sao_Paulo")
    assert starts[0] == pd.Timestamp("2018-11-04T03:00Z")


def test_both_hours_of_a_repeated_hour_are_the_same_day() -> None:
    moments = pd.Series(pd.to_datetime(["2019-11-03T05:30Z", "2019-11-03T06:30Z"]))
    dates = local_dates(moments, "America/New_York")  # 01:30, twice
    assert dates.tolist() == [pd.Timestamp("2019-11-03")] * 2


def test_holidays_of_countries_and_their_parts() -> None:
    dates = pd.DatetimeIndex(["2019-07-04", "2019-08-26", "2019-08-05", "2019-08-27"])
    assert holiday_flags(dates, ["US"]).tolist() == [True, False, False, False]
    assert holiday_flags(dates, ["GB-ENG"]).tolist() == [False, True, False, False]
    assert holiday_flags(dates, ["US", "GB-SCT"]).tolist() == [True, False, True, False]
    assert holiday_flags(dates, []).tolist() == [False] * 4


def test_an_unknown_country_is_named() -> None:
    with pytest.raises(DataContractError, match="'XX'"):
        holiday_flags(pd.DatetimeIndex(["2019-07-04"]), ["XX"])


def test_monday_is_0() -> None:
    assert weekdays(pd.date_range("2026-11-23", periods=7)).tolist() == list(range(7))
