from __future__ import annotations

import pandas as pd
import pytest

from models.errors import SettingsError
from pipelines.moments import folder_name, local_date, parse_as_of, start_of_day


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


def test_local_dates_and_folders_follow_the_time_zone() -> None:
    moment = pd.Timestamp("2019-05-04T23:30Z")
    assert local_date(moment, time_zone="Europe/London") == pd.Timestamp("2019-05-05")
    assert start_of_day(moment, time_zone="Europe/London") == pd.Timestamp("2019-05-04T23:00Z")
    assert folder_name(moment, time_zone="Europe/London") == "2019-05-05T00-30"
