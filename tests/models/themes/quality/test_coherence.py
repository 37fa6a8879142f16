from math import isnan, log

import pytest

from models.themes.quality.coherence import keyword_coherence


def test_npmi_of_one_pair_by_hand():
    # late in 2 of 4 texts, parcel in 2 of 4, both in 1 of 4: as often as chance would have it.
    texts = ["late parcel", "late train", "parcel lost", "router dead"]
    assert keyword_coherence(texts, [["late", "parcel"]]) == pytest.approx([0])
    # both in 2 of 4, each in 2 of 4: never apart.
    assert keyword_coherence(
        ["late parcel", "late parcel", "router", "dead"], [["late", "parcel"]]
    ) == pytest.approx([1])
    # both in 2 of 4, late in 3, parcel in 2.
    texts = ["late parcel", "late parcel", "late train", "router dead"]
    expected = log(0.5 / (0.75 * 0.5)) / -log(0.5)
    assert keyword_coherence(texts, [["late", "parcel"]]) == pytest.approx([expected])


def test_words_that_never_meet_score_minus_one_and_the_mean_is_over_pairs():
    texts = ["late parcel", "late parcel", "router", "dead"]
    found = keyword_coherence(texts, [["late", "parcel", "router"]])
    assert found == pytest.approx([(1 - 1 - 1) / 3])


def test_forms_of_a_word_are_one_word():
    found = keyword_coherence(["Parcels delayed"], [["parcel", "Parcels"]])
    assert isnan(found[0])


def test_words_of_every_text_say_nothing():
    assert keyword_coherence(["late parcel", "late parcel"], [["late", "parcel"]]) == [0.0]


def test_nothing_to_judge_is_not_a_number():
    assert isnan(keyword_coherence([], [["late", "parcel"]])[0])
    assert isnan(keyword_coherence(["late parcel"], [["late"]])[0])
    assert keyword_coherence(["late parcel"], []) == []
    assert keyword_coherence(["x"], [["late", "parcel"]]) == [-1.0]
