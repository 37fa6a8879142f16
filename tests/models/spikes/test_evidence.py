import pandas as pd

from models.spikes.evidence import typical_texts

PAST = pd.Series([f"My page number {i} loads slowly in the browser today" for i in range(30)])
NEW = [
    "All my addons were disabled this morning without warning",
    "Since last night my addons are disabled and I cannot install any",
    "Why does it say that the addons could not be verified and are disabled?",
]


def test_what_is_new_is_shown_and_chatter_is_not() -> None:
    window = pd.Series([*NEW, *PAST[:3], "ok"])
    assert set(typical_texts(window, PAST, count=3)) == set(NEW)


def test_texts_differ() -> None:
    window = pd.Series([NEW[0], NEW[0] + "!", NEW[0].upper(), NEW[1]])
    assert len(typical_texts(window, PAST, count=3)) == 2


def test_readable_length_comes_first() -> None:
    long = "addons disabled " * 60
    assert typical_texts(pd.Series([long, NEW[0], NEW[1]]), PAST, count=2) == sorted(
        NEW[:2],
        key=lambda text: typical_texts(pd.Series([long, *NEW[:2]]), PAST, count=2).index(text),
    )
    assert typical_texts(pd.Series([long]), PAST, count=2) == [long.strip()]


def test_order_of_rows_does_not_matter_and_nothing_gives_nothing() -> None:
    window = pd.Series([*NEW, *PAST[:5]])
    assert typical_texts(window, PAST, count=2) == typical_texts(window[::-1], PAST[::-1], count=2)
    assert typical_texts(pd.Series(dtype="str"), PAST, count=3) == []
    assert typical_texts(window, PAST, count=0) == []
