"""Why a warning stands last: people snoozed it, or its desk has had its share of the week."""

from __future__ import annotations

import pandas as pd

from pipelines.report import catalogue as words
from pipelines.report.figures import Name, Sentence, say, whole
from pipelines.report.plain import clean


def aside_sentence(row: pd.Series, where: str) -> Sentence:
    """Return why it is set aside; nothing where it is not.

    Parameters
    ----------
    row : Series
        A WARNINGS row.
    where : str
        Where its ``held_back`` is kept.
    """
    if pd.notna(row["snoozed_until"]):
        by = Name(clean(row["snoozed_by"], 60))
        return say(words.SNOOZED, by=by, day=words.day(row["snoozed_until"].date(), year=True))
    if pd.notna(row["held_back"]):
        n = whole(int(row["held_back"]), where)
        return say(words.HELD_BACK, owner=Name(clean(row["owner"], 60)), n=n)
    return ()
