"""Complaints that are set apart from the themes: no complaint at all, or in another language.

Both are decided by rule, text by text, so nothing of them is learnt at a fit: they never shape a
theme, never vote, and are decided again by each call.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from models.contracts import ASSIGNMENTS, NO_COMPLAINT, conform
from models.text.substance import no_complaint_kinds
from pipelines.settings import Settings

LANGUAGE_PREFIX = "t-lang-"
OTHER_LANGUAGES = f"{LANGUAGE_PREFIX}other"  # languages of too few texts for a theme of their own


def mark_apart(complaints: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return why each complaint is set apart, if it is.

    Parameters
    ----------
    complaints : DataFrame of ``text, text_hash, language``
        Any number. One whose language is missing is in a main language.
    settings : Settings
        ``languages, embedding.multilingual, themes.brand_words`` are read.

    Returns
    -------
    DataFrame of ``kind, foreign``
        With the complaints' index. ``kind``: why it is no complaint (see
        :mod:`models.text.substance`); ``foreign``: its language, if that is no main one. At
        most one of the two is there.
    """
    texts = complaints.drop_duplicates("text_hash").set_index("text_hash")["text"]
    kinds = no_complaint_kinds(texts, names=settings.themes.brand_words).dropna()
    kind = complaints["text_hash"].map(kinds.to_dict()).astype("str")
    language = complaints["language"]
    is_foreign = language.notna() & ~language.isin(settings.languages) & kind.isna()
    if settings.embedding.multilingual:
        is_foreign &= False
    return pd.DataFrame({"kind": kind, "foreign": language.where(is_foreign)})


def languages_with_theme(complaints: pd.DataFrame, *, min_texts: int) -> set[str]:
    """Return the ids of the languages that have texts enough for a theme of their own.

    Parameters
    ----------
    complaints : DataFrame of ``text_hash, foreign``
        Those that count, at a fit.
    min_texts : int
        Distinct texts.
    """
    texts = complaints.dropna(subset=["foreign"]).drop_duplicates(["foreign", "text_hash"])
    counts = texts["foreign"].value_counts()
    return {LANGUAGE_PREFIX + str(code) for code in counts[counts >= min_texts].index}


def assign_apart(
    complaints: pd.DataFrame, *, version: str, theme_ids: Collection[str]
) -> pd.DataFrame:
    """Return ``contracts.ASSIGNMENTS`` rows of complaints that are set apart.

    A language that has no theme among ``theme_ids`` is kept with the other languages.

    Parameters
    ----------
    complaints : DataFrame of ``complaint_id, text_hash, kind, foreign``
        All of them set apart.
    version : str
        Whose themes.
    theme_ids : collection of str
        The version's.
    """
    own = LANGUAGE_PREFIX + complaints["foreign"]
    theme = own.where(own.isin(list(theme_ids)) | own.isna(), OTHER_LANGUAGES)
    rows = complaints[["complaint_id", "text_hash"]].assign(
        version=version,
        theme_id=theme,
        strength=theme.notna().astype("float64"),
        reason=pd.Series(NO_COMPLAINT, index=theme.index, dtype="str").where(theme.isna()),
    )
    return conform(rows, ASSIGNMENTS)


def grouped_and_apart(complaints: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the complaints that are grouped by what they say, and those that a rule set apart."""
    is_open = complaints["kind"].isna() & complaints["foreign"].isna()
    return complaints[is_open], complaints[~is_open]


def is_set_apart(assignments: pd.DataFrame) -> pd.Series:
    """Return which rows of ``contracts.ASSIGNMENTS`` were decided by rule."""
    is_none = (assignments["reason"] == NO_COMPLAINT).fillna(False).astype("bool")
    return in_other_language(assignments["theme_id"]) | is_none


def in_other_language(theme_ids: pd.Series) -> pd.Series:
    """Return which ids are those of a language's theme; a missing id is none."""
    return theme_ids.str.startswith(LANGUAGE_PREFIX).fillna(False).astype("bool")
