import numpy as np
import pandas as pd
import pandas.testing
import pytest

from models.contracts import COUNTS, check
from models.series.counts import MIN_PAIR_TOTAL, Counted, count_complaints
from models.series.hierarchy import series_id

AS_OF = pd.Timestamp("2019-05-05T00:00Z")


def complaints(
    rows: list[tuple[str, str | None, str | None]], **columns: list[object]
) -> pd.DataFrame:
    """Return complaints of (created_at, theme, channel)."""
    frame = pd.DataFrame(rows, columns=["created_at", "theme_id", "channel"])
    frame["created_at"] = pd.to_datetime(frame["created_at"], utc=True).astype(
        "datetime64[us, UTC]"
    )
    frame["complaint_id"] = [f"s:{i}" for i in range(len(frame))]
    frame["received_at"] = frame["created_at"]
    frame["brand"] = None
    frame["is_counted"] = True
    return frame.assign(**columns)


def count(frame: pd.DataFrame, as_of: pd.Timestamp = AS_OF, zone: str = "UTC") -> Counted:
    counted = count_complaints(frame, as_of=as_of, time_zone=zone, provisional_days=1)
    check(counted.counts, COUNTS)
    return counted


def daily(counted: Counted, name: str) -> list[int]:
    rows = counted.counts[counted.counts["series_id"] == name]
    return rows.sort_values("date")["count"].tolist()


def test_zeros_are_counted_from_the_first_date_for_every_series() -> None:
    rows = [("2019-05-01T10:00", "a", "web"), ("2019-05-03T10:00", "b", "web")]
    counted = count(complaints(rows))
    assert daily(counted, series_id()) == [1, 0, 1, 0]
    assert daily(counted, series_id("a")) == [1, 0, 0, 0]
    assert daily(counted, series_id("b")) == [0, 0, 1, 0]
    assert daily(counted, series_id(channel="web")) == [1, 0, 1, 0]
    assert counted.first_date == pd.Timestamp("2019-05-01")
    assert counted.last_data_at == pd.Timestamp("2019-05-03T10:00Z")
    assert (counted.silent_days, counted.usual_silence_days) == (1, 1)
    assert not counted.counts["is_provisional"].any()


def test_without_a_theme_a_complaint_counts_in_total_and_channel() -> None:
    rows = [("2019-05-04T10:00", None, "web"), ("2019-05-04T11:00", "a", None)]
    counted = count(complaints(rows))
    assert daily(counted, series_id()) == [2]
    assert daily(counted, series_id("a")) == [1]
    assert daily(counted, series_id(channel="web")) == [1]
    assert daily(counted, series_id(channel="unknown")) == [1]


def test_no_channel_at_all_makes_no_channel_series() -> None:
    counted = count(complaints([("2019-05-04T10:00", "a", None)]))
    assert sorted(counted.counts["series_id"].unique()) == sorted([series_id(), series_id("a")])


def test_pairs_need_two_channels_and_enough_complaints() -> None:
    one_channel = [("2019-05-04T10:00", "a", "web")] * MIN_PAIR_TOTAL
    assert series_id("a", "web") not in set(count(complaints(one_channel)).counts["series_id"])
    two = [*one_channel, ("2019-05-04T11:00", "a", "chat")]
    counted = count(complaints(two))
    assert daily(counted, series_id("a", "web")) == [MIN_PAIR_TOTAL]
    assert series_id("a", "chat") not in set(counted.counts["series_id"])


def test_rows_of_a_flood_that_are_not_counted_are_left_out() -> None:
    rows = [("2019-05-04T10:00", "a", "web")] * 3
    assert daily(count(complaints(rows, is_counted=[True, False, False])), series_id()) == [1]


def test_the_day_is_the_local_one_and_the_unfinished_one_is_provisional() -> None:
    rows = [("2019-05-04T03:59", "a", None), ("2019-05-04T04:00", "a", None)]
    counted = count(complaints(rows), pd.Timestamp("2019-05-04T12:00Z"), "America/New_York")
    assert daily(counted, series_id()) == [1, 1]
    total = counted.counts[counted.counts["series_id"] == series_id()]
    assert total["date"].tolist() == [pd.Timestamp("2019-05-03"), pd.Timestamp("2019-05-04")]
    assert total["is_provisional"].tolist() == [False, True]


def test_at_local_midnight_no_day_is_provisional() -> None:
    rows = [("2019-05-03T12:00", "a", None)]
    counted = count(complaints(rows), pd.Timestamp("2019-05-05T04:00Z"), "America/New_York")
    total = counted.counts[counted.counts["series_id"] == series_id()]
    assert total["date"].max() == pd.Timestamp("2019-05-04")
    assert not total["is_provisional"].iloc[0]


