import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.contracts import ASSIGNMENTS, THEMES, check, conform
from models.embedding import from_bytes, to_bytes
from models.themes.deciding import LIVE, Heir, apply_decisions
from models.themes.decisions import Part, standing
from models.themes.inheritance import find_heirs, revive
from models.themes.parts import split_theme
from tests.models.themes.test_decisions import entry

A, B, C = "t-00000001", "t-00000002", "t-00000003"
ANGLES = {"c0": 0, "c1": 5, "c2": 40, "c3": 45, "c4": 90, "c5": 95, "c6": 180, "c7": 185, "c8": 99}
OF = dict.fromkeys(("c0", "c1", "c2", "c3"), A) | dict.fromkeys(("c4", "c5"), B)
OF |= dict.fromkeys(("c6", "c7"), C)  # c8 has no theme


def vectors_of(hashes):
    radians = np.deg2rad([ANGLES[name] for name in hashes])
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def themes():
    rows = [
        (A, "Add-ons", 4, "2020-01-03", [1, 0]),
        (B, "Bookmarks", 2, "2020-01-02", [0, 1]),
        (C, "Crashes", 2, "2020-01-01", [0, -1]),
    ]
    frame = pd.DataFrame(rows, columns=["theme_id", "title", "size", "born_on", "middle"])
    frame["born_on"] = pd.to_datetime(frame["born_on"])
    frame["centroid"] = [to_bytes(np.array([m], dtype=float))[0] for m in frame.pop("middle")]
    for column in ("keywords", "exemplars", "parents"):
        frame[column] = [[] for _ in rows]
    frame = frame.assign(version="v", label="A sentence.", status="active", encoder="e")
    return check(conform(frame, THEMES), THEMES)


def assignments():
    frame = pd.DataFrame({"complaint_id": list(ANGLES), "version": "v", "strength": 0.9})
    frame["theme_id"] = pd.Series([OF.get(name) for name in ANGLES], dtype="str")
    frame["text_hash"] = frame["complaint_id"]
    return check(conform(frame, ASSIGNMENTS), ASSIGNMENTS)


def complaints():
    names = list(ANGLES)
    return pd.DataFrame(
        {
            "complaint_id": names,
            "text_hash": names,
            "text": [f"my thing {name} fails" for name in names],
            "is_fitted": [name != "c1" for name in names],
        }
    )


def splitter(row, decision, complaint_ids):
    frame = complaints()
    mine = frame[frame["complaint_id"].isin(complaint_ids)].reset_index(drop=True)
    return split_theme(
        row, decision, complaints=mine, examples=frame, vectors_of=vectors_of, has_words=False
    )


def applied(*decisions, heirs=None, frames=None):
    frame, rows = frames or (themes(), assignments())
    done = apply_decisions(frame, rows, standing(decisions), heirs=heirs or {}, splitter=splitter)
    check(done.themes, THEMES)
    check(done.assignments, ASSIGNMENTS)
    return done


def counts(done):
    return done.assignments["theme_id"].value_counts().to_dict()


def live(done):
    return done.themes[done.themes["status"].isin(LIVE)].set_index("theme_id")


def test_no_decision_changes_nothing():
    done = applied()
    pd.testing.assert_frame_equal(done.themes, themes())
    pd.testing.assert_frame_equal(done.assignments, assignments())


def test_a_name_is_the_title_and_nothing_else():
    done = applied(entry(1, "rename", A, name="Extensions off"))
    assert live(done)["title"].to_dict() == {A: "Extensions off", B: "Bookmarks", C: "Crashes"}
    pd.testing.assert_frame_equal(done.themes.drop(columns="title"), themes().drop(columns="title"))


def test_a_title_that_people_gave_away_gets_a_number():
    done = applied(entry(1, "rename", C, name="add-ons"))
    assert live(done)["title"].to_dict() == {A: "Add-ons (2)", B: "Bookmarks", C: "add-ons"}


