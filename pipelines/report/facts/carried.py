"""Who carries a rise: how many people, one source alone, which parts stand out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from pipelines.report import catalogue as words
from pipelines.report.figures import Name, Sentence, people, percent, say
from pipelines.report.plain import clean

_MAX_CELL = 140
_CELL = re.compile(r"^(channel|brand|product|region)=(.*): (.*)$")


def one_source_sentence(row: pd.Series, where: str) -> Sentence:
    """Return that one source carries the rise; nothing where none does."""
    if not row["is_concentrated"]:
        return ()
    if pd.isna(row["top_customer_share"]):
        return say(words.CONCENTRATED_UNKNOWN)
    return say(words.CONCENTRATED, share=percent(row["top_customer_share"], where))


def who_sentence(row: pd.Series, at: Callable[[str], str]) -> Sentence:
    """Return how many people carry the rise, as far as they are known."""
    if pd.isna(row["customers"]):
        return say(words.PEOPLE_UNKNOWN)
    count = people(int(row["customers"]), at("customers"))
    if pd.isna(row["top_customer_share"]):
        return say(words.PEOPLE_ONLY, people=count)
    share = percent(row["top_customer_share"], at("top_customer_share"))
    return say(words.PEOPLE, people=count, share=share)


def cell_sentence(cell: str) -> Sentence:
    """Return a cell's text with its axis in words; a text of another form is shown as it is."""
    found = _CELL.match(clean(cell, _MAX_CELL))
    if found is None:
        return (Name(clean(cell, _MAX_CELL)),)
    axis, value, rest = found.groups()
    rest = re.sub(r"(\d)x\)", "\\1\u00d7)", rest)
    return say(words.CELL, axis=words.AXES[axis], value=Name(value), rest=rest)
