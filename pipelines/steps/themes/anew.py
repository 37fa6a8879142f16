"""A new version of the themes: fitted, everything assigned to it, and stored."""

from __future__ import annotations

from collections.abc import Set

import pandas as pd

from pipelines.moments import iso
from pipelines.settings import Settings
from pipelines.steps.births.stored import forget_births
from pipelines.steps.themes.apart import assign_apart, grouped_and_apart, languages_with_theme
from pipelines.steps.themes.fit import fit_themes
from pipelines.steps.themes.languages import themes_of_languages, with_languages
from pipelines.steps.themes.result import STEPS, Progress, ThemesResult, as_result
from pipelines.steps.themes.versions import (
    is_in,
    withdraw_themes,
    write_assignments,
    write_lineage,
    write_themes,
)
from pipelines.steps.themes.vote import assign_complaints
from pipelines.store import Store


def fit_anew(
    store: Store,
    encoder_name: str,
    settings: Settings,
    as_of: pd.Timestamp,
    complaints: pd.DataFrame,
    left_out: Set[str],
    tell: Progress,
) -> ThemesResult:
    """Fit a version at ``as_of``, assign everything to it and store it, the themes last.

    Parameters
    ----------
    store, encoder_name, settings, as_of, left_out
        As :func:`pipelines.steps.themes.themes.find_themes` has them.
    complaints : DataFrame
        All complaints known at ``as_of``, by id, with ``kind`` and ``foreign`` as
        :func:`pipelines.steps.themes.apart.mark_apart` gives them.
    tell : callable
        Called with (steps done, steps in all).
    """
    version = iso(as_of)
    grouped, apart = grouped_and_apart(complaints)
    fit = fit_themes(
        store, encoder_name, settings, version=version, complaints=grouped, left_out=left_out
    )
    counted = apart[~apart["complaint_id"].isin(left_out)]
    own = languages_with_theme(counted, min_texts=settings.themes.min_texts)
    ruled = assign_apart(apart, version=version, theme_ids=own)
    ids = ruled.loc[is_in(ruled["complaint_id"], counted["complaint_id"]), "theme_id"]
    languages = themes_of_languages(
        store, encoder_name, settings, version, apart, ruled, set(ids.dropna())
    )
    themes = with_languages(fit.themes, languages)
    tell(1, STEPS)
    voted = assign_complaints(
        store,
        encoder_name,
        settings.themes,
        version=version,
        complaints=grouped,
        shaping=fit.shaping,
    )
    tell(2, STEPS)
    forget_births(store, version=version)
    withdraw_themes(store, version, themes)
    write_assignments(store, version, voted[is_in(voted["text_hash"], fit.shaping["text_hash"])])
    write_lineage(store, version, fit.events)
    write_themes(store, themes)
    tell(3, STEPS)
    return as_result(version, True, themes, complaints, [voted, ruled], len(complaints), fit.ended)
