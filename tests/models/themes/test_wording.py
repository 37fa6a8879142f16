from __future__ import annotations

from models.themes.wording import changed_wording

USUAL = [f"no power at number {n}, gas or electric {n}" for n in range(40)]
OUTAGE = [f"con edison outage since the storm, number {n}" for n in range(20)]


def test_what_is_said_now_and_was_not_said_before_is_named_with_a_phrase_first() -> None:
    words = changed_wording(OUTAGE, USUAL)
    assert "edison" in words[0].lower()
    assert any("outage" in word.lower() or "storm" in word.lower() for word in words)
    assert not any("number" in word.lower() for word in words)


def test_the_usual_words_in_the_usual_share_are_no_news() -> None:
    assert changed_wording(USUAL[:20], USUAL[20:]) == []


def test_brand_words_are_no_news() -> None:
    words = changed_wording(OUTAGE, USUAL, brand_words=["Con", "Edison"])
    assert not any("edison" in word.lower() for word in words)


def test_the_order_of_rows_does_not_matter() -> None:
    assert changed_wording(OUTAGE[::-1], USUAL[::-1]) == changed_wording(OUTAGE, USUAL)


def test_two_texts_or_no_past_say_nothing_of_a_change() -> None:
    assert changed_wording(OUTAGE[:2], USUAL) == []
    assert changed_wording(OUTAGE, []) == []
