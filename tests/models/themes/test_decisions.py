import pandas as pd
import pytest

from models.errors import DataContractError
from models.themes.decisions import Decision, Part, check_decisions, standing

KNOWN = ("t-00000001", "t-00000002", "t-00000003")
A, B, C = KNOWN


def entry(hour, action, theme_id, **fields):
    """Return an entry of an hour of 1 May 2020."""
    at = pd.Timestamp("2020-05-01T00:00Z") + pd.Timedelta(hours=hour)
    place = f"decisions.yaml, entry {hour}"
    return Decision(at=at, by="ada", action=action, theme_id=theme_id, place=place, **fields)


def hour(number):
    return pd.Timestamp("2020-05-01T00:00Z") + pd.Timedelta(hours=number)


def test_the_later_of_two_names_counts_and_each_settles_only_its_own():
    one, other = entry(1, "rename", A, name="One"), entry(2, "rename", A, name="Other")
    hidden, kept = entry(3, "hide", A), entry(4, "rename", B, name="One")
    assert standing([hidden, other, kept, one]) == (other, hidden, kept)
    assert standing([one, other], as_of=hour(1)) == (one,)


def test_a_decision_counts_from_its_moment_on_and_not_before():
    made = [entry(5, "hide", A)]
    assert standing(made, as_of=hour(5)) == tuple(made)
    assert standing(made, as_of=hour(5) - pd.Timedelta(seconds=1)) == ()


def test_what_is_withdrawn_or_undone_does_not_stand():
    hide, unhide = entry(1, "hide", A), entry(2, "unhide", A)
    assert standing([hide, unhide]) == ()
    # Undone, the withdrawal is gone and the hiding is back.
    assert standing([hide, unhide, entry(3, "undo", A)]) == (hide,)
    one, other = entry(1, "rename", A, name="One"), entry(2, "rename", A, name="Other")
    assert standing([one, other, entry(3, "undo", A)]) == (one,)
    assert standing([one, other, entry(3, "undo", A)], as_of=hour(2)) == (other,)


def test_a_merge_after_a_split_replaces_it():
    parts = (Part("x", ("1",)), Part("y", ("2",)))
    split, merge = entry(1, "split", A, parts=parts), entry(2, "merge", A, into=B)
    assert standing([split, merge]) == (merge,)


def test_the_ids_of_parts_are_for_life():
    parts = (Part("x", ("1",)), Part("y", ("2",)))
    made = entry(1, "split", A, parts=parts)
    # sha256("t-00000001 2020-05-01T01:00:00+00:00 0") begins with these digits.
    renamed = entry(1, "split", A, parts=(Part("z", ("9",)), Part("y", ("2",))), note="said anew")
    assert made.part_ids == renamed.part_ids
    assert len(set(made.part_ids)) == 2
    assert made.part_ids != entry(2, "split", A, parts=parts).part_ids
    check_decisions([made, entry(2, "hide", made.part_ids[0])], known_ids=KNOWN)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([entry(1, "merge", A, into=A)], "entry 1: merges t-00000001 into itself"),
        (
            [entry(1, "merge", A, into=B), entry(2, "merge", B, into=A)],
            r"entry 2: merges t-00000002 into t-00000001, .* \(decisions.yaml, entry 1\)",
        ),
        (
            [
                entry(1, "merge", A, into=B),
                entry(2, "merge", B, into=C),
                entry(3, "merge", C, into=A),
            ],
            "entry 3: merges t-00000003",
        ),
        # Put right later, and still broken on the mornings between.
        (
            [
                entry(1, "merge", A, into=B),
                entry(2, "merge", B, into=A),
                entry(3, "merge", A, into=C),
            ],
            "entry 2",
        ),
        ([entry(1, "hide", "t-00000009")], "did you mean t-0000000"),
        ([entry(1, "hide", "rubbish")], "no theme has the id 'rubbish'; `issuecast theme list`"),
        ([entry(1, "merge", A, into="t-0000000B")], "entry 1: `into`"),
        ([entry(1, "undo", A)], "entry 1: nothing was decided"),
        ([entry(1, "hide", A), entry(2, "undo", A), entry(3, "undo", A)], "entry 3: nothing"),
    ],
)
def test_contradictions_are_named(entries, message):
    with pytest.raises(DataContractError, match=message):
        check_decisions(entries, known_ids=KNOWN)


def test_a_chain_is_no_circle_and_an_undone_merge_closes_none():
    chain = [entry(1, "merge", A, into=B), entry(2, "merge", B, into=C)]
    check_decisions(chain, known_ids=KNOWN)
    undone = [entry(1, "merge", A, into=B), entry(2, "undo", A), entry(3, "merge", B, into=A)]
    check_decisions(undone, known_ids=KNOWN)


def test_an_id_that_a_command_had_looked_up_may_be_gone():
    check_decisions([entry(1, "hide", "t-gone", title="Was there")], known_ids=KNOWN)
    check_decisions([entry(1, "hide", "t-any")], known_ids=())
