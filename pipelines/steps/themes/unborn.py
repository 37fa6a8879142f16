"""Texts of themes that count as not born yet: voted on as if those themes were not there.

A theme that is called emerging counts with the rows of the morning that bore it, which are written
last. Without them it was born on a later morning than the one that is lived, or by a call that was
killed.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.settings import Settings
from pipelines.steps.themes.versions import (
    founding_texts,
    is_in,
    shaping_texts,
    stored_assignments,
)
from pipelines.steps.themes.vote import assign_complaints
from pipelines.store import Store


def without_unborn(
    store: Store,
    encoder: str,
    settings: Settings,
    *,
    version: str,
    complaints: pd.DataFrame,
    newborn: Mapping[str, pd.Timestamp],
    unborn: pd.Series,
) -> pd.DataFrame:
    """Return a version's stored assignments, texts of unborn themes where a vote puts them.

    Parameters
    ----------
    store : Store
        Read only.
    encoder : str
        Whose vectors are compared.
    settings : Settings
        ``themes`` is read.
    version : str
        Of the themes.
    complaints : DataFrame of ``complaint_id, created_at, received_at, text_hash``
        Those known.
    newborn : mapping of str to Timestamp
        Emerging themes that count, and the morning of each birth.
    unborn : Series of str
        Emerging themes that do not.

    Returns
    -------
    DataFrame
        ``contracts.ASSIGNMENTS`` rows of the complaints.
    """
    stored = stored_assignments(store, version, complaints, born=list(newborn))
    is_later = stored["theme_id"].isin(list(unborn))
    if not is_later.any():
        return stored
    moved = complaints[is_in(complaints["complaint_id"], stored.loc[is_later, "complaint_id"])]
    stored = stored[~is_later]
    shaping = shaping_texts(version, complaints, stored, born=list(newborn))
    voted = assign_complaints(
        store,
        encoder,
        settings.themes,
        version=version,
        complaints=moved,
        shaping=shaping,
        founding=founding_texts(complaints, stored, born=newborn, shaping=shaping),
    )
    return pd.concat([stored, voted], ignore_index=True)
