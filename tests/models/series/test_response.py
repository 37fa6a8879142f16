"""Response times by hand: in time, late, left out, waiting; and nothing of what comes later."""

import pandas as pd
import pandas.testing
import pytest

from models.contracts import RESPONSE, check
from models.series.response import response_times

T = pd.Timestamp("2024-03-01T00:00Z")
EXPECTED = {"x": 30.0, "Facebook": 120.0}


def minutes(n: float) -> pd.Timedelta:
    return pd.Timedelta(minutes=n)


def days(n: float) -> pd.Timedelta:
    return pd.Timedelta(days=n)


def rows(*told, channel="X"):
    """Return complaints of (how long before T, wait until answered, until settled)."""
    found = pd.DataFrame(
        [
            {
                "created_at": T - ago,
                "first_response_at": pd.NaT if wait is None else T - ago + wait,
                "resolved_at": pd.NaT if settled is None else T - ago + settled,
            }
            for ago, wait, settled in (tuple([*it, None, None][:3]) for it in told)
        ]
    )
    times = {
        name: pd.to_datetime(found[name], utc=True).astype("datetime64[us, UTC]") for name in found
    }
    return pd.DataFrame(times).assign(channel=pd.Series([channel] * len(found), dtype="str"))


def told_at(complaints, moment=T):
    found = response_times(complaints, EXPECTED, as_of=moment)
    return check(found, RESPONSE)


CASE = (
    (days(10), minutes(30)),  # in time: to the minute
    (days(9), minutes(31)),  # late
    (minutes(120),),  # not answered: late, and the oldest that waits
    (minutes(20),),  # may still be answered in time
    (minutes(30),),  # ... this one too, this very minute
    (minutes(60), minutes(60)),  # answered at T itself: not known at T, so late
    (days(3), None, days(1)),  # settled, by no answer that is known: left out
    (days(29), minutes(5)),  # too long ago
    (days(-1), minutes(5)),  # not yet written
)


def test_a_channel_s_answers_by_hand():
    found = told_at(rows(*CASE))
    assert len(found) == 1
    row = found.iloc[0]
    assert (row["channel"], row["as_of"], row["expected_minutes"]) == ("X", T, 30)
    assert (row["complaints"], row["answered"], row["median_minutes"]) == (7, 2, 30.5)
    # Due: two answered, two that should be; one of the four in time.
    assert (row["due"], row["in_time_share"]) == (4, 0.25)
    assert (row["open"], row["overdue"], row["oldest_open_minutes"]) == (4, 2, 120)
    assert pd.isna(row["usual_open"])  # nothing is known of the weeks before


def test_nothing_of_what_comes_later_is_known():
    complaints = rows(*CASE)
    later = complaints.copy()
    is_later = later["first_response_at"] >= T
    later.loc[is_later, "first_response_at"] = pd.NaT
    later = later[later["created_at"] < T]
    later.loc[later["first_response_at"].isna(), "resolved_at"] = later["resolved_at"].where(
        later["resolved_at"] < T, T + days(2)
    )
    pandas.testing.assert_frame_equal(told_at(complaints), told_at(later))


def test_what_waits_is_held_against_the_four_weeks_before():
    # One a day, an hour before midnight and answered two hours later: one waits each midnight.
    daily = [(days(k) + minutes(60), minutes(120)) for k in range(57)]
    today = [(minutes(5),)] * 4
    row = told_at(rows(*daily, *today)).iloc[0]
    assert (row["open"], row["usual_open"]) == (5, 1)
    # Too little before: a day more than eight weeks less is not enough.
    assert pd.isna(told_at(rows(*daily[:55], *today)).iloc[0]["usual_open"])


def test_answers_that_were_not_written_down_before_are_no_usual():
    before = [(days(k), None) for k in range(29, 60)]
    lately = [(days(k), minutes(5)) for k in range(1, 28)]
    assert pd.isna(told_at(rows(*before, *lately)).iloc[0]["usual_open"])


def test_channels_most_complaints_first_and_those_without_any_answer_not_at_all():
    complaints = pd.concat(
        [
            rows((days(1), minutes(100)), channel="FACEBOOK "),
            rows((days(1), minutes(100)), (days(2),), channel="letter"),
            rows((days(1),), (days(2),), (days(3),), channel="phone"),
            rows((days(1), minutes(100)), (days(2),), (days(3),), channel=None),
        ]
    )
    found = told_at(complaints).set_index("channel")
    assert found.index.tolist() == ["unknown", "letter", "FACEBOOK "]
    assert found.loc["FACEBOOK ", ["expected_minutes", "in_time_share"]].tolist() == [120, 1]
    # Nobody said how soon letters are answered: neither late nor in time.
    names = ["expected_minutes", "due", "in_time_share", "overdue"]
    assert found.loc["letter", names].isna().all()
    assert found.loc["letter", ["open", "oldest_open_minutes"]].tolist() == [1, 2880]


@pytest.mark.parametrize("wait", [None, days(2)])
def test_where_no_answer_is_known_nothing_is_told(wait):
    assert told_at(rows((days(1), wait))).empty
