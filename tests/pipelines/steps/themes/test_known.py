import hashlib

import pandas as pd
import pytest

from pipelines.store import Store
from tests.pipelines.steps.mornings import find, morning, some_complaints, theme_settings


def test_new_complaints_join_known_themes_without_a_refit(store):
    complaints = some_complaints(25)
    first = find(store, complaints, 20)
    later = find(store, complaints, 25)
    assert later.version == first.version
    assert not later.refitted
    assert later.new_assigned == 5 * 3 * 2
    old = first.assignments.set_index("complaint_id")
    new = later.assignments.set_index("complaint_id")
    pd.testing.assert_frame_equal(new.loc[old.index], old)
    named = new.dropna(subset=["theme_id"])
    topic = named.index.str.split("-").str[1]
    assert named.groupby(topic)["theme_id"].nunique().tolist() == [1, 1, 1]


def test_a_morning_is_the_same_whatever_was_assigned_since(tmp_path):
    complaints = some_complaints(27)
    settings = theme_settings(reject_share=0.2)
    replayed, straight = Store(tmp_path / "a"), Store(tmp_path / "b")
    for day in (20, 21, 24, 27):
        find(replayed, complaints, day, settings=settings)
    back = find(replayed, complaints, 22, settings=settings)
    find(straight, complaints, 20, settings=settings)
    once = find(straight, complaints, 22, settings=settings)
    pd.testing.assert_frame_equal(back.assignments, once.assignments)
    pd.testing.assert_frame_equal(back.themes, once.themes)
    whole = find(straight, complaints, 27, settings=settings)
    pd.testing.assert_frame_equal(
        whole.assignments, find(replayed, complaints, 27, settings=settings).assignments
    )


def test_late_rows_never_shape_an_earlier_version(tmp_path):
    complaints = some_complaints(24)
    late = complaints.sample(frac=0.2, random_state=1).index
    delayed = complaints.copy()
    delayed.loc[late, "received_at"] += pd.Timedelta(days=30)
    with_late, without = Store(tmp_path / "a"), Store(tmp_path / "b")
    one = find(with_late, delayed, 20)
    other = find(without, complaints.drop(late), 20)
    pd.testing.assert_frame_equal(one.themes, other.themes)
    pd.testing.assert_frame_equal(one.assignments, other.assignments)
    # Once they arrive they are assigned, and still are no voters.
    arrived = delayed[delayed["created_at"] < morning(24)].copy()
    arrived.loc[late, "received_at"] = morning(22)
    after = find(with_late, arrived, 24)
    rest = find(without, complaints.drop(late), 24)
    merged = rest.assignments.merge(after.assignments, on="complaint_id", suffixes=("", "_after"))
    assert len(merged) == len(rest.assignments)
    assert merged["theme_id"].equals(merged["theme_id_after"].rename("theme_id"))
    assert merged["strength"].equals(merged["strength_after"].rename("strength"))


def _flood(complaints, count=12):
    """Return uncounted copies that lie between two topics, so that their votes would be felt."""
    flood = complaints[complaints["complaint_id"].str.contains("router")].head(count).copy()
    flood["complaint_id"] += "-flood"
    flood["text"] = "bill refund router " + flood["text"]
    flood["text_hash"] = [hashlib.sha256(t.encode()).hexdigest() for t in flood["text"]]
    return flood


@pytest.mark.parametrize("is_left_out_for_good", [True, False])
def test_what_was_left_out_of_a_fit_never_votes(tmp_path, is_left_out_for_good):
    complaints = some_complaints(26)
    flood = _flood(complaints)
    both = pd.concat([complaints, flood], ignore_index=True)
    settings = theme_settings(reject_share=0.2)
    plain, flooded = Store(tmp_path / "a"), Store(tmp_path / "b")
    find(plain, complaints, 20, settings=settings)
    uncounted = set(flood["complaint_id"])
    fitted = find(flooded, both, 20, settings=settings, left_out=uncounted)
    # What a later morning leaves out is another question: the vote is of those who were counted.
    later = uncounted if is_left_out_for_good else frozenset()
    for day in (22, 24, 26):
        expected = find(plain, complaints, day, settings=settings)
        found = find(flooded, both, day, settings=settings, left_out=later)
        assert found.new_assigned == expected.new_assigned
        rows = found.assignments.set_index("complaint_id")
        rest = rows.drop(flood["complaint_id"]).reset_index()
        pd.testing.assert_frame_equal(rest, expected.assignments)
        before = fitted.assignments.set_index("complaint_id").loc[flood["complaint_id"]]
        pd.testing.assert_frame_equal(rows.loc[flood["complaint_id"]], before)


