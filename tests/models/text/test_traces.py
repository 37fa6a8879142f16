"""Traces of texts: what only they say, found again by keyed hashes."""

from __future__ import annotations

import pytest

from models.text.traces import Traces, is_code, make_traces, own_sequences, words_of

KEY = b"k" * 32


def traces(texts: list[str], others: list[str], codes: tuple[str, ...] = ()) -> Traces:
    own = own_sequences(texts, others)
    return make_traces(KEY, complaints=codes, customers=(), texts=(), own=own, codes=codes)


def test_what_others_say_as_well_is_no_trace() -> None:
    own = own_sequences(["the parcel came late and wet"], ["It came late. And the parcel came!"])
    assert own.long == {"the parcel came late and", "parcel came late and wet"}
    # "came late and" is said by the other, too; "late and wet" is not.
    assert "came late and" not in own.short
    assert "late and wet" in own.short
    assert own_sequences(["a b c d e f"], ["x a b c d e f y"]).long == frozenset()


def test_a_text_of_fewer_than_five_words_is_told_as_a_whole() -> None:
    assert own_sequences(["Router broken again"], []).long == {"router broken again"}
    assert own_sequences(["Broken"], []).long == frozenset()


def test_a_text_is_found_in_any_dress() -> None:
    it = traces(["My zebra lamp fell off, twice!"], [])
    assert it.holds("<p>he said: MY ZEBRA, lamp - fell 'off' twice</p>")
    assert it.holds("zebra lamp fell off twice")
    assert not it.holds("zebra lamp fell twice off")
    assert it.holds("Zebra lamp", has_short=True)
    assert not it.holds("Zebra lamp")


def test_places_are_those_of_the_words_alone() -> None:
    found = words_of("so my zebra lamp fell off today").words
    assert traces(["my zebra lamp fell off"], []).found(found) == {1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("code", "is_one"),
    [("crm 17", True), ("17", False), ("12345678", False), ("123456789", True), ("a1b2c3", True)],
)
def test_a_number_that_may_be_a_count_is_not_searched_for_alone(code: str, is_one: bool) -> None:
    assert is_code(code) == is_one


def test_ids_are_found_as_words() -> None:
    it = traces([], [], ("crm:zx-771", "17"))
    assert it.holds('{"id": "crm:zx-771"}')
    assert it.holds("runs/crm_zx_771.txt")
    assert not it.holds("17 of zx-77")


def test_traces_tell_nothing_without_the_key_and_survive_being_written() -> None:
    it = traces(["my zebra lamp fell off"], [])
    assert all(len(mark) == 16 for marks in it.as_dict().values() for mark in marks)
    assert Traces.of(KEY, it.as_dict()) == it
    other = traces(["the cat sat down there"], [])
    both = it | other
    assert both.holds("my zebra lamp fell off")
    assert both.holds("the cat sat down there")
    assert not Traces.of(b"x" * 32, it.as_dict()).holds("my zebra lamp fell off")
