import hashlib

import pandas as pd
import pytest

from models.contracts import ASSIGNMENTS, THEMES, check
from models.errors import DataContractError
from pipelines.steps.themes.themes import find_themes
from tests.pipelines.steps.mornings import (
    START,
    find,
    morning,
    some_complaints,
    theme_settings,
    versions,
)


def test_a_first_morning_fits_and_assigns_everything(store):
    complaints = some_complaints(20)
    result = find(store, complaints, 20)
    assert result.version == "2024-01-21T00:00:00Z"
    assert result.refitted
    check(result.themes, THEMES)
    check(result.assignments, ASSIGNMENTS)
    assert len(result.themes) == 3
    assert set(result.themes["status"]) == {"active"}
    assert result.assignments["complaint_id"].tolist() == sorted(complaints["complaint_id"])
    topic = result.assignments["complaint_id"].str.split("-").str[1]
    assert result.assignments.groupby(topic)["theme_id"].nunique().tolist() == [1, 1, 1]
    assert (result.new_assigned, result.unassigned) == (len(complaints), 0)
    assert result.themes["size"].sum() == len(complaints)
    assert (result.themes["born_on"] == pd.Timestamp("2024-01-01")).all()


def test_the_same_morning_twice_writes_nothing(store):
    complaints = some_complaints(20)
    first = find(store, complaints, 20)
    before = versions(store)
    again = find(store, complaints, 20)
    assert versions(store) == before
    assert not again.refitted
    assert again.new_assigned == 0
    pd.testing.assert_frame_equal(again.themes, first.themes)
    pd.testing.assert_frame_equal(again.assignments, first.assignments)
    forced = find(store, complaints, 20, refit=True)
    assert forced.refitted
    pd.testing.assert_frame_equal(forced.themes, first.themes)
    pd.testing.assert_frame_equal(forced.assignments, first.assignments)
    assert store.count(THEMES) == 3


def test_a_later_version_is_never_used(store):
    complaints = some_complaints(30)
    later = find(store, complaints, 30)
    earlier = find(store, complaints, 20)
    assert earlier.version < later.version
    assert earlier.refitted


def test_progress_is_told_from_none_to_all(store):
    complaints, told = some_complaints(20), []
    for _ in range(2):
        find(store, complaints, 20, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)] * 2


def test_no_complaint_is_no_theme(store):
    result = find(store, some_complaints(20), 0)
    assert result.themes.empty
    assert result.assignments.empty
    assert (result.new_assigned, result.unassigned) == (0, 0)
    check(result.themes, THEMES)
    check(result.assignments, ASSIGNMENTS)


def test_one_complaint_is_one_theme(store):
    result = find(store, some_complaints(1, topics=("bill",), per_day=1), 1)
    assert len(result.themes) == 1
    assert result.assignments["theme_id"].notna().all()


def test_what_was_not_known_is_refused(store):
    complaints = some_complaints(3)
    arguments = {"encoder_name": "hashing", "settings": theme_settings(), "left_out": set()}
    with pytest.raises(DataContractError, match=r"6 row\(s\) were not known before"):
        find_themes(store, as_of=morning(2), complaints=complaints, **arguments)
    with pytest.raises(DataContractError, match="with a time zone"):
        find_themes(store, as_of=pd.Timestamp("2024-01-09"), complaints=complaints, **arguments)
    with pytest.raises(DataContractError, match=r"missing column\(s\) text_hash"):
        find_themes(
            store,
            as_of=morning(9),
            complaints=complaints.drop(columns="text_hash"),
            **arguments,
        )


ODD_TEXTS = {
    "the same": ["no signal"] * 30,
    "one character": list("abcdefghijklmnopqrstuvwxyz") * 2,
    "emoji": ["\U0001f621" * (1 + i % 7) for i in range(40)],
    "mixed scripts": ["нет связи", "接続できない", "no signal", "لا توجد إشارة"] * 12,
    "very long": ["router drops " * 8000, "bill twice " * 9000, "late parcel " * 8000] * 5,
    "empty words": ["the and of"] * 12 + ["???"] * 12,
}


@pytest.mark.parametrize("kind", ODD_TEXTS)
def test_odd_texts_get_themes_and_names(store, kind):
    texts = ODD_TEXTS[kind]
    frame = pd.DataFrame({"text": texts})
    frame["complaint_id"] = [f"s:{i}" for i in range(len(frame))]
    frame["created_at"] = frame["received_at"] = START
    frame["text_hash"] = [hashlib.sha256(t.encode()).hexdigest() for t in texts]
    result = find(store, frame, 1, settings=theme_settings(resolution="auto"))
    check(result.themes, THEMES)
    assert len(result.assignments) == len(texts)
    rows = result.assignments
    assert (rows["theme_id"].notna() != rows["reason"].notna()).all()
    assert result.themes["title"].str.len().between(1, 80).all()
    assert result.themes["title"].is_unique
