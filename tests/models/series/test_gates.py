"""Loads that cannot be believed, and those that can."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.series.gates import (
    FIELDS,
    FRESHNESS,
    LANGUAGES,
    REPEATS,
    VOLUME,
    Finding,
    GateRules,
    examine,
)

AS_OF = pd.Timestamp("2026-11-02", tz="UTC")
A_DAY, DAYS = 100, 60


def _stream(a_day: int = A_DAY, days: int = DAYS) -> pd.DataFrame:
    """Return a stream of so many complaints a day up to AS_OF, each received within the hour."""
    minutes = np.arange(days * a_day) * (1440 / a_day)
    created = AS_OF - pd.to_timedelta(minutes[::-1] + 7, unit="min")
    n = len(created)
    return pd.DataFrame(
        {
            "created_at": created,
            "received_at": created + pd.Timedelta(minutes=5),
            "text_hash": [f"h{i}" for i in range(n)],
            "language": "en",
            "channel": np.where(np.arange(n) % 2, "x", "email"),
            "brand": None,
            "product": None,
            "region": "UK",
            "customer_key": [f"c{i % 500}" for i in range(n)],
        }
    )


def _today(rows: pd.DataFrame) -> pd.Series:
    return rows["received_at"] >= AS_OF - pd.Timedelta(days=1)


def _found(rows: pd.DataFrame, as_of: pd.Timestamp = AS_OF, **rules: float) -> list[Finding]:
    return examine(rows, as_of=as_of, rules=GateRules(**rules))


def test_a_usual_load_passes() -> None:
    assert _found(_stream()) == []


def test_nothing_known_is_no_finding() -> None:
    assert _found(_stream().iloc[:0]) == []


def test_ten_times_the_usual_load_passes() -> None:
    rows = _stream()
    storm = pd.concat([rows[_today(rows)]] * 9, ignore_index=True)
    storm["text_hash"] = [f"s{i}" for i in range(len(storm))]
    assert _found(pd.concat([rows, storm], ignore_index=True)) == []


def test_old_data_is_found_after_36_hours() -> None:
    rows = _stream()
    newest = rows["created_at"].max()
    ok, late = (newest + pd.Timedelta(hours=h) for h in (36, 36.5))
    assert _found(rows, ok) == []
    (only,) = _found(rows, late)
    assert only.gate == FRESHNESS
    assert (only.measured, only.usual) == (36.5, 36.0)


def test_each_morning_of_a_silence_is_old() -> None:
    rows = _stream()
    newest = rows["created_at"].max()
    for days in range(2, 12):
        (only,) = _found(rows, (newest + pd.Timedelta(days=days)).ceil("D"))
        assert only.gate == FRESHNESS


def test_data_that_ended_months_ago_is_old() -> None:
    (only,) = _found(_stream(), AS_OF + pd.Timedelta(days=90))
    assert only.gate == FRESHNESS
    assert only.measured == pytest.approx(90 * 24, abs=1)


def test_an_office_that_is_closed_at_weekends_is_not_old_on_monday() -> None:
    rows = _stream()
    rows = rows[rows["created_at"].dt.day_of_week < 5]
    monday = AS_OF  # a Monday: the newest is of Friday night
    assert monday.day_of_week == 0
    assert _found(rows, monday) == []
    assert [it.gate for it in _found(rows[rows["created_at"] < "2026-10-29"], monday)] == [
        FRESHNESS  # 96 hours, where 48 are usual
    ]


def test_half_a_load_is_found() -> None:
    rows = _stream()
    few = pd.concat([rows[~_today(rows)], rows[_today(rows)].head(9)], ignore_index=True)
    assert _found(few) == [Finding(VOLUME, 9, 100.0)]
    assert _found(few, min_volume_share=0.05) == []
    assert _found(few, min_rows=101) == []  # too few a day to be judged


def test_a_day_as_calm_as_another_is_no_fault() -> None:
    rows = _stream()
    day = (AS_OF - rows["received_at"]) // pd.Timedelta(days=1)
    holiday = rows[(day == 20)].head(5)
    rows = pd.concat(
        [rows[(day > 0) & (day != 20)], holiday, rows[day == 0].head(9)], ignore_index=True
    )
    assert _found(rows) == []


def test_the_same_rows_many_times_are_found() -> None:
    rows = _stream()
    again = pd.concat([rows, rows[_today(rows)], rows[_today(rows)]], ignore_index=True)
    (only,) = _found(again)
    assert only.gate == REPEATS
    assert only.measured == pytest.approx(2 / 3)
    assert only.usual == 0.0
    # One text by many people, each at a time of their own, is a campaign and no fault.
    campaign = rows.assign(text_hash=rows["text_hash"].where(~_today(rows), "same"))
    assert _found(campaign) == []


def test_rows_without_writer_and_time_of_day_cannot_repeat() -> None:
    rows = _stream().assign(customer_key=None)
    days = rows["created_at"].dt.floor("D")
    rows = rows.assign(created_at=days)
    storm = pd.concat([rows, *[rows[_today(rows)]] * 5], ignore_index=True)
    assert _found(storm) == []


def test_another_language_is_found_by_its_code() -> None:
    rows = _stream()
    rows["language"] = rows["language"].where(~_today(rows), "de")
    assert _found(rows) == [Finding(LANGUAGES, 1.0, 0.0, "de")]
    half = rows.assign(language=rows["language"].where(np.arange(len(rows)) % 2 == 0, "en"))
    assert _found(half) == []


@pytest.mark.parametrize("name", ["channel", "region", "customer_key"])
def test_a_column_that_came_empty_is_found(name: str) -> None:
    rows = _stream()
    rows[name] = rows[name].where(~_today(rows), None)
    assert Finding(FIELDS, 0.0, 1.0, name) in _found(rows)


def test_a_column_that_was_never_filled_may_stay_empty() -> None:
    assert _found(_stream().assign(region=None)) == []


def test_later_rows_change_nothing() -> None:
    rows = _stream()
    morning = AS_OF - pd.Timedelta(days=3)
    known = rows[rows["received_at"] < morning].head(len(rows) - 3 * A_DAY - 95)
    assert _found(known, morning)
    later = rows[rows["received_at"] >= morning]
    assert _found(pd.concat([known, later]), morning) == _found(known, morning)
