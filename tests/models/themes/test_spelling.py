import pytest

from models.themes.spelling import respelled, spellings
from models.themes.words import key_of, phrases_of


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["Router off", "Router dead", "my router"], "router"),  # capitals of sentences
        (["my PayPal fails", "use PayPal", "pay by paypal"], "PayPal"),
        (["the ATM ate it", "no ATM here", "an atm"], "ATM"),
        (["TOO MANY BICYCLES", "BICYCLES EVERYWHERE"], "bicycles"),  # shouted
        (["so many BICYCLES here", "hate BICYCLES"], "bicycles"),
        (["my add-ons", "addons", "the addons", "Addons off"], "addons"),
        (["on Netflix", "Netflix is slow", "watch Netflix", "netflix"], "Netflix"),
    ],
)
def test_the_commonest_spelling(texts, expected):
    key = key_of(expected)
    assert spellings([phrases_of(text) for text in texts], {key: 1.0}) == {key: expected}


def test_names_get_their_capitals_back():
    forms = {"appl": "Apple", "pay": "Pay", "atm": "ATM", "card": "cards"}
    assert respelled("apple pay at atms", forms) == "Apple Pay at ATMs"
    assert respelled("card for an atm", forms) == "card for an ATM"
