"""Warnings held against what came: real, not real, not known, and what nobody was warned of."""

import numpy as np
import pandas as pd
import pytest

from models.contracts import BIRTHS, LINEAGE, WARNINGS, conform, empty
from models.series.hierarchy import series_id
from models.spikes.truth.held import hold_against_truth

FIRST, LAST = pd.Timestamp("2026-03-01"), pd.Timestamp("2026-04-30")
DAYS = pd.date_range("2025-10-01", "2026-05-28")


def counts_of(**spikes: dict[str, int]) -> pd.DataFrame:
    frames = []
    for theme, days in spikes.items():
        count = np.zeros(len(DAYS), dtype=int)
        for day, n in days.items():
            count[DAYS.get_loc(pd.Timestamp(day))] = n
        name = series_id(theme.replace("_", "-"))
        frames.append(
            pd.DataFrame({"series_id": name, "date": DAYS, "count": count, "is_provisional": False})
        )
    return pd.concat(frames, ignore_index=True)


def warning(theme: str, opened: str, told: str, **other: object) -> dict[str, object]:
    base = {
        "warning_id": f"{theme}-{opened}",
        "as_of": pd.Timestamp(told, tz="UTC"),
        "theme_id": theme,
        "kind": "now",
        "state": "open",
        "severity": 2,
        "window_days": 1,
        "observed": 9,
        "expected": 0.5,
        "p_value": 1e-6,
        "opened_on": pd.Timestamp(opened),
        "is_concentrated": False,
        "cells": [],
        "wording": [],
        "exemplars": [],
        "owner": "Service",
        "action": "Look",
        "joined_to": None,
    }
    return base | other


def held(
    warnings: list[dict[str, object]],
    counts: pd.DataFrame,
    *,
    mornings: tuple[pd.Timestamp, ...] = tuple(pd.date_range(FIRST, LAST, tz="UTC")),
    **more: pd.DataFrame,
):
    names = sorted({str(row["theme_id"]) for row in warnings} | {"t-1", "t-2"})
    themes = pd.DataFrame(
        [
            {"as_of": moment, "theme_id": name, "title": f"{name} as of {moment:%d %b}"}
            for moment in pd.date_range(FIRST, LAST, tz="UTC")
            for name in names
        ]
    )
    frame = pd.DataFrame(warnings) if warnings else empty(WARNINGS)
    return hold_against_truth(
        conform(frame, WARNINGS),
        themes,
        more.get("births", empty(BIRTHS)),
        more.get("lineage", empty(LINEAGE)),
        counts,
        first=FIRST,
        last=LAST,
        mornings=mornings,
    )


def test_a_warning_of_a_real_rise_is_borne_out_with_its_peak():
    found = held(
        [
            warning("t-1", "2026-03-10", "2026-03-11"),
            warning("t-1", "2026-03-10", "2026-03-12", observed=20, state="grown"),
            warning("t-1", "2026-03-10", "2026-03-20", observed=0, state="closed"),
        ],
        counts_of(t_1={"2026-03-10": 9, "2026-03-11": 20}),
    )
    [row] = found.episodes.to_dict("records")
    assert row["verdict"] == "real"
    assert (row["peak_on"], row["peak_count"]) == (pd.Timestamp("2026-03-11"), 20)
    assert row["title"] == "t-1 as of 11 Mar"  # as first told
    assert (row["observed"], row["observed_most"], row["mornings"]) == (9, 20, 2)
    assert row["closed_on"] == pd.Timestamp("2026-03-20", tz="UTC")
    assert found.missed.empty


def test_a_warning_of_nothing_is_not_real_and_a_rise_without_one_is_missed():
    found = held(
        [warning("t-1", "2026-03-10", "2026-03-11")],
        counts_of(t_1={"2026-03-10": 9}, t_2={"2026-04-10": 30}),
    )
    assert list(found.episodes["verdict"]) == ["not real"]
    [miss] = found.missed.to_dict("records")
    assert (miss["theme_id"], miss["peak_on"]) == ("t-2", pd.Timestamp("2026-04-10"))
    assert miss["title"] == "t-2 as of 30 Apr"
    assert miss["complaints"] == 30


@pytest.mark.parametrize("day", ["2026-02-20", "2026-04-30", "2026-05-10"])
def test_a_rise_before_or_after_the_mornings_is_no_miss(day):
    assert held([], counts_of(t_1={day: 30})).missed.empty


def test_a_warning_whose_week_is_not_over_is_not_known():
    found = held([warning("t-1", "2026-05-27", "2026-05-28")], counts_of(t_1={"2026-05-27": 9}))
    assert list(found.episodes["verdict"]) == ["not known"]


