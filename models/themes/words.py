"""Words as people write them, and what they have in common: the raw material of titles."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

# Marks of redaction, addresses, handles, paths, entities: they say nothing about an issue.
_MARK = re.compile(r"<[A-Z][A-Z_ ]*>|\[[a-z]+\]")
_JUNK = re.compile(
    r"(?<!\S)(?:\S*[\\/_=@#<>|{}]\S*|www\.\S*|\S+\.(?:com|org|net)\b\S*|\S*&\w+;\S*)"
)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\d[\w.]*|[^\w\s]")
_BREAK = " ; "

# scikit-learn's list holds words that are what a complaint is about.
_NOT_STOP = """
amount bill bottom call computer cry describe detail empty fill fire full interest move name
serious show system top
"""
# Words of asking, greeting, thanking, and of any complaint at all.
_CHATTER = """
actually advance ago answer anyone anybody appreciate ask asking awesome basically best bit bye
certain cheers come coming correct dear different difference does doing don't done easy exactly
explain fact fine fix folks found gave give given giving going gonna good goodbye got guess guys
great happen happened happening happens having hello help helpful hey hi hope idea im i'm issue
issues ive i've info information instead just keep keeps kind know knows let like little long look
looked looking looks lot make makes making matter maybe mean means mind morning much need needed
needs nice okay ok old people person please pls possible possibly probably problem problems
question questions quite reading really reason reply right said saw say saying says see seeing
seem seems seen sir someone something sorry sort specific started stuff suddenly suggestion
suggestions sure talk team tell thank thanks thankyou that's there's thing things think thought
time times today tomorrow told took tried trying try turns understand use used useful user using
usually want wanted wants way ways week weeks went what's wish wonder wondering work worked working
works would wouldn't wrong yeah years year yes yesterday day days month months able unable amp gt lt
quot nbsp http https www com etc eg ie via lol omg did getting
don't dont doesn't doesnt didn't didnt isn't isnt aren't can't cannot cant couldn't won't wont
wasn't haven't hasn't it's its id i'd i'll ill you're they're we're you've we've
"""
# What an agent who takes notes writes of any call whatever it is about: who calls, that it was
# said, answered, passed on; how long it goes on, in short; and how the caller feels. (A measure
# of how evenly a word lies over the themes does not tell these from what is about something:
# "page" and "window" are in as many themes of a browser as "cust" in those of a call centre.)
_NOTES = """
cust custs custmr cus cst acc
adv advd advised advise advises advising state states stated stating informed
req reqd req'd reqs rqst rec'd recd rcvd rcd
tfr tfrd trf xfer esc escd nfa ref refd fao tbc tbd fyi asap poss approx regarding
wk wks mth mths yr yrs tmrw
angry annoyed disappointed dissatisfied frustrated fuming furious irate unhappy upset
"""
# The commonest words of other languages that are none in English: no title is made of them.
_FOREIGN = """
que para por como pero una uno los las del está esta este não uma das favor meu minha muito mais
quando porque también muy hay puedo tengo desde hace cuando todos foi tem isso olá hola
les des est une pas pour dans avec vous nous mais qui ce cette mon ma mes je suis bonjour
der das und ist nicht ich ein eine mit auf für von dem wie aber wenn habe kann bei sich
che non una sono della dei gli anche come più del alla nel ciao buongiorno
jsem jak ale mám při když dobrý děkuji není jako nebo pro nie jest się jak czy ale mam dla
bir var değil ama olarak daha çok gibi merhaba
het een niet dat voor maar ook wel
mutta että olen joka kun hogy nem egy
как что это так меня все после при для или если здравствуйте не на по
"""
# The little words that may stand inside a title.
_GLUE = """
a an the my your our their of for to from in into on at with without by and or is was were are be
been being has have had not no out up off still after when as me us
"""
GLUE = frozenset(_GLUE.split())
# May follow a title's last word: "top up", "sign out".
_PARTICLES = "up off out down back"
PARTICLES = frozenset(_PARTICLES.split())
# Never end a title: they wait for a noun ("an extra") or an object ("the app shows").
_NOT_LAST = """
extra additional new different wrong correct incorrect latest other certain multiple several
show shows showing showed shown appear appears send sends allow allows
"""
NOT_LAST = frozenset(_NOT_LAST.split())
# May open a title ("Won't open links"), never end one.
_NEGATIONS = "can't cannot won't not no doesn't isn't never without couldn't"
NEGATIONS = frozenset(_NEGATIONS.split())
STOP_WORDS = (
    (frozenset(ENGLISH_STOP_WORDS) - frozenset(_NOT_STOP.split()))
    | frozenset(_CHATTER.split())
    | frozenset(_NOTES.split())
    | frozenset(_FOREIGN.split())
    | NEGATIONS
)
_MAX_WORD = 20  # longer ones are identifiers or pasted logs


class Word(NamedTuple):
    """A word as written, the key that its other forms share, and whether it has content."""

    surface: str
    key: str
    is_content: bool


@lru_cache(maxsize=200_000)
def key_of(word: str) -> str:
    """Return what a word's forms have in common: case, hyphens and endings are dropped.

    Examples
    --------
    >>> key_of("Add-ons") == key_of("addon"), key_of("charged") == key_of("charging")
    (True, True)
    """
    key = plain(word).replace("-", "").removesuffix("'s").replace("'", "")
    if key.endswith("ies") and len(key) > 4:
        key = key[:-3] + "y"
    elif key.endswith("s") and not key.endswith(("ss", "us", "is")) and len(key) > 3:
        key = key[:-1]
    for ending in ("ing", "ed"):
        stem = key.removesuffix(ending)
        if stem != key and len(stem) >= 3 and any(letter in "aeiouy" for letter in stem):
            is_doubled = stem[-1] == stem[-2] and stem[-1] not in "ls"
            key = stem[:-1] if is_doubled else stem
            break
    return key.removesuffix("e") if len(key) > 3 else key


def plain(word: str) -> str:
    """Return the word in small letters with a straight apostrophe."""
    return word.lower().replace("\u2019", "'")


def phrases_of(text: str, ignored: frozenset[str] = frozenset()) -> list[list[Word]]:
    """Return the runs of words between punctuation, numbers and junk.

    Parameters
    ----------
    text : str
        Any text.
    ignored : frozenset of str
        Keys (see :func:`key_of`) that are no content, e.g. of brand words.
    """
    clean = _JUNK.sub(_BREAK, _MARK.sub(_BREAK, text))
    runs: list[list[Word]] = [[]]
    for token in _WORD.findall(clean):
        if token[0].isalpha() and len(token) <= _MAX_WORD:
            runs[-1].append(_word(token, ignored))
        elif runs[-1]:
            runs.append([])
    return runs if runs[-1] else runs[:-1]


@lru_cache(maxsize=200_000)
def _word(token: str, ignored: frozenset[str]) -> Word:
    lower = plain(token)
    key = key_of(lower)
    is_content = len(lower) > 2 and lower not in STOP_WORDS and key not in ignored
    return Word(token, key, is_content)
