import pytest

from models.themes.words import key_of, phrases_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("add-ons", "Addon"),
        ("charged", "charging"),
        ("charge", "charged"),
        ("deliveries", "delivery"),
        ("stopped", "stop"),
        ("crashes", "crashing"),
        ("customer\u2019s", "customers"),
    ],
)
def test_forms_of_a_word_share_a_key(one, other):
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(("one", "other"), [("bill", "bell"), ("card", "car"), ("pass", "pas")])
def test_other_words_do_not(one, other):
    assert key_of(one) != key_of(other)


def test_junk_marks_and_numbers_break_a_phrase_and_are_no_words():
    runs = phrases_of(
        "late parcel <EMAIL> https://x.example/y 42 C:\\temp\\log &amp; router @brand off"
    )
    assert [[word.surface for word in run] for run in runs] == [
        ["late", "parcel"],
        ["router"],
        ["off"],
    ]


def test_greetings_and_brand_words_have_no_content():
    runs = phrases_of("Hello please help Acme router", frozenset({key_of("acme")}))
    assert [word.surface for word in runs[0] if word.is_content] == ["router"]


@pytest.mark.parametrize("text", ["", "!!!", "😡", "12345", "a" * 5000, "\n\n", "/" * 4000])
def test_texts_without_words_have_none(text):
    assert [word for run in phrases_of(text) for word in run] == []