def test_history_that_is_loaded_after_a_fit_is_assigned_and_never_votes(tmp_path):
    complaints = some_complaints(24)
    history = _flood(complaints)  # received in time, says its source, yet not there at the fit
    both = pd.concat([complaints, history], ignore_index=True)
    settings = theme_settings(reject_share=0.2)
    plain, loaded = Store(tmp_path / "a"), Store(tmp_path / "b")
    find(plain, complaints, 20, settings=settings)
    find(loaded, complaints, 20, settings=settings)
    for day in (21, 22, 24):
        expected = find(plain, complaints, day, settings=settings)
        found = find(loaded, both, day, settings=settings)
        assert len(found.assignments) == len(expected.assignments) + len(history)
        rest = found.assignments[~found.assignments["complaint_id"].isin(history["complaint_id"])]
        pd.testing.assert_frame_equal(rest.reset_index(drop=True), expected.assignments)


def test_a_known_text_beyond_the_sample_keeps_its_theme(store):
    complaints = some_complaints(20)
    settings = theme_settings(max_fit_texts=60, reject_share=0.5)
    first = find(store, complaints, 20, settings=settings)
    again = complaints.copy()
    again["complaint_id"] += "-again"
    again["created_at"] = again["received_at"] = complaints["created_at"].iloc[-1] + pd.Timedelta(
        days=1
    )
    later = find(store, pd.concat([complaints, again], ignore_index=True), 21, settings=settings)
    rows = later.assignments.set_index("complaint_id")["theme_id"]
    assert first.unassigned == later.unassigned == 0
    assert rows[again["complaint_id"]].tolist() == rows[complaints["complaint_id"]].tolist()


def _corrected(complaints, complaint_id, text):
    out = complaints.copy()
    row = out["complaint_id"] == complaint_id
    assert row.sum() == 1
    out.loc[row, "text"] = text
    out.loc[row, "text_hash"] = hashlib.sha256(text.encode()).hexdigest()
    return out


@pytest.mark.parametrize("day", [3, 22])
def test_a_corrected_text_gets_its_theme_anew_and_changes_no_other(store, day):
    complaints = some_complaints(24)
    first = find(store, complaints, 20)
    before = find(store, complaints, 24)
    wrong = f"s:{day}-router-0"
    theme = before.assignments.set_index("complaint_id")["theme_id"]
    changed = _corrected(complaints, wrong, "bill charged twice refund invoice payment month")
    after = find(store, changed, 24)
    row = after.assignments.set_index("complaint_id").loc[wrong]
    assert row["theme_id"] == theme[f"s:{day}-bill-0"] != theme[wrong]
    assert row["text_hash"] == changed.set_index("complaint_id").loc[wrong, "text_hash"]
    rest = after.assignments[after.assignments["complaint_id"] != wrong]
    expected = before.assignments[before.assignments["complaint_id"] != wrong]
    pd.testing.assert_frame_equal(rest, expected)
    assert (after.version, after.refitted) == (first.version, False)
    # Corrected to thanks it has no theme, and corrected back it has its first one.
    gone = find(store, _corrected(complaints, wrong, "thanks!"), 24)
    assert gone.assignments.set_index("complaint_id").loc[wrong, "reason"] == "no complaint"
    back = find(store, complaints, 24)
    pd.testing.assert_frame_equal(back.assignments, before.assignments)


def test_what_is_unlike_all_says_so(store):
    complaints = some_complaints(21)
    find(store, complaints, 20)
    settings = theme_settings(reject_share=0.3)
    strange = _corrected(complaints, "s:20-bill-0", "zebra quokka ibex walrus")
    found = find(store, strange, 21, settings=settings)
    row = found.assignments.set_index("complaint_id").loc["s:20-bill-0"]
    assert pd.isna(row["theme_id"])
    assert (row["reason"], row["strength"]) == ("unlike any theme", 0.0)
    assert found.unassigned >= 1
