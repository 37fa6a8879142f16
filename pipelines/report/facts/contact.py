"""Who may be next: groups of customers to be told of a rise before they have to ask."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.report import catalogue as words
from pipelines.report.figures import Figure, Name, Part, Parts, Sentence, say, times, whole
from pipelines.report.plain import clean

_MAX_VALUE = 80
_SEGMENT = re.compile(
    r"^(.*): (\d+) customers, (\d+) complaints, (product|brand|region) ([\d.]+)x"
    r"(?:, followed (\d+) of (\d+))?$",
    re.DOTALL,
)
_NEXT_PART = re.compile(r" & (?=(?:product|brand|region)=)")
_PART = re.compile(r"^(product|brand|region)=(.*)$", re.DOTALL)


@dataclass(frozen=True)
class Contact:
    """A segment that resembles those who complain and has not complained yet.

    A text of another form than ours is shown as it is, without figures.
    """

    segment: Sentence
    sentence: Sentence
    customers: Figure | None = None
    complaints: Figure | None = None
    shares: str = ""
    lift: Figure | None = None
    followed: Figure | None = None
    times: Figure | None = None


def contact_facts(texts: Sequence[str], where: str, *, days: int) -> tuple[Contact, ...]:
    """Return a warning's segments in order.

    Parameters
    ----------
    texts : sequence of str
        ``who_next`` of WARNINGS.
    where : str
        The name of their place, for the figures.
    days : int
        In which their complaints were counted.
    """
    return tuple(_contact(text, where, days) for text in texts)


def _contact(text: str, where: str, days: int) -> Contact:
    found = _SEGMENT.match(text)
    if found is None:
        shown: Sentence = (Name(clean(text, 2 * _MAX_VALUE)),)
        return Contact(shown, shown)
    parts, customers, complaints, shares, lift, followed, of = found.groups()
    source = f"from {where}"
    segment = _segment(parts)
    figures: Parts = {
        "customers": whole(int(customers), source),
        "complaints": whole(int(complaints), source),
        "lift": times(float(lift), 1, source),
    }
    sentence = say(
        words.CONTACT, segment=segment, days=whole(days), axis=words.AXES[shares].lower(), **figures
    )
    known = {name: it for name, it in figures.items() if isinstance(it, Figure)}
    contact = Contact(segment, sentence, shares=words.AXES[shares], **known)
    if of is None:
        return contact
    both = {"followed": whole(int(followed), source), "times": whole(int(of), source)}
    sentence = (*sentence, " ", *say(words.FOLLOWED, **both))
    return Contact(segment, sentence, shares=words.AXES[shares], **known, **both)


def _segment(parts: str) -> Sentence:
    out: list[Part] = []
    for part in _NEXT_PART.split(parts):
        found = _PART.match(part)
        axis = f"{words.AXES[found[1]]} " if found else ""
        value = found[2] if found else part
        out += [", "] if out else []
        out += [axis, Name(clean(value, _MAX_VALUE))] if axis else [Name(clean(value, _MAX_VALUE))]
    return tuple(out)
