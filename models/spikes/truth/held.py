"""Warnings held against what came: one row a warning, and the rises that had none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from models.forecasting.panel import Floats
from models.series.hierarchy import parse_series_id
from models.spikes.truth.hindsight import WEEK, Rise, rises_of
from models.spikes.truth.replayed import (
    BORNE_OUT,
    EPISODES,
    MISSED,
    NOT_BORNE_OUT,
    NOT_KNOWN,
    Held,
)
from models.themes.lineage import heirs_of

# A warning is of a rise that is on from so many days before it opened to a week after.
_BEFORE = 3
_CLOSED = "closed"


def hold_against_truth(
    warnings: pd.DataFrame,
    themes: pd.DataFrame,
    births: pd.DataFrame,
    lineage: pd.DataFrame,
    counts: pd.DataFrame,
    *,
    first: pd.Timestamp,
    last: pd.Timestamp,
    mornings: Sequence[pd.Timestamp],
) -> Held:
    """Return what was warned of and what was not, each with what came of it.

    Parameters
    ----------
    warnings : DataFrame
        WARNINGS rows of all mornings.
    themes : DataFrame of ``as_of, theme_id, title``
        What the themes were called each morning.
    births : DataFrame
        BIRTHS rows of all mornings: ``theme_id, moment, is_birth``.
    lineage : DataFrame
        LINEAGE rows: where a theme that ended is counted.
    counts : DataFrame
        A COUNTS frame of the end, when all that came is known.
    first, last : Timestamp
        Local dates of the first and last morning: a rise that peaked before the former or on
        or after the latter could not have been warned of.
    mornings : sequence of Timestamp
        The moments of the mornings, UTC, oldest first: a warning that one of them tells no more
        is over.
    """
    wide = _themes_counted(counts)
    names = [str(name) for name in wide.index]
    y: Floats = wide.to_numpy(dtype=np.float64)
    rises = rises_of(y)
    rows = warnings.sort_values(["as_of", "warning_id"])
    titles = themes.drop_duplicates(["as_of", "theme_id"]).set_index(["as_of", "theme_id"])["title"]
    born = births[births["is_birth"]].groupby("theme_id")["moment"].min()
    known: list[dict[str, object]] = []
    warned: set[Rise] = set()
    for name, told in rows.groupby("warning_id", sort=False):
        row = _episode(str(name), told, titles, born, mornings)
        since = lineage[lineage["version"] > f"{told['as_of'].iloc[0]:%Y-%m-%dT%H:%M:%SZ}"]
        counted = next((h for h in heirs_of(str(row["theme_id"]), since) if h in names), None)
        mine = [r for r in rises if counted is not None and names[r.series] == counted]
        hit = _hit(mine, wide.columns, told["opened_on"].iloc[0])
        warned.update(_within(mine, wide.columns, told["opened_on"].iloc[0], told["as_of"].max()))
        known.append(row | _verdict(hit, counted, wide, told["opened_on"].iloc[0]))
    episodes = pd.DataFrame(known, columns=list(EPISODES))
    latest = themes.sort_values("as_of").drop_duplicates("theme_id", keep="last")
    title_of = latest.set_index("theme_id")["title"]
    missed = [
        _miss(rise, names[rise.series], title_of, wide)
        for rise in rises
        if rise not in warned and first <= wide.columns[rise.peak] < last
    ]
    order = ["first_told", "warning_id"]
    return Held(
        episodes.sort_values(order, ignore_index=True),
        pd.DataFrame(missed, columns=list(MISSED)).sort_values(
            ["peak_on", "theme_id"], ignore_index=True
        ),
    )


def _themes_counted(counts: pd.DataFrame) -> pd.DataFrame:
    """Return complaints a day of each theme: themes by date, NaN on days not yet complete."""
    levels = {name: parse_series_id(str(name)) for name in counts["series_id"].unique()}
    themes = {name: key.theme for name, key in levels.items() if key.level == "theme"}
    rows = counts[counts["series_id"].isin(themes)]
    values = rows["count"].astype(np.float64).mask(rows["is_provisional"].astype(bool))
    rows = rows.assign(count=values, theme_id=rows["series_id"].map(themes))
    wide = rows.set_index(["theme_id", "date"])["count"].unstack().sort_index()  # noqa: PD010
    if not wide.shape[1]:
        return wide
    return wide.reindex(columns=pd.date_range(wide.columns[0], wide.columns[-1], freq="D"))


def _closed_on(told: pd.DataFrame, mornings: Sequence[pd.Timestamp]) -> pd.Timestamp:
    """Return the moment at which a warning was first told as over, or told no more; else NaT.

    What closes between two mornings that are far apart, whose theme ended, or that an hour told
    and no morning did, is never told as closed: it is over on the first morning without it.
    """
    is_closed = told["state"] == _CLOSED
    last_open = told.loc[~is_closed, "as_of"].max()
    closed = told.loc[is_closed, "as_of"]
    if pd.notna(last_open):
        closed = closed[closed > last_open]  # told as open again, it was not over
    if len(closed):
        return closed.min()
    return next((moment for moment in mornings if moment > last_open), pd.NaT)


def _episode(
    name: str,
    told: pd.DataFrame,
    titles: pd.Series,
    born: pd.Series,
    mornings: Sequence[pd.Timestamp],
) -> dict[str, object]:
    start, end = told.iloc[0], told.iloc[-1]
    return {
        "warning_id": name,
        "theme_id": start["theme_id"],
        "title": titles.get((start["as_of"], start["theme_id"]), start["theme_id"]),
        "title_last": titles.get((end["as_of"], end["theme_id"]), end["theme_id"]),
        "kind": start["kind"],
        "first_told": start["as_of"],
        "born_at": born.get(start["theme_id"], pd.NaT) if start["kind"] == "emerging" else pd.NaT,
        "opened_on": start["opened_on"],
        "closed_on": _closed_on(told, mornings),
        "mornings": int(told.loc[told["state"] != _CLOSED, "as_of"].dt.floor("D").nunique()),
        "severity": int(told["severity"].max()),
        "observed": int(start["observed"]),
        "expected": float(start["expected"]),
        "observed_most": int(told["observed"].max()),
        "is_concentrated": bool(start["is_concentrated"]),
        "joined_to": end["joined_to"] if pd.notna(end["joined_to"]) else None,
    }


def _hit(mine: Sequence[Rise], dates: pd.Index, opened: pd.Timestamp) -> Rise | None:
    """Return the rise that was on when a warning opened, of several the largest in days."""
    start, end = opened - pd.Timedelta(days=_BEFORE), opened + pd.Timedelta(days=WEEK)
    on = [rise for rise in mine if dates[rise.first] <= end and dates[rise.last] >= start]
    return max(on, key=lambda rise: rise.last - rise.first) if on else None


def _within(
    mine: Sequence[Rise], dates: pd.Index, opened: pd.Timestamp, until: pd.Timestamp
) -> list[Rise]:
    """Return the rises that a warning covers: on while it was told, or about to be."""
    start = opened - pd.Timedelta(days=_BEFORE)
    end = max(until.tz_localize(None), opened + pd.Timedelta(days=WEEK))
    return [rise for rise in mine if dates[rise.first] <= end and dates[rise.last] >= start]


def _verdict(
    hit: Rise | None, counted: str | None, wide: pd.DataFrame, opened: pd.Timestamp
) -> dict[str, object]:
    unknown = {"verdict": NOT_KNOWN, "peak_on": pd.NaT, "peak_count": np.nan}
    if counted is None:
        return unknown
    series = wide.loc[counted]
    if hit is not None:
        peak = float(series.iloc[hit.peak])
        return {"verdict": BORNE_OUT, "peak_on": wide.columns[hit.peak], "peak_count": peak}
    # The centred week needs the three days after it.
    until = opened + pd.Timedelta(days=_BEFORE)
    if series.last_valid_index() is None or series.last_valid_index() < until:
        return unknown
    near = series.loc[opened - pd.Timedelta(days=_BEFORE) : opened + pd.Timedelta(days=WEEK)]
    if not near.notna().any():
        return unknown
    return {"verdict": NOT_BORNE_OUT, "peak_on": near.idxmax(), "peak_count": float(near.max())}


def _miss(rise: Rise, theme_id: str, title_of: pd.Series, wide: pd.DataFrame) -> dict[str, object]:
    days = wide.columns
    return {
        "theme_id": theme_id,
        "title": title_of.get(theme_id, theme_id),
        "first": days[rise.first],
        "peak_on": days[rise.peak],
        "last": days[rise.last],
        "peak_count": float(wide.loc[theme_id].iloc[rise.peak]),
        "complaints": float(wide.loc[theme_id].iloc[rise.first : rise.last + 1].sum()),
    }
