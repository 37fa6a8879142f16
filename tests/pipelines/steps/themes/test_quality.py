import dataclasses

import numpy as np
import pandas as pd
import pytest

from models.contracts import ASSIGNMENTS, BIRTHS, STORED_TABLES, THEMES, conform
from models.embedding import HashingEncoder
from models.errors import NotEnoughHistory
from models.themes.decisions import Decision
from pipelines.settings import load_settings
from pipelines.steps.embed import embed_texts
from pipelines.steps.themes.quality import measure_quality
from pipelines.steps.themes.quality_rows import (
    alarms_of,
    sizes_by_theme,
    unassigned_since,
    weeks_since,
)
from pipelines.steps.themes.themes import find_themes
from pipelines.store import Store
from tests.pipelines.steps.mornings import some_complaints

FIT, LATER = (pd.Timestamp(f"2024-01-{day}T00:00:00Z").as_unit("us") for day in (21, 31))
VERSION = "2024-01-21T00:00:00Z"


@pytest.fixture(scope="module")
def settings():
    found = load_settings()
    themes = dataclasses.replace(found.themes, resolution=1.0, refit_days=28)
    quality = dataclasses.replace(found.quality, refits=2, recent_days=7)
    return dataclasses.replace(found, themes=themes, quality=quality)


def _embed(store, complaints):
    embed_texts(store, HashingEncoder(), complaints[["text_hash", "text"]], chunk_texts=1000)


def _live(store, complaints, settings):
    """Find the themes of 21 January, assign up to the 31st, and return what was found last."""
    for as_of in (FIT, LATER):
        found = find_themes(
            store,
            encoder_name=HashingEncoder().name,
            settings=settings,
            as_of=as_of,
            complaints=complaints[complaints["created_at"] < as_of],
            left_out=frozenset(),
        )
    return found


@pytest.fixture(scope="module")
def lived(tmp_path_factory, settings):
    """Return a store whose themes are of 21 January, with assignments up to the 31st."""
    store = Store(tmp_path_factory.mktemp("quality") / "store")
    complaints = some_complaints(30)
    _embed(store, complaints)
    _live(store, complaints, settings)
    return store, complaints


def _measure(lived, settings, as_of=LATER, **kwargs):
    store, complaints = lived
    known = complaints[complaints["created_at"] < as_of]
    return measure_quality(store, settings=settings, as_of=as_of, complaints=known, **kwargs)


def test_the_newest_themes_are_measured_without_a_refit(lived, settings):
    store, _ = lived
    before = {t.name: store.version(t) for t in STORED_TABLES}
    found = _measure(lived, settings)
    assert {t.name: store.version(t) for t in STORED_TABLES} == before
    assert (found.version, found.age_days, found.texts) == (VERSION, 10, 120)
    assert len(found.themes) == 3
    # Twenty days of two a day, and ten more that came since; the last seven are recent.
    assert (found.themes["size"] + found.unassigned.unassigned).min() >= 40
    assert found.themes["complaints"].sum() + found.unassigned.unassigned == 180
    assert found.themes["share"].sum() == pytest.approx(1)
    assert found.themes["recent"].sum() <= 42
    assert (found.themes["stability"] > 0.9).all()
    assert set(found.themes["verdict"]) == {"solid"}
    assert found.unassigned.complaints == 60
    assert found.weeks["complaints"].tolist() == [42, 18]
    assert found.weeks["start"].dt.strftime("%m-%d").tolist() == ["01-21", "01-28"]
    assert found.refits == 2
    assert found.pairs.empty


def test_the_order_of_rows_and_what_came_later_change_nothing(lived, settings):
    store, complaints = lived
    then = _measure(lived, settings, FIT)
    assert then.weeks.empty
    assert then.drift.texts == 0
    known = complaints[complaints["created_at"] < FIT].iloc[::-1]
    again = measure_quality(store, settings=settings, as_of=FIT, complaints=known)
    pd.testing.assert_frame_equal(again.themes, then.themes)
    assert again.metrics() == then.metrics()


def test_the_quick_figures_leave_out_what_is_slow(lived, settings):
    found = _measure(lived, settings, is_quick=True)
    assert found.themes[["stability", "coherence"]].isna().all(axis=None)
    assert found.themes["cohesion"].notna().all()
    named = found.metrics()
    assert "themes_stability" not in named
    assert {"themes_cohesion", "themes_unassigned_share", "themes_near_duplicates"} <= named.keys()


def test_before_any_themes_it_is_said_what_to_do(lived, settings, tmp_path):
    with pytest.raises(NotEnoughHistory, match=r"No themes are known as of 2024-01-20.*issuecast"):
        _measure(lived, settings, pd.Timestamp("2024-01-20T00:00:00Z"))
    with pytest.raises(NotEnoughHistory, match="No themes are known"):
        _measure((Store(tmp_path), some_complaints(1)), settings)


