"""A birth becomes a theme: its texts move to it, and it gets a name; or a theme has it already."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from models.contracts import ASSIGNMENTS, THEMES, check, conform
from models.embedding import to_bytes
from models.series.calendar import local_date
from models.themes.births import Alarm, Look, belongs
from models.themes.labels import describe_themes
from models.themes.lineage import PARENT_SHARE
from models.themes.neighbours import quantised
from models.themes.stream import Stream
from pipelines.settings import Settings
from pipelines.steps.embed import read_vectors
from pipelines.steps.themes.result import ThemesResult
from pipelines.steps.themes.versions import is_in, is_known_before, write_founders
from pipelines.store import Store

# Most of a theme near a birth's centre: the theme is about nothing else, and has it already.
_OWN_SHARE = 0.5
_CONTRAST_TEXTS = 1000  # of the days before: a name says what they do not
Settled = tuple[pd.DataFrame, pd.DataFrame, dict[str, str]]


def settle(
    store: Store,
    looks: list[Look],
    stream: Stream,
    rows: pd.DataFrame,
    *,
    news: np.datetime64,
    unseen: np.datetime64,
    encoder_name: str,
    settings: Settings,
    as_of: pd.Timestamp,
    complaints: pd.DataFrame,
    found: ThemesResult,
) -> Settled:
    """Return the morning's themes and assignments with what was born, and who took it in.

    A theme that is about nothing else has taken it in already: one that was there before, or one
    that this morning's fit made of it. Any other birth becomes an ``emerging`` theme of the
    version, on the morning of a fit too: its texts since the window began move to it, but for
    those that had been written word for word before and are in the fit.

    Parameters
    ----------
    store : Store
        ``assignments`` and ``themes`` are written, in this order.
    looks : list of Look
        This morning's.
    stream : Stream
        The texts that were looked at, numbered as ``rows`` are.
    rows : DataFrame of ``complaint_id, created_at, received_at, text, text_hash, customer_key``
        Their complaints.
    news : datetime64[us]
        Births up to this moment are past: they are in the null and in no theme.
    unseen : datetime64[us]
        Texts from this moment on were not known to any morning before: they alone may join an
        emerging theme that is heard again.
    encoder_name, settings, as_of, complaints, found
        As for :func:`pipelines.steps.births.births.find_births`.

    Returns
    -------
    themes, assignments : DataFrame
    theme_of : dict of str to str
        The theme of each accepted birth that has one, by birth.
    """
    themes, assignments = found.themes, found.assignments
    alarms = [alarm for look in looks for alarm in look.alarms]
    theme_of: dict[str, str] = {}
    births: list[tuple[Alarm, np.ndarray[Any, Any]]] = []
    before = complaints[is_known_before(complaints, found.version)]
    is_shaping = is_known_before(rows, found.version) | is_in(
        rows["text_hash"], before["text_hash"]
    )
    is_taken = np.zeros(len(rows), dtype=bool)
    for birth in (a for a in alarms if a.is_birth and a.moment > news):
        centroids = [a.centroid for a in alarms if a.birth_id == birth.birth_id]
        start = birth.moment - np.timedelta64(birth.window_hours, "h")
        mine = belongs(stream.vectors, centroids, settings.births.belongs)
        mine[birth.texts] = True
        mine &= (stream.moments >= start) & ~is_taken
        old = before[before["created_at"] < pd.Timestamp(start, tz="UTC")]
        founders = np.flatnonzero(mine & ~is_in(rows["text_hash"], old["text_hash"]))
        usual = _usual_theme(assignments, rows.iloc[birth.texts])
        own = usual is not None and _is_own(
            store, encoder_name, settings, usual, birth, rows, found
        )
        if own or _people(rows.iloc[founders]) < settings.births.min_people:
            if usual is not None:
                theme_of[birth.birth_id] = usual
            continue
        is_taken[founders] = True
        theme_of[birth.birth_id] = birth.birth_id
        births.append((birth, founders))
    for birth, founders in births:
        assignments = _moved(assignments, rows.iloc[founders], stream.vectors[founders], birth)
        row = _theme_row(birth, founders, stream, rows, encoder_name, settings, found, themes)
        themes = pd.concat([themes, row], ignore_index=True)
    newborn = {birth.birth_id for birth, _ in births}
    is_new = (stream.moments >= unseen) & ~is_shaping & ~is_taken
    for birth_id in found.themes.loc[found.themes["status"] == "emerging", "theme_id"]:
        again = [alarm for alarm in alarms if alarm.birth_id == birth_id]
        if again:
            # While an issue is loud, what is near it is of it: its few founders' vote is narrow.
            centroids = [alarm.centroid for alarm in again]
            mine = belongs(stream.vectors, centroids, settings.births.belongs)
            joining = np.flatnonzero(mine & is_new)
            if not len(joining):  # it was loud in a window's older part
                continue
            vectors = stream.vectors[joining]
            assignments = _moved(assignments, rows.iloc[joining], vectors, again[0])
            newborn.add(birth_id)
    if newborn:
        moved = assignments[assignments["theme_id"].isin(newborn)]
        write_founders(store, found.version, moved, complaints)
        store.upsert(THEMES, themes[themes["theme_id"].isin(newborn)])
        themes = themes.sort_values("theme_id", ignore_index=True)
    return themes, assignments, theme_of


def _people(rows: pd.DataFrame) -> int:
    known = rows["customer_key"].dropna()
    return int(known.nunique() + rows.loc[rows["customer_key"].isna(), "text_hash"].nunique())


def _usual_theme(assignments: pd.DataFrame, rows: pd.DataFrame) -> str | None:
    """Return the theme that most of the texts with one have; of equals the lowest id."""
    mine = assignments[assignments["complaint_id"].isin(rows["complaint_id"])]
    counts = mine["theme_id"].dropna().value_counts()
    return None if counts.empty else str(min(counts[counts == counts.iloc[0]].index))


def _is_own(
    store: Store,
    encoder_name: str,
    settings: Settings,
    theme_id: str,
    birth: Alarm,
    rows: pd.DataFrame,
    found: ThemesResult,
) -> bool:
    """Return whether most of what a theme was made of is near the birth.

    That is its texts before the birth's window, and those of the window that were in the fit. A
    broad theme whose texts are here and there is none: what is born in it is tighter.
    """
    start = pd.Timestamp(birth.moment, tz="UTC") - pd.Timedelta(hours=birth.window_hours)
    mine = found.assignments.loc[found.assignments["theme_id"] == theme_id, "complaint_id"]
    is_older = (rows["created_at"] < start) | is_known_before(rows, found.version)
    before = rows[rows["complaint_id"].isin(mine) & is_older]
    hashes = before["text_hash"].drop_duplicates()
    if hashes.empty:
        return False
    vectors = quantised(read_vectors(store, encoder_name, hashes))
    near = belongs(vectors, [birth.centroid], settings.births.belongs)
    return bool(near.mean() > _OWN_SHARE)


def _moved(
    assignments: pd.DataFrame, rows: pd.DataFrame, vectors: np.ndarray[Any, Any], birth: Alarm
) -> pd.DataFrame:
    """Return the assignments with the birth's texts in its theme, as strong as they are near."""
    level = float(quantised(birth.centroid) @ quantised(birth.centroid))
    nearness = np.clip(vectors @ quantised(birth.centroid) / level, 0.0, 1.0)
    strength = pd.Series(nearness.astype(np.float64), index=rows["complaint_id"].to_numpy())
    is_mine = assignments["complaint_id"].isin(strength.index)
    out = assignments.copy()
    out.loc[is_mine, "theme_id"] = birth.birth_id
    out.loc[is_mine, "reason"] = None
    out.loc[is_mine, "strength"] = out.loc[is_mine, "complaint_id"].map(strength)
    return conform(out, ASSIGNMENTS) if set(out) == set(ASSIGNMENTS.columns) else out


