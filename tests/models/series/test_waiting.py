"""What waits, by hand: each complaint against its own channel, the widest reach first."""

from __future__ import annotations

import pandas as pd

from models.contracts import THEME_WAITS, WAITING, check
from models.series.waiting import waiting_in_public, waits_by_theme

T = pd.Timestamp("2024-03-01T00:00Z")
EXPECTED = {"x": 30.0}


def _rows(*told: tuple[str, str, float, float | None, float | None]) -> pd.DataFrame:
    """Return complaints of (theme, channel, minutes before T, wait until answered, reach)."""
    frame = pd.DataFrame(told, columns=["theme_id", "channel", "ago", "wait", "reach"])
    created = (T - pd.to_timedelta(frame["ago"], unit="min")).astype("datetime64[us, UTC]")
    answered = created + pd.to_timedelta(frame["wait"].astype("float64"), unit="min")
    return frame.assign(
        complaint_id=[f"c{i}" for i in range(len(frame))],
        created_at=created,
        first_response_at=answered.astype("datetime64[us, UTC]"),
        resolved_at=pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us, UTC]"),
        text=[f"my parcel {i}" for i in range(len(frame))],
        reach=frame["reach"].astype("float64"),
    )


CASE = _rows(
    ("late", "X", 600, 30, None),  # in time: to the minute
    ("late", "X", 500, 31, None),  # late
    ("late", "X", 120, None, 900),  # waits, and should not
    ("late", "X", 20, None, 5000),  # may still be answered in time
    ("late", "web", 90, 45, None),  # nothing is expected there: not due
    ("calm", "web", 2000, None, 70),  # waits where nothing is expected
    ("calm", "letter", 3000, None, 9000),  # nobody writes answers down there
    ("calm", "X", 50 * 1440, None, 10),  # too long ago
    ("calm", "X", 60, 60, 400),  # answered at T itself: not known at T
)


def test_each_theme_is_held_against_its_channels_expectations() -> None:
    found = check(waits_by_theme(CASE, EXPECTED, as_of=T), THEME_WAITS)
    assert found["theme_id"].tolist() == ["calm", "late"]  # one overdue each, two wait in both
    late, calm = (found.set_index("theme_id").loc[name] for name in ("late", "calm"))
    assert (late["complaints"], late["answered"], late["median_minutes"]) == (5, 3, 31)
    assert (late["due"], late["in_time_share"]) == (3, 1 / 3)
    assert (late["open"], late["overdue"], late["oldest_open_minutes"]) == (2, 1, 120)
    assert (calm["complaints"], calm["answered"], calm["due"]) == (2, 0, 1)
    assert (calm["open"], calm["overdue"], calm["oldest_open_minutes"]) == (2, 1, 2000)
    assert pd.isna(calm["median_minutes"])


def test_what_most_people_see_waiting_comes_first() -> None:
    found = check(waiting_in_public(CASE, EXPECTED, as_of=T, most=5), WAITING)
    assert found["complaint_id"].tolist() == ["c2", "c8", "c5"]
    assert found["reach"].tolist() == [900, 400, 70]
    assert found["minutes"].tolist() == [120, 60, 2000]
    assert found["expected_minutes"].iloc[0] == 30
    assert pd.isna(found["expected_minutes"].iloc[2])
    assert len(waiting_in_public(CASE, EXPECTED, as_of=T, most=1)) == 1


def test_without_answers_nothing_is_said() -> None:
    silent = CASE.assign(first_response_at=pd.Series(pd.NaT, dtype="datetime64[us, UTC]"))
    assert waits_by_theme(silent, EXPECTED, as_of=T).empty
    assert waiting_in_public(silent, EXPECTED, as_of=T, most=5).empty


def test_a_long_text_is_cut() -> None:
    long = CASE.assign(text="ä" * 900)
    assert waiting_in_public(long, EXPECTED, as_of=T, most=5)["text"].str.len().max() == 280