def test_a_merged_theme_is_counted_in_the_other():
    done = applied(entry(1, "merge", A, into=B))
    assert counts(done) == {B: 6, C: 2}
    rows = done.themes.set_index("theme_id")
    assert rows["status"].to_dict() == {A: "merged", B: "active", C: "active"}
    assert rows["size"].to_dict() == {A: 0, B: 6, C: 2}
    assert rows.loc[B, "parents"] == [A]
    assert rows.loc[B, "title"] == "Bookmarks"
    assert rows.loc[B, "born_on"] == pd.Timestamp("2020-01-02")
    # 4 complaints at (1, 0) and 2 at (0, 1): (2, 1) / sqrt(5).
    assert from_bytes([rows.loc[B, "centroid"]])[0] == pytest.approx([0.894, 0.447], abs=0.001)


@pytest.mark.parametrize("first", ["A into B", "B into C"])
def test_chains_of_merges_are_followed_in_any_order(first):
    order = (1, 2) if first == "A into B" else (2, 1)
    done = applied(entry(order[0], "merge", A, into=B), entry(order[1], "merge", B, into=C))
    assert counts(done) == {C: 8}
    assert live(done)["size"].to_dict() == {C: 8}
    assert done.dropped == ()


def test_a_split_sends_each_text_to_its_nearest_example():
    parts = (Part("Left", ("c0",)), Part("Right", ("c3", "gone")))
    split = entry(1, "split", A, parts=parts)
    done = applied(split)
    left, right = split.part_ids
    of = done.assignments.set_index("complaint_id")["theme_id"]
    assert of[["c0", "c1", "c2", "c3"]].tolist() == [left, left, right, right]
    rows = done.themes.set_index("theme_id")
    assert rows.loc[A, ["status", "size"]].tolist() == ["retired", 0]
    # c1 came after the fit, so three are fitted; the fourth of the size goes to the larger part.
    assert rows.loc[[left, right], "size"].tolist() == [1, 3]
    assert rows.loc[[left, right], "title"].tolist() == ["Left", "Right"]
    assert rows.loc[left, "parents"] == [A]


def test_a_part_can_be_merged_named_and_hidden():
    parts = (Part("Left", ("c0",)), Part("Right", ("c3",)))
    split = entry(1, "split", A, parts=parts)
    left, right = split.part_ids
    done = applied(
        split,
        entry(2, "merge", right, into=B),
        entry(3, "rename", left, name="Rest"),
        entry(4, "hide", left),
    )
    assert counts(done) == {left: 2, B: 4, C: 2}
    assert live(done).loc[left, ["title", "is_hidden"]].tolist() == ["Rest", True]
    assert not live(done)["is_hidden"].drop(left).any()


def test_a_split_without_examples_no_longer_applies_and_says_so():
    parts = (Part("Left", ("c0",)), Part("Right", ("gone",)))
    done = applied(entry(1, "split", A, parts=parts))
    pd.testing.assert_frame_equal(done.assignments, assignments())
    ((_, why),) = done.dropped
    assert "fewer than two of its parts" in why


def test_what_is_merged_by_people_takes_no_other_decision_alone():
    done = applied(entry(1, "merge", A, into=B), entry(2, "hide", A))
    assert not live(done)["is_hidden"].any()
    ((_, why),) = done.dropped
    assert why == f"it is merged into Bookmarks ({B}) by people"


def test_pins_and_hiding_are_flags():
    done = applied(entry(1, "pin", A), entry(2, "hide", B), entry(3, "unhide", B))
    assert live(done)["is_pinned"].to_dict() == {A: True, B: False, C: False}
    assert not live(done)["is_hidden"].any()


def test_an_ended_theme_hands_its_decisions_to_the_same_theme_only():
    heirs = {"t-old": Heir(A, is_same=True), "t-part": Heir(B, is_same=False)}
    done = applied(
        entry(1, "rename", "t-old", name="Old name"),
        entry(2, "hide", "t-part"),
        entry(3, "rename", "t-gone", name="Lost"),
        heirs=heirs,
    )
    assert live(done)["title"][A] == "Old name"
    assert not live(done)["is_hidden"].any()
    assert [why for _, why in done.dropped] == [
        f"the theme ended at a refit; most of its complaints are now in Bookmarks ({B})",
        "the theme ended at a refit and nothing took its place",
    ]


