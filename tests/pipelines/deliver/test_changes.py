from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from models.contracts import DELIVERIES, conform, empty
from pipelines.deliver.changes import Planned, Standing, change, plan
from pipelines.settings import Destination

DAYS = [pd.Timestamp(f"2026-11-{day:02}", tz="UTC") for day in range(1, 10)]
TEAM = Destination(name="team", url_env="TEAM", what="warnings")


def _standing(level: int, *, is_open: bool = True, is_held: bool = False) -> Standing:
    return Standing("w-1", level, is_open, is_held, "Service")


def _live(days: list[list[Standing]], destination: Destination = TEAM) -> list[list[Planned]]:
    """Go from morning to morning as the table would, everything sent."""
    rows: list[dict[str, Any]] = []
    said = []
    for as_of, standing in zip(DAYS, days, strict=False):
        told = conform(pd.DataFrame(rows), DELIVERIES) if rows else empty(DELIVERIES)
        planned = plan(destination, standing, told, as_of=as_of, has_digest=True)
        said.append(planned)
        for it in planned:
            rows.append(
                {
                    "destination": "team",
                    **it._asdict(),
                    "as_of": as_of,
                    "message_key": f"{it.thread}.{it.number}",
                    "state": "sent",
                    "attempts": 1,
                    "planned_at": as_of,
                    "left_over": [],
                }
            )
    return said


@pytest.mark.parametrize(
    ("told", "is_open", "level", "event"),
    [
        (0, True, 1, "opened"),
        (0, False, 1, None),  # closed before anybody was told of it
        (2, True, 2, None),
        (2, True, 3, "grown"),
        (3, True, 2, None),  # it eases: no news until it closes
        (3, False, 2, "closed"),
    ],
)
def test_what_is_news(told: int, is_open: bool, level: int, event: str | None) -> None:
    assert change(told, is_open=is_open, level=level) == event


def test_an_episode_is_told_when_it_opens_grows_and_closes_and_on_no_other_morning() -> None:
    life = [2, 2, 3, 2, 3, 4]
    days = [[_standing(level)] for level in life]
    days += [[_standing(4, is_open=False)], [_standing(4, is_open=False)]]
    said = [[(it.event, it.level, it.number) for it in it_] for it_ in _live(days)]
    assert said == [
        [("opened", 2, 1)],
        [],
        [("grown", 3, 2)],
        [],
        [],  # level 3 again: it has been told
        [("grown", 4, 3)],
        [("closed", 4, 4)],
        [],
    ]


def test_one_that_opens_again_is_told_again() -> None:
    said = _live([[_standing(2)], [_standing(2, is_open=False)], [_standing(2)]])
    assert [[it.event for it in day] for day in said] == [["opened"], ["closed"], ["opened"]]
    assert said[2][0].number == 3


def test_one_that_is_listed_no_more_is_closed_where_it_was_told() -> None:
    assert [[it.event for it in day] for day in _live([[_standing(3)], [], []])] == [
        ["opened"],
        ["closed"],
        [],
    ]


def test_below_the_level_asked_for_nothing_is_told_until_it_gets_there() -> None:
    grave = Destination(name="team", url_env="TEAM", what="warnings", min_level=3)
    days = [[_standing(2)], [_standing(3)], [_standing(2)], [_standing(2, is_open=False)]]
    said = [[(it.event, it.level) for it in day] for day in _live(days, grave)]
    assert said == [[], [("opened", 3)], [], [("closed", 3)]]
    closed = _live([[_standing(2)], [_standing(2, is_open=False)]], grave)
    assert closed == [[], []]


def test_a_snoozed_warning_opens_no_thread_but_ends_one() -> None:
    held = _standing(2, is_held=True)
    assert _live([[held], [held]]) == [[], []]
    said = _live([[_standing(2)], [held], [_standing(2, is_open=False)]])
    assert [[it.event for it in day] for day in said] == [["opened"], [], ["closed"]]


def test_a_department_hears_of_its_own_alone() -> None:
    billing = Destination(name="team", url_env="TEAM", what="warnings", department=" billing ")
    own = Standing("w-2", 2, True, False, "Billing")
    assert [[it.thread for it in day] for day in _live([[_standing(4), own]], billing)] == [["w-2"]]
    # It becomes another department's: here it is over.
    gone = own._replace(owner="Legal")
    assert [[it.event for it in day] for day in _live([[own], [gone]], billing)] == [
        ["opened"],
        ["closed"],
    ]


@pytest.mark.parametrize(
    ("what", "threads"),
    [("both", ["digest", "w-1"]), ("digest", ["digest"]), ("warnings", ["w-1"])],
)
def test_a_destination_gets_what_it_asked_for(what: str, threads: list[str]) -> None:
    destination = Destination(name="team", url_env="TEAM", what=what)
    said = plan(destination, [_standing(2)], empty(DELIVERIES), as_of=DAYS[0], has_digest=True)
    assert [it.thread for it in said] == threads
    none = plan(destination, [], empty(DELIVERIES), as_of=DAYS[0], has_digest=False)
    assert none == []


def test_the_worst_comes_first() -> None:
    standing = [Standing(f"w-{level}", level, True, False, "") for level in (1, 4, 2)]
    said = plan(TEAM, standing, empty(DELIVERIES), as_of=DAYS[0], has_digest=False)
    assert [it.level for it in said] == [4, 2, 1]


def test_a_morning_before_the_last_one_told_says_nothing() -> None:
    row = {
        "destination": "team", "thread": "w-9", "number": 1, "event": "opened", "level": 2,
        "as_of": DAYS[3], "message_key": "w-9.1", "state": "sent", "attempts": 1,
        "planned_at": DAYS[3], "left_over": [],
    }  # fmt: skip
    told = conform(pd.DataFrame([row]), DELIVERIES)
    both = Destination(name="team", url_env="TEAM")
    assert plan(both, [_standing(4)], told, as_of=DAYS[2], has_digest=True) == []
    assert len(plan(both, [_standing(4)], told, as_of=DAYS[3], has_digest=True)) == 3
