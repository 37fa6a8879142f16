"""Who can have seen a rise in public, and what of a warning the data does not tell."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from models.spikes.reach import is_widely_seen
from pipelines.report import catalogue as words
from pipelines.report.figures import Sentence, about, say
from pipelines.settings import Severity


def seen_sentence(row: pd.Series, at: Callable[[str], str], said: Severity) -> Sentence:
    """Return how many people can have seen it, against the usual; nothing where not known."""
    seen, usual, high = (
        None if pd.isna(row[name]) else float(row[name])
        for name in ("reach", "usual_reach", "high_reach")
    )
    if seen is None:
        return ()
    shown = about(seen, at("reach"))
    if usual is None or high is None:
        return say(words.SEEN_ONLY, seen=shown)
    sentence = say(
        words.SEEN, seen=shown, usual=about(usual, at("usual_reach")),
        high=about(high, at("high_reach")),
    )  # fmt: skip
    is_wide = is_widely_seen(seen, usual, high, times=said.reach_times, people=said.reach_people)
    is_raised = is_wide and not row["is_concentrated"]
    return (*sentence, " ", words.SEEN_RAISES) if is_raised else sentence


def missing_words(*, has_reach: bool, has_answers: bool) -> str:
    """Return what the data does not tell of a warning, as one line; empty where it tells all.

    What it tells of the tone is said in a sentence of its own.
    """
    missing = [] if has_reach else [words.REACH]
    missing += [] if has_answers else [words.FIRST_RESPONSE]
    line = ", ".join(missing)
    return f"{line[0].upper()}{line[1:]}." if line else ""
