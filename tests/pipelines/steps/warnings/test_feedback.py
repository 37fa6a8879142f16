"""What people said of warnings: which snoozes hold, and which days verdicts are about."""

import numpy as np
import pandas as pd
import pytest

from models.contracts import FEEDBACK, LINEAGE, WARNINGS, check, conform, empty
from models.spikes.said import Said
from pipelines.steps.warnings.feedback import (
    counted,
    said_of,
    with_feedback,
    with_todays_themes,
)

AS_OF = pd.Timestamp("2019-05-10T00:00Z")


def warnings(*rows):
    frame = pd.DataFrame(rows, columns=["warning_id", "theme_id", "state", "severity", "opened_on"])
    frame = frame.assign(
        as_of=AS_OF, kind="now", window_days=1, observed=9, expected=1.0, p_value=1e-9,
        is_concentrated=False, owner="Service", action="Look.", joined_to=None,
        opened_on=pd.to_datetime(frame["opened_on"]),
    )  # fmt: skip
    for name in ("cells", "wording", "exemplars"):
        frame[name] = [[] for _ in range(len(frame))]
    return check(conform(frame, WARNINGS), WARNINGS)


def said(*rows):
    columns = ["warning_id", "at", "verdict", "until", "severity"]
    frame = pd.DataFrame(rows, columns=columns).assign(
        by="Ada", theme_id="t-1", opened_on=pd.Timestamp("2019-05-04"),
        last_on=pd.Timestamp("2019-05-06"),
    )  # fmt: skip
    frame["at"] = pd.to_datetime(frame["at"], utc=True)
    frame["until"] = pd.to_datetime(frame["until"])
    return check(conform(frame, FEEDBACK), FEEDBACK)


SNOOZED = ("w-1", "2019-05-07T09:30Z", "snooze", "2019-05-20", 2)
OPEN = ("w-1", "t-1", "grown", 2, "2019-05-04")


def held(found, feedback, *, as_of=AS_OF):
    out = with_feedback(found, feedback, as_of=as_of, time_zone="UTC")
    check(out, WARNINGS)
    return out.loc[out["snoozed_until"].notna(), "warning_id"].tolist()


def test_a_snooze_says_by_whom_and_holds_until_its_date():
    out = with_feedback(warnings(OPEN), said(SNOOZED), as_of=AS_OF, time_zone="UTC")
    (row,) = out.itertuples()
    assert (row.snoozed_by, row.snoozed_until) == ("Ada", pd.Timestamp("2019-05-20"))
    eve, day = pd.Timestamp("2019-05-19T00:00Z"), pd.Timestamp("2019-05-20T00:00Z")
    assert held(warnings(OPEN), said(SNOOZED), as_of=eve) == ["w-1"]
    assert held(warnings(OPEN), said(SNOOZED), as_of=day) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([OPEN], ["w-1"]),
        ([("w-1", "t-1", "grown", 3, "2019-05-04")], []),  # more severe than it was
        ([("w-1", "t-1", "eased", 1, "2019-05-04")], ["w-1"]),
        ([("w-1", "t-1", "closed", 2, "2019-05-04")], []),  # nothing to be spared
        ([OPEN, ("w-2", "t-1", "open", 1, "2019-05-09")], []),  # its theme rises anew
        ([OPEN, ("w-2", "t-1", "closed", 1, "2019-05-09")], ["w-1"]),
        ([OPEN, ("w-2", "t-2", "open", 4, "2019-05-09")], ["w-1"]),
        ([OPEN, ("w-2", "t-1", "open", 1, "2019-05-05")], ["w-1"]),  # known when it was snoozed
    ],
)
def test_a_snooze_ends_when_it_gets_worse_or_the_theme_rises_anew(rows, expected):
    assert held(warnings(*rows), said(SNOOZED)) == expected


def test_a_snooze_ends_when_what_is_told_in_the_warning_gets_worse():
    found = warnings(OPEN, ("w-2", "t-2", "open", 4, "2019-05-04")).assign(joined_to=[None, "w-1"])
    found["joined_to"] = found["joined_to"].astype("str").where(found["joined_to"].notna(), None)
    assert held(found, said(SNOOZED)) == []


def test_the_newest_snooze_stands_and_a_verdict_leaves_it():
    shorter = ("w-1", "2019-05-08T09:30Z", "snooze", "2019-05-09", 2)
    assert held(warnings(OPEN), said(SNOOZED, shorter)) == []
    useful = ("w-1", "2019-05-08T09:30Z", "useful", None, 2)
    out = with_feedback(warnings(OPEN), said(SNOOZED, useful), as_of=AS_OF, time_zone="UTC")
    assert out["verdict"].tolist() == ["useful"]
    assert out["snoozed_until"].notna().all()


