"""What a warning tells beside its counts: who carries it, what people say, whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from models.spikes.concentration import Concentration
from models.spikes.evidence import typical_texts
from models.spikes.routing import Route, Subject, department_of
from models.themes.wording import changed_wording
from pipelines.settings import Report, Settings

_WORD = re.compile(r"[\w-]+")
_MAX_PAST_TEXTS = 2000  # of the days before are enough to know how people speak


def told(
    window: pd.DataFrame,
    past_texts: pd.Series,
    *,
    level: int,
    carried: Concentration,
    subject: Subject,
    settings: Settings,
) -> dict[str, Any]:
    """Return the columns of a WARNINGS row that say who, in which words, and what to do.

    Parameters
    ----------
    window : DataFrame
        The complaints in the warning's window, oldest first: ``text``, and ``product`` where known.
    past_texts : Series of str
        What people wrote before it, oldest first.
    level : int
        Of severity, 1 to 4.
    carried : Concentration
        Who wrote in the window.
    subject : Subject
        Of the theme, see :func:`theme_subjects`; its products are those of the window.
    settings : Settings
        ``report`` and ``themes.brand_words`` are read.
    """
    texts = window["text"]
    about = replace(subject, products=_product_shares(window))
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
        "owner": _owner(about, settings.report),
        "action": _action(level, carried, settings.report),
    }


def theme_words(themes: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Return the words of each theme's title and keywords."""
    return {theme_id: it.words for theme_id, it in theme_subjects(themes).items()}


def theme_subjects(themes: pd.DataFrame) -> dict[str, Subject]:
    """Return what each theme is about, by its id: its title, and the words of it and its keywords.

    Parameters
    ----------
    themes : DataFrame
        A THEMES frame; of several versions the newest counts.
    """
    newest = themes.sort_values("version").drop_duplicates("theme_id", keep="last")
    return {
        theme_id: Subject(theme_id, title, _tokens([title, *keywords]))
        for theme_id, title, keywords in zip(
            newest["theme_id"], newest["title"], newest["keywords"], strict=True
        )
    }


def _tokens(texts: Iterable[str]) -> frozenset[str]:
    words = {word for text in texts for word in _WORD.findall(text.lower())}
    parts = {part for word in words for part in word.split("-") if part}
    # "charges" is a charge: a plural meets the rule's singular.
    return frozenset(words | parts | {word[:-1] for word in words if word.endswith("s")})


def _product_shares(window: pd.DataFrame) -> dict[str, float]:
    if "product" not in window or window.empty:
        return {}
    counts = window["product"].dropna().value_counts()
    return {str(name): float(count) / len(window) for name, count in counts.items()}


def _owner(about: Subject, report: Report) -> str:
    """Return the department of the first rule that fits."""
    routes = [Route(it.owner, it.themes, it.words, it.products) for it in report.owners]
    return department_of(about, routes, default=report.default_owner)


def action_at(level: int, report: Report) -> str:
    """Return what the playbook says is done at a level."""
    return next(entry.action for entry in report.playbook if entry.level == level)


def _action(level: int, carried: Concentration, report: Report) -> str:
    """Return what is to be done at a level; who carries the rise is looked at first."""
    action = action_at(level, report)
    if not carried.is_concentrated or carried.top_customer_share is None:
        return action
    share = f"{100 * carried.top_customer_share:.0f} %"
    return f"Check the source first: one customer or account sent {share} of these. Then: {action}"
