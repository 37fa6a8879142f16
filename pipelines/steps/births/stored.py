"""What the store holds of births: looks to go on from, and the themes that were born of them.

A row carries the morning that wrote it. A morning reads the rows of mornings before it and no
others, so it can be lived again, and what a killed run left of its own is never believed: the
rows of BIRTHS are written last, and a theme that is called emerging counts only with its row.

It carries the version of the themes, too, for its births became themes of that version. Where an
old morning is fitted again, what the mornings since then said is of themes that are no more in
use: they are looked at again, and what was born then is born anew.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from models.contracts import BIRTHS, conform, empty
from models.embedding import from_bytes, to_bytes
from models.themes.births import Alarm, Look
from pipelines.store import Store


def read_births(
    store: Store, encoder_name: str, *, before: pd.Timestamp, version: str
) -> pd.DataFrame:
    """Return the BIRTHS rows of mornings before one; of a moment the newest morning's alone.

    From the first morning on that should have known the ``version`` in use, and knew another,
    there are none.
    """
    where = (pc.field("encoder") == encoder_name) & (pc.field("as_of") < before.to_pydatetime())
    rows = store.read(BIRTHS, where=where)
    is_stale = (rows["as_of"] >= pd.Timestamp(version)) & ~_is_of(rows["version"], version)
    if is_stale.any():
        rows = rows[rows["as_of"] < rows.loc[is_stale, "as_of"].min()]
    newest = rows.groupby("moment")["as_of"].transform("max") if len(rows) else rows["as_of"]
    kept = rows[rows["as_of"] == newest]
    return kept.sort_values(["moment", "birth_id"], ignore_index=True)


def write_births(store: Store, rows: pd.DataFrame, *, as_of: pd.Timestamp) -> None:
    """Write a morning's rows; what an earlier life of the same morning wrote is gone."""
    if not store.has(BIRTHS):
        store.append(BIRTHS, rows)
        return
    stored = store.read(BIRTHS)
    mine = stored["as_of"] == as_of
    if not mine.any():
        store.append(BIRTHS, rows)
    elif not stored[mine].reset_index(drop=True).equals(rows.reset_index(drop=True)):
        store.replace(BIRTHS, pd.concat([stored[~mine], rows], ignore_index=True))


def forget_births(store: Store, *, version: str) -> None:
    """Remove what mornings after a version's own said of its themes: it is fitted again."""
    stored = store.read(BIRTHS)
    is_later = (stored["version"] == version) & (stored["as_of"] > pd.Timestamp(version))
    if is_later.any():
        store.replace(BIRTHS, stored[~is_later])


def born_themes(
    store: Store, *, version: str, before: pd.Timestamp | None = None
) -> dict[str, pd.Timestamp]:
    """Return the themes of a version that were born since its fit, and of which morning, by id.

    Parameters
    ----------
    store : Store
        Its ``births`` are read.
    version : str
        Of the themes.
    before : Timestamp, optional
        Only of mornings before this one.
    """
    where = pc.field("is_birth")
    if before is not None:
        where &= pc.field("as_of") < before.to_pydatetime()
    columns = ["as_of", "birth_id", "theme_id", "version"]
    rows = store.read(BIRTHS, columns=columns, where=where)
    rows = rows[_is_of(rows["version"], version)]
    rows = rows[rows["theme_id"] == rows["birth_id"]].sort_values("as_of")
    return dict(zip(rows["theme_id"], rows["as_of"], strict=True))


def _is_of(versions: pd.Series, version: str) -> pd.Series:
    # What an earlier release wrote names no version: it is taken for any.
    return versions.isna() | (versions == version)


def last_morning(store: Store, *, before: pd.Timestamp) -> pd.Timestamp | None:
    """Return the last morning that looked for births before a moment, if there is one."""
    where = pc.field("as_of") < before.to_pydatetime()
    mornings = store.read(BIRTHS, columns=["as_of"], where=where)["as_of"]
    return mornings.max() if len(mornings) else None


def looks_of(rows: pd.DataFrame) -> list[Look]:
    """Return the looks that the rows tell of, in the order of time."""
    is_look = rows["birth_id"] == ""
    own = rows[is_look].drop_duplicates("moment").sort_values("moment")
    alarms: dict[np.datetime64, list[Alarm]] = {}
    for _, row in rows[~is_look].sort_values(["moment", "birth_id"]).iterrows():
        alarms.setdefault(_naive(row["moment"]), []).append(_alarm(row))
    moments = own["moment"].dt.tz_localize(None).to_numpy(dtype="datetime64[us]")
    numbers = own[["threshold", "realised_per_month", "score"]].to_numpy(dtype=np.float64)
    return [
        Look(
            moment=moment,
            threshold=np.inf if np.isnan(threshold) else float(threshold),
            realised=float(realised),
            rest=float(score),
            alarms=tuple(alarms.get(moment, ())),
        )
        for moment, (threshold, realised, score) in zip(moments, numbers, strict=True)
    ]


def _alarm(row: pd.Series) -> Alarm:
    return Alarm(
        moment=_naive(row["moment"]),
        birth_id=str(row["birth_id"]),
        is_birth=bool(row["is_birth"]),
        score=float(row["score"]),
        expected=float(row["expected"]),
        p_value=float(row["p_value"]),
        people=int(row["people"]),
        window_hours=int(row["window_hours"]),
        texts=np.zeros(0, dtype=np.int64),
        centroid=from_bytes([row["centroid"]])[0].astype(np.float32),
    )


def rows_of(
    looks: list[Look], *, as_of: pd.Timestamp, encoder_name: str, nominal: float, version: str
) -> pd.DataFrame:
    """Return the looks as BIRTHS rows, without themes."""
    rows = []
    for look in looks:
        shared = {
            "as_of": as_of,
            "moment": pd.Timestamp(look.moment, tz="UTC"),
            "threshold": look.threshold if np.isfinite(look.threshold) else np.nan,
            "nominal_per_month": nominal,
            "realised_per_month": look.realised,
            "encoder": encoder_name,
            "version": version,
            "theme_id": None,
        }
        quiet = {"birth_id": "", "is_birth": False, "score": look.rest, "p_value": 1.0}
        quiet.update({"window_hours": 0, "people": 0, "expected": 0.0, "centroid": None})
        rows.append({**shared, **quiet})
        for alarm in look.alarms:
            names = (
                "birth_id", "is_birth", "score", "p_value", "window_hours", "people", "expected",
            )  # fmt: skip
            own = {name: getattr(alarm, name) for name in names}
            rows.append({**shared, **own, "centroid": to_bytes(alarm.centroid[None])[0]})
    if not rows:
        return empty(BIRTHS)
    frame = conform(pd.DataFrame(rows), BIRTHS)
    return frame.sort_values(list(BIRTHS.key), ignore_index=True)


def _naive(moment: object) -> np.datetime64:
    return np.datetime64(pd.Timestamp(moment).tz_localize(None), "us")
