"""What stands beside a warning: what coincides with it."""

from __future__ import annotations

import re
from datetime import date

from pipelines.report import catalogue as words
from pipelines.report.figures import Name, Sentence, say
from pipelines.report.plain import clean

_MAX_SIGNAL = 140
_SIGNAL = re.compile(r"^(\d{4}-\d\d-\d\d) ([^:]*): (.*)$")


def coincides_sentence(said: str) -> Sentence:
    """Return a signal with its day as people write it; a text of another form as it is."""
    said = clean(said, _MAX_SIGNAL)
    found = _SIGNAL.match(said)
    if found is None:
        return (Name(said),)
    day, kind, name = found.groups()
    try:
        when = words.day(date.fromisoformat(day), year=True)
    except ValueError:
        return (Name(said),)
    return say(words.COINCIDES, day=when, kind=Name(kind), name=Name(name))