def test_a_merge_follows_its_target_and_finds_done_what_a_refit_did():
    heirs = {"t-target": Heir(B, is_same=False), "t-inside": Heir(C, is_same=False)}
    done = applied(
        entry(1, "merge", A, into="t-target"), entry(2, "merge", "t-inside", into=C), heirs=heirs
    )
    assert counts(done) == {B: 6, C: 2}
    assert done.dropped == ()


def test_heirs_need_half_of_the_old_and_are_the_same_with_half_of_the_new():
    old = pd.DataFrame(
        {
            "complaint_id": list("abcdefghij"),
            "theme_id": ["most"] * 4 + ["small"] * 2 + ["apart"] * 3 + ["rest"],
        }
    )
    now = pd.DataFrame(
        {
            "complaint_id": list("abcdefghijk"),
            # `most`: a-c in X; `small`: both in X, 2 of its 5; `apart`: one each.
            "theme_id": ["X", "X", "X", "Y", "X", "X", "Y", "Z", "W", "Y", "X"],
        }
    )
    found = find_heirs(["most", "small", "apart", "absent"], old=old, assignments=now)
    assert found == {"most": Heir("X", is_same=True), "small": Heir("X", is_same=False)}


def test_a_pinned_theme_comes_back_with_the_texts_that_are_nearest_to_its_own():
    # c4 was "t-pin" and c6, c7 something else; a refit put c4-c7 into B and never knew c8.
    old = pd.DataFrame({"complaint_id": ["c4", "c6", "c7"], "theme_id": ["t-pin", "t-x", "t-x"]})
    now = assignments()
    now["theme_id"] = now["theme_id"].where(~now["complaint_id"].isin(["c6", "c7", "c8"]), B)
    frame = themes().assign(size=[4, 5, 0])
    row = frame.iloc[1].copy()
    row["theme_id"], row["title"] = "t-pin", "Pinned"
    again, rows = revive(
        row,
        themes=frame,
        assignments=now,
        old=old,
        complaints=complaints(),
        vectors_of=vectors_of,
        neighbours=1,
    )
    of = rows.set_index("complaint_id")["theme_id"]
    # c5 (95 degrees) and c8 (99) are nearest to c4 (90); c6 and c7 were known as others.
    assert of[["c4", "c5", "c8"]].tolist() == ["t-pin"] * 3
    assert of[["c6", "c7"]].tolist() == [B, B]
    assert again.set_index("theme_id")["size"].to_dict() == {A: 4, B: 2, C: 0, "t-pin": 3}
    same, unchanged = revive(
        row,
        themes=frame,
        assignments=now,
        old=old.assign(complaint_id=["g1", "g2", "g3"]),
        complaints=complaints(),
        vectors_of=vectors_of,
        neighbours=1,
    )
    pd.testing.assert_frame_equal(same, frame)
    pd.testing.assert_frame_equal(unchanged, now)


_PARTS = (Part("Left", ("c0",)), Part("Right", ("c3",)))
_ids = st.sampled_from([A, B, C])


@st.composite
def _entries(draw):
    made = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        theme_id, action = draw(_ids), draw(st.sampled_from(["rename", "merge", "split", "hide"]))
        fields = {
            "rename": {"name": draw(st.sampled_from(["Crashes", "New", "Left"]))},
            "merge": {"into": draw(st.sampled_from({A: [B, C], B: [C], C: [C]}[theme_id]))},
            "split": {"parts": _PARTS},
        }.get(action, {})
        if action != "merge" or theme_id != C:
            made.append(entry(number, action, theme_id, **fields))
    return made


@settings(max_examples=30)
@given(_entries())
def test_totals_are_kept_and_twice_is_once(entries):
    once = applied(*entries)
    assert live(once)["size"].sum() == themes()["size"].sum()
    assert once.assignments["theme_id"].isna().sum() == 1
    assert set(once.assignments["theme_id"].dropna()) <= set(live(once).index)
    assert live(once)["title"].str.casefold().is_unique
    twice = applied(*entries, frames=(once.themes, once.assignments))
    pd.testing.assert_frame_equal(twice.themes, once.themes)
    pd.testing.assert_frame_equal(twice.assignments, once.assignments)
