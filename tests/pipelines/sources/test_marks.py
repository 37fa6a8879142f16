from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pandas as pd
import pytest

from pipelines.sources.marks import NoMark, mark_from, mark_of

CEST = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("value", "hour_less", "just_before"),
    [
        (
            datetime(2024, 7, 1, 12, tzinfo=CEST),
            datetime(2024, 7, 1, 9, tzinfo=UTC),
            datetime(2024, 7, 1, 9, 59, 59, 999_999, tzinfo=UTC),
        ),
        (
            datetime(2024, 3, 1),
            datetime(2024, 2, 29, 23),
            datetime(2024, 2, 29, 23, 59, 59, 999_999),
        ),
        (date(2024, 3, 1), date(2024, 2, 29), date(2024, 2, 29)),
        ("2024-03-01", "2024-02-29", "2024-02-29"),
        ("2024-03-01 00:00:00", "2024-02-29 23:00:00", "2024-02-29 23:59:59"),
        ("2024-03-01T00:00:00.50Z", "2024-02-29T23:00:00.50Z", "2024-03-01T00:00:00.49Z"),
        ("2024-03-01T00:00+02:00", "2024-02-29T23:00+02:00", "2024-02-29T23:59+02:00"),
        (5000, 1400, 4999),
        ("5000", "1400", "4999"),
        (Decimal("5000.5"), Decimal("1400.5"), Decimal("5000.499999")),
    ],
)
def test_marks_are_written_as_the_source_does(value, hour_less, just_before):
    mark = mark_of(value)
    assert mark.value() == value
    assert mark.less(3600).value() == hour_less
    assert mark.before().value() == just_before
    assert mark_from(mark.as_dict()) == mark


def test_texts_of_several_zones_are_compared_as_moments():
    assert mark_of("2024-03-01T10:00:00+02:00").at < mark_of("2024-03-01T09:00:00Z").at


def test_nothing_is_no_mark():
    assert [mark_of(value) for value in (None, "", float("nan"), pd.NaT)] == [None] * 4


@pytest.mark.parametrize("value", ["soon", True, b"x", [1], "2024-13-01", "12:00", "1e5"])
def test_what_is_neither_time_nor_number_is_refused(value):
    with pytest.raises(NoMark):
        mark_of(value)


def test_now_is_told_in_the_sources_own_clock():
    noon = datetime(2024, 7, 1, 12, tzinfo=UTC)
    naive, aware = mark_of("2024-07-01 00:00:00"), mark_of("2024-07-01T00:00:00Z")
    assert naive.now(noon, "Europe/Paris").value() == "2024-07-01 14:00:00"
    assert aware.now(noon, "Europe/Paris").value() == "2024-07-01T12:00:00Z"
    assert mark_of(7).now(noon, "UTC") is None
