"""Step: the forecasts that were shown and have come due, each scored against what came.

A forecast is scored on the first morning that knows its day, and the score keeps that morning's
moment: a morning that is lived again reads no score that it could not have known. A series that
is counted today is judged by today's counts. A theme that a refit ended is judged by what was
counted of it while it was a theme; forecasts of later days are listed with the reason.

The report looks back twelve weeks, and so does this: a day that no morning scored within twelve
weeks is left.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
import pyarrow.compute as pc

from models.contracts import (
    CHECKED,
    FORECASTS,
    NODE_ALL,
    NOT_CHECKED,
    SCORES,
    conform,
    empty,
)
from models.forecasting.scoring.come_due import score_due
from models.series.hierarchy import parse_series_id
from pipelines.settings import Settings
from pipelines.steps.past.checked_then import as_then_counted
from pipelines.store import Store

LOOK_BACK_DAYS = 84  # the report's record: twelve weeks

_KEY = ["series_id", "origin", "lead"]
_FORECAST = [*_KEY, "date", "mean", "dispersion"]


class Checked(NamedTuple):
    """What became of the forecasts of earlier mornings."""

    new: pd.DataFrame  # SCORES: first known this morning
    recent: pd.DataFrame  # CHECKED: all that this morning knows of the last twelve weeks
    not_checked: pd.DataFrame  # NOT_CHECKED
    metrics: dict[str, float]


def check_forecasts(
    store: Store,
    counts: pd.DataFrame,
    complaints: pd.DataFrame,
    *,
    versions: list[str],
    as_of: pd.Timestamp,
    origin: pd.Timestamp,
    settings: Settings,
) -> Checked:
    """Return the scores of the stored forecasts whose days are known by ``as_of``.

    Parameters
    ----------
    store : Store
        Read only: ``forecasts``, ``scores``, and what the themes were.
    counts : DataFrame
        A COUNTS frame, this morning's. A day that it says is provisional, or has not come in
        whole, is not due yet.
    complaints : DataFrame
        See :func:`pipelines.steps.past.checked_then.as_then_counted`.
    versions : list of str
        Complete versions of the themes up to this morning's, oldest first.
    as_of, origin : Timestamp
        The moment, UTC, and its local date, a midnight without zone.
    settings : Settings
        ``forecast``, ``seed`` and ``time_zone`` are read.
    """
    earlier = _known_scores(store, as_of, origin)
    due = _due(store, counts, earlier, origin)
    is_counted = due["series_id"].isin(counts["series_id"].unique())
    gone = due[~is_counted]
    then = as_then_counted(
        store, gone, complaints, versions=versions, as_of=as_of, time_zone=settings.time_zone
    )
    prior, seed = settings.forecast.dispersion_prior, settings.seed
    parts = [
        score_due(due[is_counted], counts, prior_errors=prior, seed=seed),
        score_due(then.due, then.counts, prior_errors=prior, seed=seed),
    ]
    new = pd.concat(parts).sort_values(_KEY, ignore_index=True)
    new = conform(new.assign(as_of=as_of), SCORES)
    recent = pd.concat([earlier, new], ignore_index=True).sort_values(_KEY, ignore_index=True)
    return Checked(
        new, conform(recent, CHECKED), _not_checked(then.not_scored), checked_metrics(recent)
    )


def _known_scores(store: Store, as_of: pd.Timestamp, origin: pd.Timestamp) -> pd.DataFrame:
    """Return the stored scores that a morning could know, of the last twelve weeks' days."""
    where = (pc.field("as_of") <= as_of.to_pydatetime()) & (
        pc.field("origin") < origin.to_pydatetime().date()
    )
    rows = store.read(SCORES, where=where)
    day = rows["origin"] + pd.to_timedelta(rows["lead"] - 1, unit="D")
    return rows[day.between(origin - pd.Timedelta(days=LOOK_BACK_DAYS), origin, inclusive="left")]


def _due(
    store: Store, counts: pd.DataFrame, earlier: pd.DataFrame, origin: pd.Timestamp
) -> pd.DataFrame:
    """Return the forecasts of earlier mornings whose days are complete and not scored yet."""
    oldest = origin - pd.Timedelta(days=LOOK_BACK_DAYS)
    where = (
        (pc.field("origin") < origin.to_pydatetime().date())
        & (pc.field("date") < origin.to_pydatetime().date())
        & (pc.field("date") >= oldest.to_pydatetime().date())
    )
    rows = store.read(FORECASTS, columns=_FORECAST, where=where)
    # A day of which complaints are still to come would be judged by too few.
    waits = counts["is_provisional"] | counts["arrived"].notna()
    is_open = waits.groupby(counts["date"]).any()
    complete = is_open.index[~is_open.to_numpy(dtype=bool)]
    # What is left over of a parent is of other themes every morning: nobody is shown it.
    shown = [name for name in rows["series_id"].unique() if parse_series_id(name).level != "rest"]
    rows = rows[rows["date"].isin(complete) & rows["series_id"].isin(shown)]
    done = pd.MultiIndex.from_frame(earlier[_KEY])
    return rows[~pd.MultiIndex.from_frame(rows[_KEY]).isin(done)].reset_index(drop=True)


def _not_checked(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row a series and reason."""
    if rows.empty:
        return empty(NOT_CHECKED)
    groups = rows.groupby(["series_id", "reason"], as_index=False)
    found = groups.agg(
        title=("title", "first"),
        forecasts=("date", "size"),
        first=("date", "min"),
        last=("date", "max"),
    )
    is_theme = [parse_series_id(name).theme != NODE_ALL for name in found["series_id"]]
    found["title"] = found["title"].where(pd.Series(is_theme, dtype=bool))
    return conform(found.sort_values(["series_id", "reason"], ignore_index=True), NOT_CHECKED)


def checked_metrics(scores: pd.DataFrame) -> dict[str, float]:
    """Return the record's figures, as far as there are any.

    ``checked_crps_skill`` is 1 - CRPS / the seasonal naive's, ``checked_coverage_80`` and ``_95``
    are read from the randomised PIT, ``checked_bias`` is what was said over what came, less 1.
    """
    figures = {"checked_forecasts": float(len(scores))}
    if scores.empty:
        return figures
    naive, actual = float(scores["crps_baseline"].sum()), float(scores["actual"].sum())
    figures |= {
        "checked_crps": float(scores["crps"].mean()),
        "checked_coverage_80": float(scores["pit"].between(0.10, 0.90).mean()),
        "checked_coverage_95": float(scores["pit"].between(0.025, 0.975).mean()),
    }
    if naive > 0:
        figures["checked_crps_skill"] = 1 - float(scores["crps"].sum()) / naive
    if actual > 0:
        figures["checked_bias"] = float(scores["mean"].sum()) / actual - 1
    return figures
