"""Counts behind the quality of themes: sizes, weeks since the fit, who was left out, alarms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from models.contracts import NO_COMPLAINT, STORED_TABLES
from models.series.calendar import local_date
from models.themes.neighbours import Ints
from models.themes.quality.drift import drift, excess_unassigned
from models.themes.quality.verdicts import EMERGING, Alarms, Unassigned
from pipelines.steps.themes.apart import in_other_language
from pipelines.steps.themes.versions import is_in, is_known_before
from pipelines.store import Store

_WEEK = pd.Timedelta(days=7)


def sizes_by_theme(
    themes: pd.DataFrame, given: pd.DataFrame, *, as_of: pd.Timestamp, recent_days: int
) -> pd.DataFrame:
    """Return the themes with how many complaints they have, in all and of late.

    Parameters
    ----------
    themes : DataFrame
        ``contracts.THEMES`` rows.
    given : DataFrame of ``created_at, theme_id, is_new``
        Complaints that the version has assigned; new ones were learnt since the fit.
    as_of : Timestamp
        Where ``recent`` ends.
    recent_days : int
        ``recent`` counts complaints that were created in so many days before.

    Returns
    -------
    DataFrame
        ``theme_id, title, keywords, status, badges, size, complaints, share, recent,
        recent_share``; shares are of the complaints that have a theme of these.
    """
    mine = given[given["theme_id"].isin(themes["theme_id"])]
    late = mine[mine["created_at"] >= as_of - pd.Timedelta(days=recent_days)]
    # What the fit counted, and what came since. Of a theme born since, the fit knows nothing.
    counts = mine.loc[mine["is_new"], "theme_id"].value_counts()
    fitted = themes["size"].where(themes["status"] != EMERGING, 0)
    recent = late["theme_id"].value_counts()
    out = themes[["theme_id", "title", "keywords", "status", "size"]].copy()
    out["badges"] = [_badges(row) for row in themes.to_dict("records")]
    out["complaints"] = fitted + out["theme_id"].map(counts).fillna(0).astype("int64")
    out["share"] = out["complaints"] / max(int(out["complaints"].sum()), 1)
    out["recent"] = out["theme_id"].map(recent).fillna(0).astype("int64")
    out["recent_share"] = out["recent"] / max(len(late), 1)
    return out


def _badges(row: dict[Any, Any]) -> list[str]:
    """Return what people decided of a theme, where the table has it."""
    return [name for name in ("hidden", "pinned") if row.get(f"is_{name}") is True]


def drift_by_theme(fresh: pd.DataFrame, fit_sizes: Ints) -> dict[str, list[Any]]:
    """Return the columns ``drift_texts, drift_effect, drift_word``, one entry a theme."""
    asked = len(np.unique(fresh["theme"]))
    found = [
        drift(fresh.loc[fresh["theme"] == theme, "z"], questions=asked)
        for theme in range(len(fit_sizes))
    ]
    return {
        "drift_texts": [it.texts for it in found],
        "drift_effect": [it.effect for it in found],
        "drift_word": [it.word for it in found],
    }


def weeks_since(
    new: pd.DataFrame, fresh: pd.DataFrame, *, version: str, time_zone: str
) -> pd.DataFrame:
    """Return one row a week since the fit: complaints, those without a theme, distance.

    Parameters
    ----------
    new : DataFrame of ``created_at, theme_id`` and perhaps ``reason``
        Complaints that were learnt since the fit and assigned.
    fresh : DataFrame of ``created_at, z``
        Distinct texts among them, and how far they lie from their themes.
    version : str
        Moment of the fit. Late rows of before it count in its first week.
    time_zone : str
        Of ``start``.

    Returns
    -------
    DataFrame of ``start, complaints, unassigned, texts, effect, error, word``
        Without gaps, up to the last week that has a complaint.
    """
    asked = new[_is_asked(new)]
    week, fresh_week = _week(asked["created_at"], version), _week(fresh["created_at"], version)
    rows = []
    for number in range(int(week.max()) + 1 if len(week) else 0):
        mine = asked[week == number]
        found = drift(fresh.loc[fresh_week == number, "z"])
        start = local_date((pd.Timestamp(version) + number * _WEEK).as_unit("us"), time_zone)
        missing = int(mine["theme_id"].isna().sum())
        rows.append((start, len(mine), missing, found.texts, found.effect, found.error, found.word))
    names = ["start", "complaints", "unassigned", "texts", "effect", "error", "word"]
    return pd.DataFrame(rows, columns=names)


def _week(moments: pd.Series, version: str) -> Ints:
    passed = (moments - pd.Timestamp(version)) // _WEEK
    return np.asarray(np.maximum(passed.to_numpy(dtype=np.int64), 0))


def _is_no_complaint(new: pd.DataFrame) -> pd.Series:
    if "reason" not in new.columns:
        return pd.Series(False, index=new.index)
    return new["theme_id"].isna() & (new["reason"] == NO_COMPLAINT)


def _is_asked(new: pd.DataFrame) -> pd.Series:
    """Return for which complaints a theme was looked for: a rule decides of all others."""
    return ~_is_no_complaint(new) & ~in_other_language(new["theme_id"])


def unassigned_since(
    rows: pd.DataFrame, new: pd.DataFrame, version: str, *, nominal: float
) -> Unassigned:
    """Return how many complaints since the fit no theme took, against the nominal share.

    Those that a rule sets apart (no complaint, another language) are not asked about.

    Parameters
    ----------
    rows : DataFrame of ``complaint_id, created_at, received_at``
        All complaints known now.
    new : DataFrame of ``complaint_id, theme_id`` and perhaps ``reason``
        Those that were learnt since the fit and assigned.
    version : str
        Moment of the fit.
    nominal : float
        ``themes.reject_share``.
    """
    later = rows.loc[~is_known_before(rows, version), "complaint_id"]
    waiting = int((~is_in(later, new["complaint_id"])).sum())
    kept_out = int(_is_no_complaint(new).sum())
    missing = int(new["theme_id"].isna().sum()) - kept_out
    asked = int(_is_asked(new).sum())
    p_value = excess_unassigned(missing, asked, nominal)
    return Unassigned(asked, missing, kept_out, waiting, nominal, p_value)


def known_births(store: Store, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the rows of the table ``births`` that were written by ``as_of``.

    Of a moment that two mornings looked at, the later morning's rows; empty without the table.
    """
    table = next((it for it in STORED_TABLES if it.name == "births"), None)
    if table is None or not store.has(table):
        return pd.DataFrame({"moment": [], "theme_id": []})
    rows = store.read(table, where=pc.field("as_of") <= as_of.to_pydatetime())
    newest = rows.groupby("moment")["as_of"].transform("max") if len(rows) else rows["as_of"]
    return rows[rows["as_of"] == newest].reset_index(drop=True)


def alarms_of(births: pd.DataFrame) -> Alarms:
    """Return realised and nominal alarms of the scan for new themes.

    Parameters
    ----------
    births : DataFrame of ``moment, birth_id, is_birth, threshold, nominal_per_month``
        One row a look (``birth_id`` empty), and one for each issue that was loud then. Looks
        without a threshold (too short a past) could raise no alarm and do not count.
    """
    if births.empty:
        return Alarms()
    able = births[births["threshold"].notna()]
    looks = able[able["birth_id"] == ""].sort_values("moment")
    if looks.empty:
        return Alarms()
    return Alarms(
        scans=len(looks),
        alarms=int(able.loc[able["is_birth"].astype(bool), "birth_id"].nunique()),
        days=int(looks["moment"].dt.floor("D").nunique()),
        nominal_per_month=float(looks["nominal_per_month"].iloc[-1]),
        first=looks["moment"].iloc[0],
        last=looks["moment"].iloc[-1],
    )
