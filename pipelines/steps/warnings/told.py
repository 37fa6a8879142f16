"""What a warning tells beside its counts: who carries it, what people say, whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from models.spikes.concentration import Concentration
from models.spikes.evidence import typical_texts
from models.themes.wording import changed_wording
from pipelines.settings import Report, Settings

_WORD = re.compile(r"[\w-]+")
_MAX_PAST_TEXTS = 2000  # of the days before are enough to know how people speak


def told(
    texts: pd.Series,
    past_texts: pd.Series,
    *,
    level: int,
    carried: Concentration,
    words: frozenset[str],
    settings: Settings,
) -> dict[str, Any]:
    """Return the columns of a WARNINGS row that say who, in which words, and what to do.

    Parameters
    ----------
    texts, past_texts : Series of str
        What people wrote in the warning's window and before it, oldest first.
    level : int
        Of severity, 1 to 4.
    carried : Concentration
        Who wrote in the window.
    words : frozenset of str
        Of the theme, see :func:`theme_words`.
    settings : Settings
        ``report`` and ``themes.brand_words`` are read.
    """
    return {
        "customers": carried.customers,
        "top_customer_share": carried.top_customer_share,
        "is_concentrated": carried.is_concentrated,
        "wording": changed_wording(
            texts.tolist(),
            past_texts.iloc[-_MAX_PAST_TEXTS:].tolist(),
            brand_words=settings.themes.brand_words,
        ),
        "exemplars": typical_texts(texts, past_texts, count=settings.report.max_exemplars),
        "owner": _owner(words, settings.report),
        "action": _action(level, carried, settings.report),
    }


def theme_words(themes: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Return the words of each theme's title and keywords."""
    newest = themes.sort_values("version").drop_duplicates("theme_id", keep="last")
    return {
        theme_id: _tokens([title, *keywords])
        for theme_id, title, keywords in zip(
            newest["theme_id"], newest["title"], newest["keywords"], strict=True
        )
    }


def _tokens(texts: Iterable[str]) -> frozenset[str]:
    words = {word for text in texts for word in _WORD.findall(text.lower())}
    parts = {part for word in words for part in word.split("-") if part}
    # "charges" is a charge: a plural meets the rule's singular.
    return frozenset(words | parts | {word[:-1] for word in words if word.endswith("s")})


def _owner(words: frozenset[str], report: Report) -> str:
    """Return who gets a theme of these words."""
    for rule in report.owners:
        if any(word.lower() in words for word in rule.words):
            return rule.owner
    return report.default_owner


def _action(level: int, carried: Concentration, report: Report) -> str:
    """Return what is to be done at a level; who carries the rise is looked at first."""
    action = next(entry.action for entry in report.playbook if entry.level == level)
    if not carried.is_concentrated or carried.top_customer_share is None:
        return action
    share = f"{100 * carried.top_customer_share:.0f} %"
    return f"Check the source first: one customer or account sent {share} of these. Then: {action}"