def test_complaints_that_no_run_has_assigned_are_said_to_wait(lived, settings):
    store, complaints = lived
    later = complaints.iloc[:3].assign(
        complaint_id=["s:x1", "s:x2", "s:x3"], created_at=LATER, received_at=LATER
    )
    found = measure_quality(
        store,
        settings=settings,
        as_of=LATER + pd.Timedelta(days=1),
        complaints=pd.concat([complaints, later]),
    )
    assert found.unassigned.waiting == 3
    assert found.unassigned.complaints == 60


def test_a_theme_born_since_the_fit_is_new_and_counts_what_it_was_given(settings, tmp_path):
    store = Store(tmp_path / "store")
    complaints = some_complaints(30)
    _embed(store, complaints)
    is_old = complaints["complaint_id"].str.contains("router|bill")
    found = _live(store, complaints[is_old], settings)
    born = found.themes.iloc[:1].assign(
        theme_id="t-born", title="Parcel late", status="emerging", size=20
    )
    store.upsert(THEMES, born)
    young = complaints[~is_old & (complaints["created_at"] >= FIT)]
    given = young[["complaint_id", "text_hash"]].assign(
        version=VERSION, theme_id="t-born", strength=1.0
    )
    store.append(ASSIGNMENTS, given[[n for n in ASSIGNMENTS.columns if n in given]])
    store.append(BIRTHS, _birth("t-born", LATER))
    known = complaints[is_old | (complaints["created_at"] >= FIT)]
    quality = measure_quality(store, settings=settings, as_of=LATER, complaints=known)
    row = quality.themes.set_index("theme_id").loc["t-born"]
    assert (row["verdict"], row["complaints"], row["texts"]) == ("new", 20, 20)
    assert np.isnan(row["stability"])
    assert row["cohesion"] > 0


def _birth(theme_id, as_of):
    shared = {"score": 9.0, "threshold": 5.0, "p_value": 0.01, "nominal_per_month": 1.0}
    shared |= {"window_hours": 24, "people": 9, "expected": 0.5, "encoder": HashingEncoder().name}
    row = {"as_of": as_of, "moment": as_of, "birth_id": theme_id, "theme_id": theme_id, **shared}
    return conform(pd.DataFrame([{**row, "is_birth": True}]), BIRTHS)


def test_what_a_later_morning_moved_to_a_newborn_theme_is_not_known_yet(settings, tmp_path):
    store, complaints = Store(tmp_path), some_complaints(30)
    _embed(store, complaints)
    found = _live(store, complaints, settings)
    then = measure_quality(store, settings=settings, as_of=LATER, complaints=complaints)
    store.upsert(THEMES, found.themes.iloc[:1].assign(theme_id="t-born", status="emerging"))
    rows = store.read(ASSIGNMENTS)
    is_moved = rows["complaint_id"].str.match("s:2[5-9]-parcel")
    assert is_moved.sum() == 10
    store.upsert(ASSIGNMENTS, rows[is_moved].assign(theme_id="t-born"))
    again = measure_quality(store, settings=settings, as_of=LATER, complaints=complaints)
    pd.testing.assert_frame_equal(again.themes, then.themes)
    assert again.metrics() == then.metrics()
    # From the morning of the birth on it is known.
    store.append(BIRTHS, _birth("t-born", LATER + pd.Timedelta(days=1)))
    again = measure_quality(store, settings=settings, as_of=LATER, complaints=complaints)
    pd.testing.assert_frame_equal(again.themes, then.themes)
    day_after = LATER + pd.Timedelta(days=1)
    born = measure_quality(store, settings=settings, as_of=day_after, complaints=complaints)
    assert "t-born" in set(born.themes["theme_id"])


def test_texts_without_a_complaint_are_not_unassigned():
    moments = pd.to_datetime(["2024-01-22", "2024-01-23", "2024-01-24", "2024-01-30"], utc=True)
    new = pd.DataFrame(
        {
            "complaint_id": list("abcd"),
            "created_at": moments,
            "received_at": moments,
            "theme_id": ["t", None, None, None],
            "reason": [None, "no complaint", "unlike any theme", "unlike any theme"],
        }
    )
    rows = new.drop(columns=["theme_id", "reason"])
    found = unassigned_since(rows, new, VERSION, nominal=0.02)
    assert (found.complaints, found.unassigned, found.no_complaint) == (3, 2, 1)
    without = unassigned_since(rows, new.drop(columns="reason"), VERSION, nominal=0.02)
    assert (without.complaints, without.unassigned, without.no_complaint) == (4, 3, 0)
    fresh = pd.DataFrame({"theme": [0], "created_at": moments[:1], "z": [0.5]})
    weeks = weeks_since(new, fresh, version=VERSION, time_zone="UTC")
    assert weeks["complaints"].tolist() == [2, 1]
    assert weeks["unassigned"].tolist() == [1, 1]
    assert weeks["texts"].tolist() == [1, 0]