def test_without_feedback_or_warnings_nothing_is_said():
    out = with_feedback(warnings(OPEN), empty(FEEDBACK), as_of=AS_OF, time_zone="UTC")
    assert out[["verdict", "snoozed_until", "snoozed_by"]].isna().all().all()
    assert with_feedback(warnings(), said(SNOOZED), as_of=AS_OF, time_zone="UTC").empty
    check(out, WARNINGS)
    assert counted(empty(FEEDBACK)) == {"useful": 0, "verdicts": 0}


def test_verdicts_are_counted_once_a_warning_and_find_their_days():
    rows = said(
        ("w-1", "2019-05-07T01:00Z", "useful", None, 2),
        ("w-1", "2019-05-08T01:00Z", "not useful", None, 2),
        ("w-2", "2019-05-08T02:00Z", "useful", None, 1),
        ("w-2", "2019-05-08T03:00Z", "snooze", "2019-05-20", 1),
        ("w-3", "2019-05-08T04:00Z", "useful", None, 1),
    )
    assert counted(rows) == {"useful": 2, "verdicts": 3}
    rows.loc[rows["warning_id"] == "w-2", "theme_id"] = "t-2"
    rows.loc[rows["warning_id"] == "w-3", "theme_id"] = "t-gone"
    dates = pd.date_range("2019-05-01", periods=9)
    found = said_of(rows, ["t-2", "t-1"], dates, time_zone="America/New_York")
    # One in the morning UTC is the evening before in New York.
    assert found == [Said(1, 3, 5, 6, False), Said(0, 3, 5, 6, True)]


def test_a_verdict_follows_its_theme_where_a_refit_or_people_took_it():
    rows = said(("w-1", "2019-05-07T01:00Z", "useful", None, 2))
    events = [
        ("2019-05-01T00:00:00Z", "t-1", "merged", "t-old"),  # before it was said
        ("2019-05-09T00:00:00Z", "t-1", "merged", "t-2"),
    ]
    columns = ["version", "theme_id", "event", "other_id"]
    lineage = conform(pd.DataFrame(events, columns=columns).assign(share=1.0, texts=9), LINEAGE)
    nobody = empty(LINEAGE)
    assert with_todays_themes(rows, lineage, nobody)["theme_id"].tolist() == ["t-2"]
    by_people = conform(
        lineage.tail(1).assign(version="~", theme_id="t-2", other_id="t-3"), LINEAGE
    )
    assert with_todays_themes(rows, lineage, by_people)["theme_id"].tolist() == ["t-3"]
    assert with_todays_themes(empty(FEEDBACK), lineage, nobody).empty


def test_a_verdict_changes_what_the_watch_says_it_realised():
    from pipelines.settings import load_settings
    from pipelines.steps.series import count_series
    from pipelines.steps.warnings.warnings import watch_counts, watch_now
    from tests.pipelines.steps.streams import AS_OF, assignments, quiet, stream, themes

    daily = {"addons": quiet(2.0, days=300), "other": quiet(4.0, seed=2, days=300)}
    daily["addons"][250] += 60
    complaints, moment = stream(daily), AS_OF + pd.Timedelta(days=300 - 124)
    settings = load_settings()
    counts = count_series(
        complaints, assignments(complaints), None, settings=settings, as_of=moment
    ).counts
    opened = pd.Timestamp("2019-01-01") + pd.Timedelta(days=250)
    told = watch_now(
        counts[counts["date"] <= opened], complaints, themes(addons="Addons", other="Other"),
        settings=settings, as_of=moment - pd.Timedelta(days=49),
    )  # fmt: skip
    assert told["opened_on"].tolist() == [opened]
    rows = said(("w-1", "2019-09-10T09:00Z", "not useful", None, 2)).assign(
        theme_id="addons", opened_on=opened, last_on=opened
    )

    def realised(feedback):
        return watch_counts(counts, settings=settings, as_of=moment, feedback=feedback).realised

    plain, judged = realised(None), realised(rows)
    assert judged.false_alarms == plain.false_alarms + 1
    assert judged.theme_years > plain.theme_years
    assert np.isclose(realised(rows.assign(theme_id="gone")).theme_years, plain.theme_years)
