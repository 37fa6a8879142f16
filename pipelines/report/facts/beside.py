"""What stands beside a warning: what coincides with it, and how the last one like it ended."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

import pandas as pd

from pipelines.report import catalogue as words
from pipelines.report.figures import Name, Parts, Sentence, about, say, times, whole
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


def past_sentence(row: pd.Series, titles: Mapping[str, str], at: Callable[[str], str]) -> Sentence:
    """Return how the most similar rise before ended; nothing where there was none.

    Parameters
    ----------
    row : Series
        Of WARNINGS.
    titles : mapping of str to str
        Of themes; one that is not there is not named.
    at : callable
        From a column to the name of its place, for the figures.
    """
    theme_id = row["past_theme_id"]
    is_own = theme_id == row["theme_id"]
    if pd.isna(theme_id) or not (is_own or theme_id in titles):
        return ()
    days = int(row["past_days"])
    lasted = say(words.PAST_DAYS, n=whole(days, at("past_days")))
    parts: Parts = {
        "opened": words.day(row["past_opened_on"].date(), year=True),
        "closed": words.day(row["past_closed_on"].date(), year=True),
        "days": (words.PAST_DAY,) if days == 1 else lasted,
        "ratio": times(float(row["past_ratio"]), 1, at("past_ratio")),
        "extra": about(float(row["past_extra"]), at("past_extra")),
    }
    if is_own:
        return say(words.PAST, **parts)
    return say(words.PAST_OF_OTHER, theme=Name(titles[str(theme_id)]), **parts)
