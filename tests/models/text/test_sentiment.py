import subprocess
import sys

import pandas as pd
import pytest

from models.text.sentiment import sentiments


def read(*texts, language="en"):
    return sentiments(pd.Series(texts), pd.Series([language] * len(texts))).tolist()


def test_degree_words_capitals_and_marks_read_harsher():
    plain, strong, loud = read("The line is bad", "The line is very bad", "The line is BAD!!!")
    assert -1 <= strong < plain < 0
    assert loud < plain
    assert read("Thanks, great help")[0] > 0.5
    assert read("The parcel came at noon") == [0.0]


def test_a_valence_worked_by_hand():
    # "bad" has valence -2.5 in the lexicon: -2.5 / sqrt(2.5**2 + 15)
    assert read("bad")[0] == pytest.approx(-0.5423, abs=1e-4)
    # negated: times -0.74, so 1.85 / sqrt(1.85**2 + 15)
    assert read("not bad")[0] == pytest.approx(0.4310, abs=1e-4)


def test_only_english_is_read():
    languages = pd.Series(["en", "de", None, "en"])
    texts = pd.Series(["awful", "Der Support ist bad", "awful", None])
    assert sentiments(texts, languages).isna().tolist() == [False, True, True, True]


def test_marks_of_redaction_weigh_nothing():
    assert read("<EMAIL> <PHONE> awful <HANDLE>") == read("awful")
    assert read("<CARD>") == [0.0]


def test_the_first_500_characters_count():
    start = "It is slow. " * 42  # 504 characters
    assert read(start + "awful awful awful") == read(start)


def test_a_text_is_read_on_its_own_and_the_index_kept():
    texts = pd.Series(["awful", "fine", "awful"], index=[7, 3, 5])
    found = sentiments(texts, pd.Series("en", index=texts.index))
    assert found.index.tolist() == [7, 3, 5]
    assert found[7] == found[5] == read("awful")[0]
    assert sentiments(texts.iloc[:0], texts.iloc[:0]).empty


def test_long_hostile_texts_are_read():
    assert all(
        -1 <= it <= 1 for it in read("but bad " * 600, "😡" * 4000, "a " * 2000, "!?" * 2000)
    )


def test_the_lexicon_is_read_when_a_text_needs_it():
    code = "import sys, models.text.sentiment; sys.exit('vaderSentiment' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
