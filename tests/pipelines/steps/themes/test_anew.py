import hashlib

import pandas as pd
import pytest

from models.contracts import ASSIGNMENTS, LINEAGE
from models.embedding import HashingEncoder
from pipelines.steps.embed import embed_texts
from pipelines.steps.themes.themes import find_themes
from pipelines.store import Store
from tests.pipelines.steps.mornings import find, morning, some_complaints, theme_settings


def _die(*args):
    raise KeyboardInterrupt


def test_an_incomplete_version_is_made_again(store, monkeypatch):
    complaints = some_complaints(20)
    monkeypatch.setattr("pipelines.steps.themes.anew.write_themes", _die)
    with pytest.raises(KeyboardInterrupt):
        find(store, complaints, 20)
    assert store.count(ASSIGNMENTS) == len(complaints)
    monkeypatch.undo()
    result = find(store, complaints, 20)
    assert result.refitted
    assert len(result.themes) == 3
    assert store.count(ASSIGNMENTS) == len(complaints)


def test_a_version_that_is_fitted_again_keeps_nothing_of_the_fit_before(store):
    three, two = some_complaints(25), some_complaints(25, topics=("router", "parcel"))
    find(store, three, 20)
    find(store, three, 24)
    refitted = find(store, two, 20, refit=True)
    assert len(refitted.themes) == 2
    later = find(store, two, 24)
    known = set(later.themes["theme_id"])
    assert known == set(refitted.themes["theme_id"])
    assert later.new_assigned == 4 * 2 * 2
    assert set(later.assignments["theme_id"].dropna()) <= known
    assert store.count(ASSIGNMENTS) == len(later.assignments)


def test_a_refit_of_a_version_that_is_killed_leaves_no_theme_unknown(store, monkeypatch):
    three, two = some_complaints(20), some_complaints(20, topics=("router", "parcel"))
    find(store, three, 20)
    monkeypatch.setattr("pipelines.steps.themes.anew.write_themes", _die)
    with pytest.raises(KeyboardInterrupt):
        find(store, two, 20, refit=True)
    monkeypatch.undo()
    result = find(store, two, 20)
    assert set(result.assignments["theme_id"]) == set(result.themes["theme_id"])
    assert len(result.themes) == 2


def test_a_killed_refit_leaves_the_last_good_state(store, monkeypatch):
    complaints = some_complaints(60)
    first = find(store, complaints, 20)
    monkeypatch.setattr("pipelines.steps.themes.anew.write_themes", _die)
    with pytest.raises(KeyboardInterrupt):
        find(store, complaints, 49)
    monkeypatch.undo()
    kept = find(store, complaints, 40)
    assert kept.version == first.version
    assert set(kept.assignments["theme_id"].dropna()) <= set(first.themes["theme_id"])
    second = find(store, complaints, 49)
    assert set(store.read(LINEAGE)["version"]) == {first.version, second.version}


def test_left_out_complaints_are_assigned_but_shape_nothing(tmp_path):
    complaints = some_complaints(20)
    flood = complaints[complaints["complaint_id"].str.contains("router")].head(12).copy()
    flood["complaint_id"] += "-flood"
    flood["text"] = "win a prize router now " + flood["text"]
    flood["text_hash"] = [hashlib.sha256(t.encode()).hexdigest() for t in flood["text"]]
    both = pd.concat([complaints, flood], ignore_index=True)
    plain = find(Store(tmp_path / "a"), complaints, 20)
    flooded = find(Store(tmp_path / "b"), both, 20, left_out=set(flood["complaint_id"]))
    pd.testing.assert_frame_equal(plain.themes, flooded.themes)
    rows = flooded.assignments.set_index("complaint_id")
    assert len(rows) == len(both)
    rest = rows.drop(flood["complaint_id"]).reset_index()
    pd.testing.assert_frame_equal(rest, plain.assignments)


def test_another_encoder_starts_anew(store):
    complaints = some_complaints(20)
    find(store, complaints, 20)

    class Other(HashingEncoder):
        name = "other"

    embed_texts(store, Other(), complaints[["text_hash", "text"]], chunk_texts=1000)
    result = find_themes(
        store,
        encoder_name="other",
        settings=theme_settings(),
        as_of=morning(21),
        complaints=complaints,
        left_out=set(),
    )
    assert result.refitted
    assert set(result.themes["encoder"]) == {"other"}
