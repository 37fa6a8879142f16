"""How people mistype, shorten and shout."""

import re
from random import Random

_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SLANG = {
    "you": "u",
    "your": "ur",
    "are": "r",
    "please": "pls",
    "because": "cos",
    "and": "&",
    "people": "ppl",
    "message": "msg",
    "tomorrow": "tmrw",
    "minutes": "mins",
    "with": "w/",
    "going to": "gonna",
    "really": "rly",
    "want to": "wanna",
    "though": "tho",
    "don't know": "dunno",
    "isn't": "aint",
}
_OTHER_WORDS = {
    "broadband": ("internet", "internet connection"),
    "router": ("hub", "box"),
    "hub": ("router", "box"),
    "engineer": ("technician", "fitter"),
    "technician": ("engineer",),
    "parcel": ("package", "delivery"),
    "signal": ("reception", "coverage"),
    "reception": ("signal",),
    "fee": ("charge",),
    "increase": ("rise",),
    "hike": ("rise", "increase"),
    "dreadful": ("awful", "shocking", "terrible"),
    "terrible": ("dire", "rubbish", "awful"),
    "useless": ("no good", "hopeless"),
    "receive": ("get",),
    "contract": ("agreement",),
    "mailbox": ("email account", "inbox"),
    "constantly": ("all the time", "non-stop"),
    "ridiculous": ("absurd", "silly"),
    "outage": ("loss of service", "breakdown"),
    "every single": ("each", "every"),
    "it is": ("it's",),
    "I've": ("I have",),
    "can't": ("cannot", "can not"),
    "cannot": ("can't",),
    "I'm": ("I am",),
    "I am": ("I'm",),
    "doesn't": ("does not",),
    "won't": ("will not",),
    "haven't": ("have not",),
}
_SWAP_CHANCE = 0.25  # a word in four: enough that one phrasing seldom reads alike twice


def _neighbours() -> dict[str, str]:
    near: dict[str, str] = {}
    for row, letters in enumerate(_KEYBOARD):
        for place, letter in enumerate(letters):
            beside = letters[max(place - 1, 0) : place] + letters[place + 1 : place + 2]
            above_and_below = _KEYBOARD[max(row - 1, 0) : row] + _KEYBOARD[row + 1 : row + 2]
            near[letter] = beside + "".join(other[place : place + 1] for other in above_and_below)
    return near


def _any_of(words: dict) -> re.Pattern:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(r"\b(" + "|".join(map(re.escape, longest_first)) + r")\b")


_NEIGHBOURS = _neighbours()
_SLANG_WORD = _any_of(_SLANG)
_SWAP_WORD = _any_of(_OTHER_WORDS)


def reword(text: str, rng: Random) -> str:
    """The text with a few words swapped for words that mean the same."""

    def swap(match: re.Match) -> str:
        if rng.random() > _SWAP_CHANCE:
            return match.group()
        return rng.choice(_OTHER_WORDS[match.group()])

    return _SWAP_WORD.sub(swap, text)


def slang(text: str, rng: Random) -> str:
    """The text in the shorthand of someone typing on a phone."""

    def shorten(match: re.Match) -> str:
        return _SLANG[match.group()] if rng.random() < 0.6 else match.group()

    return _SLANG_WORD.sub(shorten, text)


def mistype(text: str, count: int, rng: Random) -> str:
    """The text with up to `count` slips of the finger.

    Digits are never touched: a wrong amount would be another complaint, not a typo.
    """
    for _ in range(count):
        place = rng.randrange(len(text)) if text else 0
        letter = text[place : place + 1]
        if not letter.isalpha() and letter not in "' ":
            continue
        text = text[:place] + _slip(letter, text[place + 1 : place + 2], rng) + _rest(text, place)
    return text


def _slip(letter: str, following: str, rng: Random) -> str:
    if letter == "'":
        return following
    if letter == " ":
        # Mostly leave word breaks alone: run-together words are the rarer slip.
        return following if rng.random() < 0.2 and following.isalpha() else letter + following
    kind = rng.random()
    if kind < 0.30:
        return following
    if kind < 0.50:
        return letter + letter + following
    if kind < 0.75 and following.isalpha():
        return following + letter
    return rng.choice(_NEIGHBOURS.get(letter, letter)) + following


def _rest(text: str, place: int) -> str:
    return text[place + 2 :]
