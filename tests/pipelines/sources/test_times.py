import pandas as pd
import pytest

from pipelines.sources.times import parse_times


def parse(*values, zone="UTC", **kwargs):
    return parse_times(pd.Series(list(values), dtype="str"), time_zone=zone, **kwargs)


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2019-05-04T01:02:03Z", "2019-05-04 01:02:03"),
        ("2019-05-04T01:02:03+0200", "2019-05-03 23:02:03"),
        ("2019-05-04 01:02:03-05", "2019-05-04 06:02:03"),
        ("2019-05-04", "2019-05-04"),
        ("2019/5/4 10:00", "2019-05-04 10:00"),
        ("20190504", "2019-05-04"),
        ("20190504101112", "2019-05-04 10:11:12"),
        ("1557000000", "2019-05-04 20:00"),
        ("1557000000123", "2019-05-04 20:00:00.123"),
        ("Sat May 04 00:01:02 +0000 2019", "2019-05-04 00:01:02"),
        ("Sat, 04 May 2019 10:00:00 GMT", "2019-05-04 10:00"),
        ("4 May 2019", "2019-05-04"),
        ("May 4th, 2019 10:05 PM", "2019-05-04 22:05"),
        ("04.05.2019 10:00", "2019-05-04 10:00"),
        ("12/25/2019", "2019-12-25"),
        ("25/12/2019 13:00", "2019-12-25 13:00"),
    ],
)
def test_common_forms_are_read(written, utc):
    assert parse(written)[0] == pd.Timestamp(utc, tz="UTC")


@pytest.mark.parametrize(
    "written",
    ["", "soon", "5", "2019", "12:30", "2019-02-30", "9999-01-01", "0001-01-01", "1 2 3",
     "2019-05-04 25:00", "0x12", "x" * 100],
)  # fmt: skip
def test_other_things_are_no_time(written):
    assert parse(written, None).isna().all()


def test_summer_time_gap_and_repeat():
    gap, twice = parse("2019-03-31 01:30", "2019-10-27 01:30", zone="Europe/London")
    assert gap == pd.Timestamp("2019-03-31 01:00", tz="UTC")
    assert twice == pd.Timestamp("2019-10-27 00:30", tz="UTC")  # the first, in summer time


def test_the_column_shows_whether_days_come_first():
    assert parse("05/04/2019", "25/04/2019")[0] == pd.Timestamp("2019-04-05", tz="UTC")
    assert parse("05/04/2019", "05/25/2019")[0] == pd.Timestamp("2019-05-04", tz="UTC")
    assert parse("05/04/2019")[0] == pd.Timestamp("2019-05-04", tz="UTC")
    assert parse("05/04/2019", day_first=True)[0] == pd.Timestamp("2019-04-05", tz="UTC")


def test_index_and_empty_series_are_kept():
    values = pd.Series(["2019-05-04", None], index=[9, 4], dtype="str")
    assert parse_times(values, time_zone="UTC").index.tolist() == [9, 4]
    assert parse().dtype == "datetime64[us, UTC]"