def test_a_theme_that_ended_is_judged_where_its_texts_are_counted_now():
    lineage = conform(
        pd.DataFrame(
            [
                {
                    "version": "2026-03-25T00:00:00Z",
                    "theme_id": "t-1",
                    "event": "merged",
                    "other_id": "t-2",
                    "texts": 40,
                    "share": 1.0,
                    "previous": "2026-02-25T00:00:00Z",
                }
            ]
        ),
        LINEAGE,
    )
    counts = counts_of(t_2={"2026-03-10": 25})
    told = [warning("t-1", "2026-03-10", "2026-03-11")]
    assert list(held(told, counts, lineage=lineage).episodes["verdict"]) == ["real"]
    assert list(held(told, counts).episodes["verdict"]) == ["not known"]


def test_what_is_told_in_another_warning_says_so():
    lead = warning("t-1", "2026-03-10", "2026-03-11")
    told = [lead, warning("t-2", "2026-03-10", "2026-03-11", joined_to=lead["warning_id"])]
    found = held(told, counts_of(t_1={"2026-03-10": 25}, t_2={"2026-03-10": 6}))
    by_theme = found.episodes.set_index("theme_id")["joined_to"]
    assert by_theme.isna().to_dict() == {"t-1": True, "t-2": False}
    assert by_theme["t-2"] == lead["warning_id"]


def test_a_birth_keeps_the_hour_at_which_it_was_seen():
    births = pd.DataFrame(
        {
            "theme_id": ["t-1", "t-1"],
            "is_birth": [True, False],
            "moment": pd.to_datetime(["2026-03-10T01:00Z", "2026-03-10T02:00Z"]),
        }
    )
    found = held(
        [warning("t-1", "2026-03-10", "2026-03-11", kind="emerging")],
        counts_of(t_1={"2026-03-10": 25}),
        births=births,
    )
    assert found.episodes["born_at"].iloc[0] == pd.Timestamp("2026-03-10T01:00Z")


def test_what_closed_between_two_mornings_is_over_on_the_first_that_tells_it_no_more():
    """Mornings a fortnight apart: one tells it as open, the next knows nothing of it."""
    days = tuple(pd.date_range("2026-03-01", "2026-04-26", freq="14D", tz="UTC"))
    counts = counts_of(t_1={"2026-03-10": 25})
    told = [
        warning("t-1", "2026-03-10", "2026-03-15"),
        warning("t-2", "2026-04-24", "2026-04-26"),
    ]
    found = held(told, counts, mornings=days).episodes.set_index("theme_id")
    assert found.loc["t-1", "closed_on"] == pd.Timestamp("2026-03-29", tz="UTC")
    assert pd.isna(found.loc["t-2", "closed_on"])  # the last morning told it
    assert list(found["mornings"]) == [1, 1]


def test_what_is_told_as_open_again_was_not_over():
    states = {"2026-03-11": "open", "2026-03-12": "closed", "2026-03-13": "eased"}
    told = [warning("t-1", "2026-03-10", day, state=state) for day, state in states.items()]
    counts = counts_of(t_1={"2026-03-10": 25})
    [row] = held(told, counts).episodes.to_dict("records")
    assert row["closed_on"] == pd.Timestamp("2026-03-14", tz="UTC")
    again = [*told, warning("t-1", "2026-03-10", "2026-03-16", state="closed")]
    [row] = held(again, counts).episodes.to_dict("records")
    assert row["closed_on"] == pd.Timestamp("2026-03-16", tz="UTC")


def test_an_hour_that_tells_nothing_closes_nothing():
    """Looks between mornings tell of the last hours alone: the next morning decides."""
    told = [
        warning("t-1", "2026-03-10", "2026-03-10T14:00"),
        warning("t-1", "2026-03-10", "2026-03-11"),
        warning("t-2", "2026-03-10", "2026-03-10T15:00"),
    ]
    found = held(told, counts_of(t_1={"2026-03-10": 25})).episodes.set_index("theme_id")
    assert found.loc["t-1", "closed_on"] == pd.Timestamp("2026-03-12", tz="UTC")
    assert found.loc["t-2", "closed_on"] == pd.Timestamp("2026-03-11", tz="UTC")


def test_what_is_told_only_as_closed_was_told_on_no_morning():
    told = [warning("t-1", "2026-03-10", "2026-03-29", state="closed")]
    [row] = held(told, counts_of(t_1={"2026-03-10": 25})).episodes.to_dict("records")
    assert row["mornings"] == 0
    assert row["closed_on"] == pd.Timestamp("2026-03-29", tz="UTC")