def test_texts_in_another_language_are_not_asked_whether_they_fit_a_theme():
    moments = pd.to_datetime(["2024-01-22", "2024-01-23", "2024-01-24", "2024-01-25"], utc=True)
    new = pd.DataFrame(
        {
            "complaint_id": list("abcd"),
            "created_at": moments,
            "received_at": moments,
            "theme_id": pd.Series(["t", None, "t-lang-de", "t-lang-other"], dtype="str"),
            "reason": [None, "unlike any theme", None, None],
        }
    )
    rows = new.drop(columns=["theme_id", "reason"])
    found = unassigned_since(rows, new, VERSION, nominal=0.02)
    assert (found.complaints, found.unassigned, found.share) == (2, 1, 0.5)
    weeks = weeks_since(new, new.iloc[:0].assign(z=0.0), version=VERSION, time_zone="UTC")
    assert (weeks["complaints"].tolist(), weeks["unassigned"].tolist()) == ([2], [1])


def test_the_page_says_what_people_named_hid_and_pinned(lived, settings):
    plain = _measure(lived, settings).themes
    one, other, _ = plain["theme_id"]
    at = pd.Timestamp("2024-01-25T00:00:00Z")
    decisions = [
        Decision(at, "ada", "rename", one, name="Bills that we owe"),
        Decision(at, "ada", "hide", one),
        Decision(at, "ada", "pin", other),
    ]
    found = _measure(lived, settings, decisions=decisions).themes
    told = found.set_index("theme_id")
    assert told.loc[one, "title"] == "Bills that we owe"
    assert (told.loc[one, "badges"], told.loc[other, "badges"]) == (["hidden"], ["pinned"])
    same = ["theme_id", "complaints", "texts", "cohesion", "stability"]
    assert plain["badges"].tolist() == [[], [], []]
    pd.testing.assert_frame_equal(
        found[same].sort_values("theme_id", ignore_index=True),
        plain[same].sort_values("theme_id", ignore_index=True),
    )


def test_people_s_decisions_show_where_the_table_has_them():
    themes = pd.DataFrame(
        {
            "theme_id": ["t1", "t2"],
            "title": ["One", "Two"],
            "keywords": [[], []],
            "status": "active",
            "size": [3, 1],
            "is_hidden": [False, True],
            "is_pinned": [True, None],
        }
    )
    given = pd.DataFrame(
        {
            "created_at": [LATER - pd.Timedelta(days=d) for d in (1, 9, 2)],
            "theme_id": ["t1", "t1", "gone"],
            "is_new": [True, False, True],
        }
    )
    found = sizes_by_theme(themes, given, as_of=LATER, recent_days=7)
    assert found["badges"].tolist() == [["pinned"], ["hidden"]]
    assert found["complaints"].tolist() == [4, 1]
    assert found["share"].tolist() == [0.8, 0.2]
    assert found["recent"].tolist() == [1, 0]
    assert found["recent_share"].tolist() == [1, 0]


def test_an_issue_s_first_alarm_counts_and_looks_without_a_threshold_do_not():
    day = pd.Timestamp("2024-01-01T00:00:00Z")
    rows = [  # day, hour, birth, is_birth, threshold
        (0, 1, "", False, np.nan),
        (0, 1, "b0", True, np.nan),
        (1, 1, "", False, 9.0),
        (1, 2, "", False, 9.0),
        (1, 2, "b1", True, 9.0),
        (2, 1, "", False, 9.0),
        (2, 1, "b1", False, 9.0),
    ]
    births = pd.DataFrame(
        {
            "moment": [day + pd.Timedelta(days=d, hours=h) for d, h, *_ in rows],
            "birth_id": [row[2] for row in rows],
            "is_birth": [row[3] for row in rows],
            "threshold": [row[4] for row in rows],
            "nominal_per_month": 1.0,
        }
    )
    found = alarms_of(births)
    assert (found.scans, found.alarms, found.days, found.nominal_per_month) == (3, 1, 2, 1.0)
    assert found.per_month == pytest.approx(365.25 / 12 / 2)
    assert (found.first, found.last) == (births["moment"][2], births["moment"][5])
    assert alarms_of(births.iloc[:2]).scans == alarms_of(births.iloc[:0]).scans == 0