def _theme_row(
    birth: Alarm, founders: np.ndarray[Any, Any], stream: Stream, rows: pd.DataFrame,
    encoder_name: str, settings: Settings, found: ThemesResult, themes: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    mine = rows.iloc[founders]
    start = pd.Timestamp(birth.moment, tz="UTC") - pd.Timedelta(hours=birth.window_hours)
    past = rows[rows["created_at"] < start].drop_duplicates("text_hash").tail(_CONTRAST_TEXTS)
    counts = mine["text_hash"].value_counts()
    distinct = mine.drop_duplicates("text_hash").sort_values("text_hash")
    both = pd.concat([distinct, past])
    described = describe_themes(
        both["text"].tolist(),
        [0] * len(distinct) + [1] * len(past),
        stream.vectors[both.index.to_numpy()],
        brand_words=settings.themes.brand_words,
        weights=np.array([*counts.reindex(distinct["text_hash"]), *[1] * len(past)]),
    ).iloc[[0]]
    before = found.assignments[found.assignments["complaint_id"].isin(mine["complaint_id"])]
    given = before["theme_id"].value_counts() / len(before)
    row = described.assign(
        theme_id=birth.birth_id,
        version=found.version,
        title=_unused(described["title"].iloc[0], set(themes["title"])),
        parents=[sorted(given[given >= PARENT_SHARE].index)],
        status="emerging",
        born_on=local_date(mine["created_at"].min(), settings.time_zone),
        encoder=encoder_name,
        centroid=pd.Series(to_bytes(birth.centroid[None]), dtype="object", index=described.index),
    )
    return check(conform(row, THEMES), THEMES)


def _unused(title: str, taken: set[str]) -> str:
    if title not in taken:
        return title
    number = 2
    while f"{title} ({number})" in taken:
        number += 1
    return f"{title} ({number})"
