import numpy as np
import pytest

from models.themes.word_counts import hold_words, weigh_words, word_weights
from models.themes.words import phrases_of

RUNS = [phrases_of(text) for text in ("late parcel", "late parcel", "late bill", "late bill")]
LABELS = np.array([0, 0, 1, 1])


def test_weights_by_hand():
    parcel, bill = word_weights(RUNS, LABELS, np.ones(4))
    # p(parcel, 0) = 1, its mean over the themes 1/2: 1 · log 2. "late" is as common everywhere.
    assert parcel == {"parcel": pytest.approx(np.log(2))}
    assert bill == {"bill": pytest.approx(np.log(2))}


def test_weighted_texts_by_hand():
    runs = [phrases_of(text) for text in ("late parcel", "parcel", "bill", "bill")]
    first, _ = word_weights(runs, LABELS, np.array([3.0, 1.0, 1.0, 1.0]))
    # Three quarters of the first theme's weight say "late", none of the second's: mean 3/8.
    assert first["lat"] == pytest.approx(0.75 * np.log(2))
    assert list(first) == ["parcel", "lat"]


def test_a_word_of_one_text_in_a_larger_theme_is_an_accident():
    runs = [phrases_of(text) for text in ("late parcel", "parcel", "parcel", "bill", "bill")]
    first, _ = word_weights(runs, np.array([0, 0, 0, 1, 1]), np.ones(5))
    assert list(first) == ["parcel"]


def test_a_word_of_most_texts_everywhere_says_nothing():
    words = ("parcel", "bill", "router", "phone", "tv", "app")
    # Half of the first theme says "acme", all of the others: 92 % in the mean.
    runs = [phrases_of(f"acme {word}") for word in words for _ in range(2)]
    runs[0] = phrases_of("parcel")
    labels = np.repeat(np.arange(6), 2)
    assert all("acm" not in found for found in word_weights(runs, labels, np.ones(12)))


def test_purity_by_hand():
    held = hold_words(RUNS)
    assert held.purity(LABELS, 0, ["lat"]) == pytest.approx(0.5)
    assert held.purity(LABELS, 0, ["lat", "parcel"]) == pytest.approx(1.0)
    assert held.purity(LABELS, 1, ["parcel"]) == 0.0
    assert held.purity(LABELS, 1, ["no such word"]) == 0.0
    # 1 of 3 texts in the first theme, 1 of 1 in the second: (1/3) / (1/3 + 1).
    mixed = hold_words([phrases_of(text) for text in ("bill", "parcel", "parcel", "bill")])
    assert mixed.purity(np.array([0, 0, 0, 1]), 0, ["bill"]) == pytest.approx(0.25)


def test_texts_without_words():
    held = hold_words([[], []])
    assert held.matrix.shape == (2, 0)
    assert weigh_words(held, np.array([0, 1]), np.ones(2)) == [{}, {}]
