"""What tells that a text, or a part of it, is still somewhere: sequences of words, as keyed hashes.

The traces of forgotten texts must be kept until they are gone everywhere, and must not hold the
texts themselves meanwhile. So a trace is a keyed hash of up to five words in a row, and a text
holds it if one of its own sequences has that hash.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields

# Five words in a row are hardly ever two people's by chance; what other complaints say as well is
# left out in any case.
LONGEST = 5
_LEAST_LETTERS = 4  # of a single word that is told by itself: "wifi", "Kowalczyk"
_LEAST_CODE = 6  # characters of an id with letters that is told by itself ...
_LEAST_DIGITS = 9  # ... and of a number: shorter ones are the decimals of somebody's share
_HASH_BYTES = 8
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Words:
    """The words of a text, small, and where each stands in it."""

    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


def words_of(text: str) -> Words:
    """Return the words of a text: letters and digits, whatever stands between them.

    Examples
    --------
    >>> words_of("Router #7 (again)").words
    ('router', '7', 'again')
    """
    found = [(it.group().casefold(), it.span()) for it in _WORD.finditer(text)]
    return Words(tuple(word for word, _ in found), tuple(span for _, span in found))


@dataclass(frozen=True)
class Own:
    """Sequences of words that only the given texts have.

    Parameters
    ----------
    long : frozenset of str
        Of five words, and whole texts of two to four: told wherever they stand.
    short : frozenset of str
        Of one to four words: told where nothing but words of complaints stands (titles, keywords).
    """

    long: frozenset[str]
    short: frozenset[str]


def own_sequences(texts: Iterable[str], others: Iterable[str]) -> Own:
    """Return which sequences of words stand in the texts and in none of the others.

    Parameters
    ----------
    texts : iterable of str
        Those that are to be forgotten.
    others : iterable of str
        All that stay.

    Examples
    --------
    >>> own = own_sequences(["my router drops the wifi again"], ["my router drops it"])
    >>> sorted(own.long)
    ['my router drops the wifi', 'router drops the wifi again']
    >>> "my router" in own.short, "wifi again" in own.short
    (False, True)
    """
    said = [words_of(text).words for text in texts]
    sequences = {" ".join(it) for words in said for it in _windows(words)}
    shared: set[str] = set()
    for other in others:
        words = words_of(other).words
        for start in range(len(words)):
            for length in range(1, LONGEST + 1):
                sequence = " ".join(words[start : start + length])
                if sequence not in sequences or start + length > len(words):
                    break  # nor is a longer one from here
                shared.add(sequence)
    own = sequences - shared
    whole = {" ".join(words) for words in said if 1 < len(words) < LONGEST}
    long = {it for it in own if it.count(" ") == LONGEST - 1} | (own & whole)
    short = {it for it in own if it.count(" ") < LONGEST - 1 and is_telling(it)}
    return Own(frozenset(long), frozenset(short))


def _windows(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for start in range(len(words)):
        for length in range(1, min(LONGEST, len(words) - start) + 1):
            yield words[start : start + length]


def is_telling(sequence: str) -> bool:
    """Return whether a sequence of words tells something by itself: two words, a name or a code."""
    if " " in sequence:
        return any(letter.isalpha() for letter in sequence)
    has_letters = any(letter.isalpha() for letter in sequence)
    return len(sequence) >= (_LEAST_LETTERS if has_letters else _LEAST_DIGITS)


def is_code(sequence: str) -> bool:
    """Return whether an id or a name is long enough to be searched for by itself."""
    if " " in sequence:
        return True
    return len(sequence) >= (_LEAST_DIGITS if sequence.isdecimal() else _LEAST_CODE)


@dataclass(frozen=True)
class Traces:
    """What is looked for, as keyed hashes (BLAKE2b, hexadecimal).

    Parameters
    ----------
    key : bytes
        Of the hashes; a secret of the workspace.
    complaints, customers, texts : frozenset of str
        Of complaints' ids, customers' keys and hashes of texts.
    long, short : frozenset of str
        Of sequences of words, see :class:`Own`; ids and keys stand in `long` as words, too.
    """

    key: bytes = field(repr=False)
    complaints: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    long: frozenset[str] = frozenset()
    short: frozenset[str] = frozenset()
    starts: frozenset[str] = frozenset()  # of the first words of `long` and `short`
    _marks: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def mark(self, value: str) -> str:
        """Return the keyed hash of a value."""
        data = value.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(data, key=self.key, digest_size=_HASH_BYTES).hexdigest()

    def marks(self, values: Iterable[str]) -> frozenset[str]:
        """Return the keyed hashes of values."""
        return frozenset(self.mark(value) for value in values)

    def as_dict(self) -> dict[str, list[str]]:
        """Return the hashes, sorted, to be written down."""
        names = [it.name for it in fields(self) if it.name not in ("key", "_marks")]
        return {name: sorted(getattr(self, name)) for name in names}

    def __or__(self, other: Traces) -> Traces:
        mine, theirs = self.as_dict(), other.as_dict()
        return Traces.of(self.key, {name: [*mine[name], *theirs[name]] for name in mine})

    @classmethod
    def of(cls, key: bytes, marks: Mapping[str, Iterable[str]]) -> Traces:
        """Return the traces that were written down; see :meth:`as_dict`."""
        held = {name: frozenset(it) for name, it in marks.items()}
        return cls(
            key,
            complaints=held["complaints"],
            customers=held["customers"],
            texts=held["texts"],
            long=held["long"],
            short=held["short"],
            starts=held["starts"],
        )

    def holds(self, text: str, *, has_short: bool = False) -> bool:
        """Return whether a text holds one of the sequences."""
        return bool(self.found(words_of(text).words, has_short=has_short))

    def found(self, words: tuple[str, ...], *, has_short: bool = False) -> set[int]:
        """Return the places of the words that belong to one of the sequences."""
        places: set[int] = set()
        for start, word in enumerate(words):
            if self._word(word) not in self.starts:
                continue
            for length in range(1, min(LONGEST, len(words) - start) + 1):
                mark = self.mark(" ".join(words[start : start + length]))
                if mark in self.long or (has_short and mark in self.short):
                    places.update(range(start, start + length))
        return places

    def _word(self, word: str) -> str:
        """Return the hash of a word; each is made once, for pages repeat themselves."""
        known = self._marks.get(word)
        if known is None:
            known = self._marks[word] = self.mark(word)
        return known


def make_traces(
    key: bytes,
    *,
    complaints: Iterable[str],
    customers: Iterable[str],
    texts: Iterable[str],
    own: Own,
    codes: Iterable[str],
) -> Traces:
    """Return the traces of a person.

    Parameters
    ----------
    key : bytes
        A secret of the workspace, 16 to 64 bytes.
    complaints, customers, texts : iterable of str
        Ids of complaints, keys of customers, hashes of texts.
    own : Own
        Sequences that only these texts have.
    codes : iterable of str
        Ids, keys, hashes and names that are searched for wherever they stand.
    """
    empty = Traces(key)
    said = {" ".join(words_of(code).words[:LONGEST]) for code in codes}
    long = own.long | {code for code in said if is_code(code)}
    starts = {sequence.split(" ", 1)[0] for sequence in long | own.short}
    return Traces(
        key,
        complaints=empty.marks(complaints),
        customers=empty.marks(customers),
        texts=empty.marks(texts),
        long=empty.marks(long),
        short=empty.marks(own.short),
        starts=empty.marks(starts),
    )
