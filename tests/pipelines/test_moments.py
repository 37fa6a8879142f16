from __future__ import annotations

import pandas as pd
import pytest

from models.errors import SettingsError
from pipelines.moments import folder_name, parse_as_of, start_of_day


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("2019-05-05", "UTC", "2019-05-05T00:00Z"),
        ("2019-05-05", "Europe/London", "2019-05-04T23:00Z"),
        ("2019-05-05T06:00", "Europe/London", "2019-05-05T05:00Z"),
        ("2019-05-05T06:00+02:00", "Europe/London", "2019-05-05T04:00Z"),
        ("2019-09-08", "America/Santiago", "2019-09-08T04:00Z"),  # midnight was skipped there
    ],
)
def test_a_bare_date_is_the_start_of_the_local_day(text: str, zone: str, utc: str) -> None:
    assert parse_as_of(text, time_zone=zone) == pd.Timestamp(utc)


@pytest.mark.parametrize("text", ["yesterdayish", "", "2019-13-01", "NaT"])
def test_what_is_no_moment_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(SettingsError, match="--as-of"):
        parse_as_of(text, time_zone="UTC")


@pytest.mark.parametrize(
    ("moment", "zone", "start", "folder"),
    [
        # Santiago's clocks went from 00:00 to 01:00: the day began at 04:00 UTC.
        ("2019-09-08T04:00Z", "America/Santiago", "2019-09-08T04:00Z", "2019-09-08"),
        ("2019-09-08T12:00Z", "America/Santiago", "2019-09-08T04:00Z", "2019-09-08T09-00"),
        # Havana's went from 01:00 back to 00:00: the day began at the first midnight.
        ("2021-11-07T04:00Z", "America/Havana", "2021-11-07T04:00Z", "2021-11-07"),
        ("2021-11-07T05:00Z", "America/Havana", "2021-11-07T04:00Z", "2021-11-07T00-00"),
        # The half hour after it comes twice as well.
        ("2021-11-07T04:30Z", "America/Havana", "2021-11-07T04:00Z", "2021-11-07T00-30"),
        ("2021-11-07T05:30Z", "America/Havana", "2021-11-07T04:00Z", "2021-11-07T00b-30"),
    ],
)
def test_a_day_whose_midnight_is_skipped_or_comes_twice(
    moment: str, zone: str, start: str, folder: str
) -> None:
    now = pd.Timestamp(moment)
    assert start_of_day(now, time_zone=zone) == pd.Timestamp(start)
    assert folder_name(now, time_zone=zone) == folder


def test_days_and_folders_follow_the_time_zone() -> None:
    moment = pd.Timestamp("2019-05-04T23:30Z")
    assert start_of_day(moment, time_zone="Europe/London") == pd.Timestamp("2019-05-04T23:00Z")
    assert folder_name(moment, time_zone="Europe/London") == "2019-05-05T00-30"


def test_every_hour_of_a_year_has_a_folder_of_its_own_and_they_sort_like_the_hours() -> None:
    hours = pd.date_range("2026-01-01", "2027-01-01", freq="h", tz="UTC")
    names = [folder_name(hour, time_zone="Europe/Berlin") for hour in hours]
    assert len(set(names)) == len(names)
    assert names == sorted(names)
