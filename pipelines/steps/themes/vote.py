"""Complaints to the themes of a version: the theme of their text, else a vote of known texts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.contracts import ASSIGNMENTS, UNLIKE_ALL, conform
from models.themes.assignment import NO_THEME, assign_by_vote, rejection_floor
from models.themes.joining import join_newborn
from pipelines.settings import Themes
from pipelines.steps.embed import read_vectors
from pipelines.steps.themes.versions import is_in
from pipelines.store import Store


def assign_complaints(
    store: Store,
    encoder_name: str,
    options: Themes,
    *,
    version: str,
    complaints: pd.DataFrame,
    shaping: pd.DataFrame,
    founding: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the theme of each complaint in the version, or none where it is far from all.

    A text that shaped the version has the theme it got there. Others are voted on by those of
    the shaping texts that its graph was made of (the ``max_fit_texts`` lowest hashes) and by no
    others, each text alone: whatever else is assigned, now or before, changes no answer.

    Parameters
    ----------
    store : Store
        Its ``embeddings`` are read, if there is a text to vote on.
    encoder_name : str
        Whose vectors are compared.
    options : Themes
        ``max_fit_texts, vote_neighbours, reject_share``.
    version : str
        Moment of the fit.
    complaints : DataFrame of ``complaint_id, text_hash``
        Any number.
    shaping : DataFrame of ``text_hash, theme_id, strength``
        The texts that shaped the version, by hash.
    founding : DataFrame of ``text_hash, theme_id, strength``, optional
        The texts that founded themes since: others join these by a vote of their own, see
        :mod:`models.themes.joining`.

    Returns
    -------
    DataFrame
        ``contracts.ASSIGNMENTS`` rows in the order of the complaints.

    Raises
    ------
    DataContractError
        If a text has no vector.
    """
    founders = shaping.iloc[:0] if founding is None else founding
    known = pd.concat([shaping, founders], ignore_index=True) if len(founders) else shaping
    hashes = complaints["text_hash"].drop_duplicates().sort_values()
    asked = hashes[~is_in(hashes, known["text_hash"])]
    answers = known
    if len(asked):
        voters = shaping.iloc[: options.max_fit_texts]
        voted = _vote(store, encoder_name, options, asked, voters, founders)
        answers = pd.concat([known, voted]) if len(known) else voted
    rows = complaints[["complaint_id", "text_hash"]].merge(answers, on="text_hash", how="left")
    rows["reason"] = pd.Series(UNLIKE_ALL, index=rows.index).where(rows["theme_id"].isna())
    return conform(rows.assign(version=version)[list(ASSIGNMENTS.columns)], ASSIGNMENTS)


def _vote(
    store: Store,
    encoder_name: str,
    options: Themes,
    hashes: pd.Series,
    voters: pd.DataFrame,
    founders: pd.DataFrame,
) -> pd.DataFrame:
    """Return ``text_hash, theme_id, strength`` of the texts by a vote."""
    codes, names = pd.factorize(voters["theme_id"], sort=True)
    known = read_vectors(store, encoder_name, voters["text_hash"])
    floor = rejection_floor(
        known, codes, neighbours=options.vote_neighbours, share=options.reject_share
    )
    vectors = read_vectors(store, encoder_name, hashes)
    labels, strengths = assign_by_vote(
        vectors,
        known,
        codes,
        neighbours=options.vote_neighbours,
        floor=floor,
    )
    themes = [names[label] if label != NO_THEME else None for label in labels.tolist()]
    if len(founders):
        own, newborn = pd.factorize(founders["theme_id"], sort=True)
        joined, shares = join_newborn(
            vectors,
            known,
            read_vectors(store, encoder_name, founders["text_hash"]),
            own,
            neighbours=options.vote_neighbours,
            floor=floor,
        )
        for i in np.flatnonzero(joined != NO_THEME).tolist():
            themes[i], strengths[i] = newborn[joined[i]], shares[i]
    return pd.DataFrame(
        {
            "text_hash": hashes.to_numpy(),
            "theme_id": pd.Series(themes, dtype="str"),
            "strength": strengths,
        }
    )
