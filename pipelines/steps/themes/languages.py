"""The themes of other languages: one for each that has texts enough, one for the rest."""

from __future__ import annotations

from collections.abc import Set

import numpy as np
import pandas as pd

from models.contracts import THEMES, conform, empty
from models.embedding import to_bytes
from models.text.language_names import LANGUAGE_NAMES
from models.themes.labels import describe_themes
from pipelines.settings import Settings
from pipelines.steps.embed import read_vectors
from pipelines.steps.themes.apart import LANGUAGE_PREFIX, OTHER_LANGUAGES
from pipelines.steps.themes.fit import birthdays
from pipelines.store import Store


def themes_of_languages(
    store: Store,
    encoder_name: str,
    settings: Settings,
    version: str,
    apart: pd.DataFrame,
    ruled: pd.DataFrame,
    ids: Set[str],
) -> pd.DataFrame:
    """Return ``contracts.THEMES`` rows of the languages' themes of these ids.

    Parameters
    ----------
    store : Store
        Read only: vectors, and what earlier versions say of birthdays.
    encoder_name : str
        Whose vectors are used.
    settings : Settings
        ``time_zone`` is read.
    version : str
        Whose themes.
    apart : DataFrame of ``complaint_id, created_at, text, text_hash``
        Complaints that are set apart.
    ruled : DataFrame
        Their ``contracts.ASSIGNMENTS`` rows.
    ids : set of str
        The themes asked for; one without complaints has no row.
    """
    theme = ruled.set_index("complaint_id")["theme_id"]
    rows = apart.assign(theme_id=apart["complaint_id"].map(theme))
    rows = rows[rows["theme_id"].isin(list(ids))].rename(columns={"created_at": "first_at"})
    born = birthdays(store, encoder_name, settings.time_zone, version, rows) if len(rows) else {}
    return _described(store, encoder_name, version=version, complaints=rows, born=pd.Series(born))


def with_languages(themes: pd.DataFrame, languages: pd.DataFrame) -> pd.DataFrame:
    """Return a version's themes with those of the languages, by id."""
    if languages.empty:
        return themes
    if themes.empty:
        return languages
    return pd.concat([themes, languages]).sort_values("theme_id", ignore_index=True)


def _described(
    store: Store,
    encoder_name: str,
    *,
    version: str,
    complaints: pd.DataFrame,
    born: pd.Series,
) -> pd.DataFrame:
    """Return ``contracts.THEMES`` rows of the languages' themes, one for each that has texts.

    Parameters
    ----------
    store : Store
        Read only: vectors.
    encoder_name : str
        Whose vectors the centroid comes from.
    version : str
        Whose themes.
    complaints : DataFrame of ``complaint_id, theme_id, text, text_hash``
        Those that stand in the themes and count.
    born : Series of Timestamp
        Local date of each theme's first complaint, by id.
    """
    if complaints.empty:
        return empty(THEMES)
    texts = complaints.groupby(["theme_id", "text_hash"], sort=True).agg(
        text=("text", "first"), weight=("complaint_id", "size")
    )
    texts = texts.reset_index()
    codes, names = pd.factorize(texts["theme_id"], sort=True)
    rows = describe_themes(
        texts["text"].tolist(),
        codes,
        read_vectors(store, encoder_name, texts["text_hash"]),
        weights=texts["weight"].to_numpy(),
    )
    rows["theme_id"] = [str(names[code]) for code in rows["cluster"]]
    rows = rows.assign(
        version=version,
        # The commonest words of a language would stand for it, and they say nothing.
        title=[_title(theme_id) for theme_id in rows["theme_id"]],
        keywords=[[] for _ in range(len(rows))],
        parents=[[] for _ in range(len(rows))],
        status="active",
        born_on=rows["theme_id"].map(born),
        encoder=encoder_name,
        centroid=pd.Series(to_bytes(np.stack(rows["centroid"])), dtype="object"),
    )
    return conform(rows, THEMES).sort_values("theme_id", ignore_index=True)


def _title(theme_id: str) -> str:
    if theme_id == OTHER_LANGUAGES:
        return "Texts in other languages"
    return f"{LANGUAGE_NAMES[theme_id.removeprefix(LANGUAGE_PREFIX)]} texts"