def test_nothing_at_or_after_as_of_is_read() -> None:
    rows = [("2019-05-03T10:00", "a", None), ("2019-05-04T10:00", "a", None)]
    frame = complaints(rows)
    late = frame.assign(received_at=[frame["received_at"][0], AS_OF])
    later = complaints([*rows, ("2019-05-05T00:00", "a", None)])
    assert daily(count(late), series_id()) == [1, 0]
    pandas.testing.assert_frame_equal(count(later).counts, count(frame).counts)


def test_late_rows_revise_their_own_date() -> None:
    rows = [("2019-05-01T10:00", "a", None), ("2019-05-02T10:00", "a", None)]
    frame = complaints(rows)
    # Provisional for one day: May 1 is final from May 3 00:00 on.
    in_time = frame.assign(received_at=pd.to_datetime(["2019-05-02T23:00Z", "2019-05-03T00:00Z"]))
    late = frame.assign(received_at=pd.to_datetime(["2019-05-03T00:01Z", "2019-05-03T00:00Z"]))
    assert not count(in_time).counts["is_revised"].any()
    revised = count(late).counts
    assert set(revised.loc[revised["is_revised"], "date"]) == {pd.Timestamp("2019-05-01")}
    assert daily(count(late), series_id()) == [1, 1, 0, 0]


def test_a_day_of_23_hours_is_one_day() -> None:
    hours = pd.date_range("2019-03-31T00:00Z", "2019-03-31T23:59Z", freq="h")
    frame = complaints([(str(hour), "a", None) for hour in hours])
    counted = count(frame, pd.Timestamp("2019-04-01T12:00Z"), "Europe/London")
    assert daily(counted, series_id()) == [23, 1]


def test_a_silence_longer_than_any_before_is_not_zeros() -> None:
    days = pd.date_range("2019-03-01", "2019-04-30", freq="D")
    frame = complaints([(f"{day.date()}T10:00", "a", None) for day in days])
    counted = count(frame)
    total = counted.counts[counted.counts["series_id"] == series_id()]
    assert counted.silent_days == 4
    assert total["is_provisional"].sum() == 4
    assert total.tail(4)["is_provisional"].all()


def test_row_order_does_not_matter() -> None:
    rng = np.random.default_rng(1)
    days = rng.integers(1, 5, 60)
    rows = [(f"2019-05-0{d}T10:00", f"t{d % 3}", ["web", "chat"][d % 2]) for d in days]
    frame = complaints(rows)
    mixed = frame.sample(frac=1, random_state=2)
    pandas.testing.assert_frame_equal(count(frame).counts, count(mixed).counts)


def test_a_value_that_reads_as_all_has_no_series_of_its_own() -> None:
    counted = count(complaints([("2019-05-04T10:00", "*", "web")]))
    assert sorted(counted.counts["series_id"].unique()) == sorted(
        [series_id(), series_id(channel="web")]
    )


def test_no_rows() -> None:
    counted = count(complaints([]).astype({"theme_id": "str"}))
    assert counted.counts.empty
    assert counted.last_data_at is None


def test_areas_are_the_sums_of_their_themes() -> None:
    rows = [("2019-05-03T10:00", "a", "web"), ("2019-05-04T10:00", "b", "web")]
    frame = complaints([*rows, ("2019-05-04T11:00", "c", "web"), ("2019-05-04T12:00", None, "web")])
    frame["area_id"] = ["x", "x", None, "x"]  # without a theme there is no area
    counted = count(frame)
    assert daily(counted, series_id(area="x")) == [1, 1]
    assert daily(counted, series_id()) == [1, 3]


def test_those_without_a_theme_are_counted_where_others_have_one() -> None:
    rows = [("2019-05-03T10:00", "a", None), ("2019-05-04T10:00", None, None)]
    counted = count(complaints(rows))
    assert daily(counted, series_id("-")) == [0, 1]
    none = count(complaints([("2019-05-04T10:00", None, None)]).astype({"theme_id": "str"}))
    assert none.counts["series_id"].unique().tolist() == [series_id()]


def test_late_days_say_how_much_has_come_in() -> None:
    days = pd.date_range("2019-01-01", "2019-05-04", freq="D")
    frame = complaints([(f"{d.date()}T10:00", "a", "web") for d in days for _ in range(4)])
    later = frame["created_at"] + pd.to_timedelta([0, 0, 1, 1] * len(days), unit="D")
    counted = count(frame.assign(received_at=later.astype("datetime64[us, UTC]")))
    rows = counted.counts[counted.counts["series_id"] == series_id("a")]
    assert rows["count"].tolist()[-2:] == [4, 2]
    assert rows["arrived"].notna().sum() == 1
    n = 4 * (len(days) - 28)
    pool = (n / 2 + 50) / (n + 50)
    assert rows["arrived"].iloc[-1] == pytest.approx((n / 2 + 50 * pool) / (n + 50))
    assert count(frame).counts["arrived"].isna().all()
