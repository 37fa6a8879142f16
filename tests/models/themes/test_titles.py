import numpy as np
import pytest

from models.themes.spelling import spellings
from models.themes.titles import title_candidates
from models.themes.words import phrases_of


def _titles(texts, weights, **kwargs):
    runs = [phrases_of(text) for text in texts]
    forms = spellings(runs, weights)
    return list(title_candidates(runs, np.ones(len(texts)), weights, forms, **kwargs))


def test_a_verb_keeps_its_particle():
    texts = ["card to top up", "my card to top up"]
    assert _titles(texts, {"card": 1.0, "top": 1.0})[0] == "Card to top up"


@pytest.mark.parametrize("text", ["charged an extra", "app shows"])
def test_no_title_ends_on_a_word_that_waits_for_another(text):
    weights = {"charg": 1.0, "extra": 1.0, "app": 1.0, "show": 1.0}
    titles = _titles([text, text], weights)
    assert text.capitalize() not in titles


def test_and_joins_two_words_of_content_alone():
    weights = {"visit": 1.0, "engineer": 1.0}
    texts = ["the visit and your engineer", "a visit and your engineer"]
    assert "Visit and your engineer" not in _titles(texts, weights)
    assert _titles(["visit and engineer"] * 2, weights)[0] == "Visit and engineer"


def test_a_phrase_that_goes_on_is_worth_less():
    weights = {"exchang": 1.0, "rat": 0.9, "appli": 0.2}
    closed = ["exchange rate", "the exchange rate", "exchange rate applied"]
    assert _titles([*closed, "exchange rate applied"], weights)[0] == "Exchange rate"
    # Three of five go on: half of 1.9 is less than 2.1 · √(3/5).
    assert _titles(["exchange rate applied"] * 3 + closed[:2], weights)[0] == (
        "Exchange rate applied"
    )


def test_words_said_apart_make_a_title_in_their_commoner_order():
    texts = ["PIN is nowhere to be located", "my PIN could not at all be located", "locate a PIN"]
    assert _titles(texts[:2], {"pin": 1.0, "locat": 0.5})[0] == "PIN located"
    assert "Located PIN" not in _titles(texts, {"pin": 1.0, "locat": 0.5})


def test_of_two_phrases_the_purer_one_wins():
    texts = ["declined cash withdrawal", "declined cash withdrawal", "cash withdrawal"]
    weights = {"cash": 1.0, "withdrawal": 1.0, "declin": 0.3}
    assert _titles(texts, weights)[0] == "Cash withdrawal"
    pure = {frozenset(["cash", "withdrawal"]): 0.1}
    best = _titles(texts, weights, purity=lambda keys: pure.get(frozenset(keys), 1.0))[0]
    assert best == "Declined cash withdrawal"
