import pandas as pd
import pytest

from models.contracts import FLOODS, check
from models.text.floods import mark_floods
from models.text.normalise import hash_texts
from models.text.similar import near_identical

SPAM = "Visit our shop for the best cheap watches and win a prize number {} today my friends"
RULES = {"min_texts": 5, "max_customers": 2, "window_hours": 48, "similarity": 0.8}


def complaints(rows):
    frame = pd.DataFrame(rows, columns=["at", "text", "customer_key"])
    frame["created_at"] = pd.to_datetime(frame.pop("at"), utc=True, format="ISO8601").astype(
        "datetime64[us, UTC]"
    )
    frame["customer_key"] = frame["customer_key"].astype("str")
    frame["text"] = frame["text"].astype("str")
    frame["text_hash"] = hash_texts(frame["text"])
    frame["complaint_id"] = [f"x:{i:03d}" for i in range(len(frame))]
    return frame


def spam(count, customer="s", start="2024-03-10", every="1h"):
    times = pd.date_range(start, periods=count, freq=every)
    return [(str(at), SPAM.format(i), customer) for i, at in enumerate(times)]


OTHERS = [("2024-03-10 10:00", f"My own router number {w} broke down again", w) for w in "abc"]


def test_one_customers_repeats_are_a_flood_and_count_once():
    marks = mark_floods(complaints(OTHERS + spam(6)), **RULES)
    flood = check(marks.floods, FLOODS).iloc[0]
    assert len(marks.floods) == 1
    assert (flood["texts"], flood["customers"], flood["counted_as"]) == (6, 1, 1)
    assert marks.marks["complaint_id"].tolist() == [f"x:{i:03d}" for i in range(3, 9)]
    assert marks.marks["is_counted"].tolist() == [True] + [False] * 5


@pytest.mark.parametrize("count", [4, 5])
def test_it_takes_the_asked_number_of_texts(count):
    assert len(mark_floods(complaints(spam(count)), **RULES).floods) == (count >= 5)


def test_it_takes_the_window():
    assert mark_floods(complaints(spam(6, every="20h")), **RULES).floods.empty


def test_many_customers_with_one_text_are_an_issue_and_no_flood():
    rows = [(at, text, f"c{i}") for i, (at, text, _) in enumerate(spam(8))]
    assert mark_floods(complaints(rows), **RULES).floods.empty


def test_each_of_two_customers_counts_once():
    rows = spam(4, "a") + spam(4, "b", start="2024-03-10 00:30")
    marks = mark_floods(complaints(rows), **RULES)
    assert marks.floods["counted_as"].tolist() == [2]
    counted = marks.marks[marks.marks["is_counted"]]["complaint_id"].tolist()
    assert counted == ["x:000", "x:004"]


def test_a_text_that_others_wrote_well_before_is_no_flood():
    before = [("2024-03-01", SPAM.format(99), "other")]
    assert mark_floods(complaints(before + spam(6)), **RULES).floods.empty
    just_before = [("2024-03-09 12:00", SPAM.format(99), "other")]
    assert len(mark_floods(complaints(just_before + spam(6)), **RULES).floods) == 1


def test_own_earlier_text_does_not_excuse():
    before = [("2024-03-01", SPAM.format(99), "s")]
    assert len(mark_floods(complaints(before + spam(6)), **RULES).floods) == 1


def test_unknown_customers_count_once_in_all():
    marks = mark_floods(complaints(spam(6, None)), **RULES)
    assert marks.marks["is_counted"].sum() == 1
    assert pd.isna(marks.floods["customers"]).all()


def test_very_short_texts_are_never_flooded():
    rows = [(at, "no signal again", "s") for at, _, _ in spam(9)]
    assert mark_floods(complaints(rows), **RULES).floods.empty


def test_a_flood_goes_on_until_a_pause_and_counts_everybody_once():
    rows = [*spam(30, every="6h"), ("2024-03-10 03:00", SPAM.format(7), "bystander")]
    marks = mark_floods(complaints(rows), **RULES)
    # Two customers are few: both are in it, and both count.
    assert marks.floods["texts"].tolist() == [31]
    assert marks.floods["counted_as"].tolist() == [2]
    rows = spam(6) + spam(6, start="2024-03-20")
    assert mark_floods(complaints(rows), **RULES).floods["texts"].tolist() == [6, 6]


def test_row_order_does_not_matter_and_empty_is_empty():
    frame = complaints(OTHERS + spam(6) + spam(5, "t", start="2024-04-01"))
    first = mark_floods(frame, **RULES)
    again = mark_floods(frame.sample(frac=1, random_state=3), **RULES)
    pd.testing.assert_frame_equal(first.floods, again.floods)
    pd.testing.assert_frame_equal(first.marks, again.marks)
    nothing = mark_floods(frame.head(0), **RULES)
    assert nothing.floods.empty
    assert nothing.marks.empty
    check(nothing.floods, FLOODS)


def test_similarity_is_jaccard_of_word_pairs():
    # a: 9 pairs, b: 10 pairs, 9 shared: 9/10; c shares 8 of 9 with a each: 8/10.
    a = "one two three four five six seven eight nine ten"
    b = a + " more"
    c = a.replace("ten", "eleven")
    assert near_identical([a, b], similarity=0.9).tolist() == [0, 0]
    assert near_identical([a, c], similarity=0.8).tolist() == [0, 0]
    assert near_identical([a, c], similarity=0.81).tolist() == [0, 1]
    assert near_identical(
        ["too short", a, "Order 12 never came here", "order 7 never came here!"], similarity=1.0
    ).tolist() == [-1, 0, 1, 1]
    assert near_identical([], similarity=0.8).tolist() == []
