"""Step: say whether it is time to find the themes anew, and why."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from models.contracts import UNLIKE_ALL
from pipelines.moments import iso
from pipelines.settings import Settings, Themes
from pipelines.steps.themes.apart import in_other_language
from pipelines.steps.themes.versions import complete_versions, is_known_before
from pipelines.store import Store

_FOR_EVER_DAYS = 3650

ASKED, FIRST = "asked for", "the first themes"
# Of fewer texts since the fit, a share that fits no theme is chance.
_ENOUGH = 100


def without_refits(settings: Settings) -> Settings:
    """Return the parameters under which themes are kept, however old they get.

    For what came after a morning that is lived again: it is counted under the themes of then.
    """
    return replace(settings, themes=replace(settings.themes, refit_days=_FOR_EVER_DAYS))


def reason_to_refit(
    store: Store, encoder_name: str, options: Themes, *, as_of: pd.Timestamp, asked: bool
) -> str:
    """Return why the themes must be found anew before any complaint is assigned, or "".

    Parameters
    ----------
    store : Store
        Its ``themes`` are read.
    encoder_name : str
        Themes of another encoder do not count.
    options : Themes
        ``refit_days``.
    as_of : Timestamp
        With a time zone.
    asked : bool
        Whether a person asked for it.
    """
    if asked:
        return ASKED
    known = complete_versions(store, encoder_name, until=iso(as_of))
    if not known:
        return FIRST
    age = as_of - pd.Timestamp(known[-1])
    if age > pd.Timedelta(days=options.refit_days):
        return f"age: {age.days} days, and {options.refit_days} are allowed"
    return ""


def drift_reason(
    assignments: pd.DataFrame, complaints: pd.DataFrame, options: Themes, *, version: str
) -> str:
    """Return why the themes no longer fit what people write, or "".

    Of texts like those of the fit ``reject_share`` lie far from all themes. If among the texts
    since then the share is higher by more than ``refit_drift``, the themes have drifted.

    Parameters
    ----------
    assignments : DataFrame of ``complaint_id, theme_id``
        Of the version in use. Where it has a ``reason``, only what is unlike any theme counts. A
        text in another language has its theme by rule, so it is not counted either way.
    complaints : DataFrame of ``complaint_id, created_at, received_at, text_hash``
        Those known now.
    options : Themes
        ``reject_share, refit_drift``.
    version : str
        The version in use.
    """
    since = complaints.loc[~is_known_before(complaints, version), ["complaint_id", "text_hash"]]
    rows = since.merge(assignments, on="complaint_id", suffixes=("", "_then"))
    rows = rows.drop_duplicates("text_hash")
    is_other = in_other_language(rows["theme_id"])
    if "reason" in rows.columns:
        is_other |= rows["reason"].notna() & (rows["reason"] != UNLIKE_ALL)
    rows = rows[~is_other]
    is_far = rows["theme_id"].isna()
    if len(rows) < _ENOUGH:
        return ""
    share = float(is_far.mean())
    if share - options.reject_share <= options.refit_drift:
        return ""
    return (
        f"drift: {share:.0%} of {len(rows)} texts since {version[:10]} fit no theme, "
        f"and {options.reject_share:.0%} are expected"
    )
