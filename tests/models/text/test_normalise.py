import hashlib

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.text.normalise import clean_text, clean_texts, hash_texts, text_hash


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\r\nb\tc", "a b c"),
        ("no\x00 signal\x07", "no signal"),
        ("cafe\u0301", "café"),
        ("in\u200bvisible \u202eright\u202c", "invisible right"),
        ("\ufeff  two   spaces  ", "two spaces"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("line\u2028break", "line break"),
        ("", ""),
    ],
)
def test_text_becomes_one_visible_line(raw, clean):
    assert clean_text(raw) == clean


@given(st.text())
def test_cleaning_twice_is_cleaning_once_and_can_be_stored(text):
    once = clean_text(text)
    assert clean_text(once) == once
    once.encode("utf-8")
    assert not set(once) & set("\x00\n\r\t\u200b\u202e")


def test_series_keep_missing_values_and_hash_as_sha256():
    texts = pd.Series(["a  b", None, "a  b"], dtype="str")
    assert clean_texts(texts).tolist()[::2] == ["a b", "a b"]
    assert clean_texts(texts).isna().tolist() == [False, True, False]
    assert hash_texts(texts)[0] == hashlib.sha256(b"a  b").hexdigest() == text_hash("a  b")
