"""An earlier morning lived again: its themes, its counts, and what came after it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from models.contracts import COMPLAINTS, EMBEDDINGS
from models.errors import NotEnoughHistory
from models.series.calendar import day_starts
from models.series.hierarchy import parse_series_id
from models.text.floods import mark_floods
from pipelines.settings import Settings
from pipelines.steps.forecast.forecaster import fit_day, fit_moment
from pipelines.steps.series import areas_of, count_series
from pipelines.steps.themes.due import without_refits
from pipelines.steps.themes.themes import find_themes
from pipelines.store import Store

# Read only, so the scratch store shares them with the workspace's.
_SHARED = (COMPLAINTS, EMBEDDINGS)


@dataclass(frozen=True)
class Morning:
    """What was known on a morning, and what came.

    Parameters
    ----------
    origin : Timestamp
        Its local date, the first that is forecast.
    counts : DataFrame
        A COUNTS frame as of the morning.
    then : DataFrame
        A COUNTS frame of the same themes, as of the day on which the forecaster is fitted.
    area_of : dict
        The area of each theme, as found that morning.
    came : DataFrame of ``series_id, date, count``
        Of all days up to the last that is forecast, in the same themes.
    titles : dict
        The themes' and areas' titles, by id.
    """

    origin: pd.Timestamp
    counts: pd.DataFrame
    then: pd.DataFrame
    area_of: dict[str, str]
    came: pd.DataFrame
    titles: dict[str, str]

    def title(self, series_id: str) -> str:
        """Return what a series is called."""
        key = parse_series_id(series_id)
        if key.level == "total":
            return "All complaints"
        parts = [getattr(key, axis) for axis in key.level.split("*") if hasattr(key, axis)]
        return ", ".join(self.titles.get(part, part) for part in parts) or series_id

    def is_pictured(self, series_id: str) -> bool:
        """Return whether a series is one that a picture may be of: the total, or a theme."""
        return parse_series_id(series_id).level in ("total", "theme")


def live_morning(
    store: Store,
    scratch: Path,
    complaints: pd.DataFrame,
    *,
    encoder: str,
    origin: pd.Timestamp,
    moment: pd.Timestamp,
    as_of: pd.Timestamp,
    settings: Settings,
) -> Morning:
    """Return a morning's themes and counts, found in what was known then, and what came after.

    Parameters
    ----------
    store : Store
        Read only: its vectors.
    scratch : Path
        The folder of a store of its own, which keeps the themes of the mornings lived so far, so
        that a theme keeps its id from one to the next. Mornings come oldest first.
    complaints : DataFrame
        ``complaint_id, created_at, received_at, text, text_hash, language, customer_key, channel,
        brand``: those known at `as_of`.
    encoder : str
        Whose vectors are used.
    origin, moment : Timestamp
        The morning's local date, and when it begins, UTC.
    as_of : Timestamp
        The moment by which what came is known.
    settings : Settings
        The parameters.

    Raises
    ------
    NotEnoughHistory
        If nothing was known that morning.
    """
    is_known = (complaints["created_at"] < moment) & (complaints["received_at"] < moment)
    known = complaints[is_known].reset_index(drop=True)
    if known.empty:
        raise NotEnoughHistory("no complaint was known")
    own = _scratch_store(store, scratch)
    kept = without_refits(settings)
    marks = _marks(known, settings)
    left_out = frozenset(marks.loc[~marks["is_counted"].astype(bool), "complaint_id"])
    then = find_themes(
        own,
        encoder_name=encoder,
        settings=kept,
        as_of=moment,
        complaints=known,
        left_out=left_out,
        refit=True,
    )
    area_of = areas_of(then.themes)
    day = fit_day(origin, refit_days=settings.forecast.refit_days)
    counts, before = (
        count_series(
            known, then.assignments, marks, settings=settings, as_of=at, area_of=area_of
        ).counts
        for at in (moment, fit_moment(day, time_zone=settings.time_zone))
    )
    after = origin + pd.Timedelta(days=settings.forecast.horizon_days)
    end = day_starts(pd.DatetimeIndex([after]), settings.time_zone)[0]
    later = find_themes(
        own,
        encoder_name=encoder,
        settings=kept,
        as_of=as_of,
        complaints=complaints[complaints["created_at"] < end].reset_index(drop=True),
        left_out=left_out,
    )
    marks = _marks(complaints, settings)
    seen = count_series(
        complaints, later.assignments, marks, settings=settings, as_of=as_of, area_of=area_of
    ).counts
    came = seen[(seen["date"] < after) & ~seen["is_provisional"]]
    return Morning(
        pd.Timestamp(origin),
        counts,
        before,
        area_of,
        came[["series_id", "date", "count"]].reset_index(drop=True),
        _titles(then.themes),
    )


def _titles(themes: pd.DataFrame) -> dict[str, str]:
    areas = themes.dropna(subset=["area_id", "area_title"])
    named = dict(zip(areas["area_id"], areas["area_title"].astype(str), strict=True))
    return named | dict(zip(themes["theme_id"], themes["title"].astype(str), strict=True))


def _scratch_store(store: Store, scratch: Path) -> Store:
    """Return a store that shares what is only read and keeps its own themes."""
    for table in _SHARED:
        place = scratch / table.name
        if store.has(table) and not place.exists():
            scratch.mkdir(parents=True, exist_ok=True)
            place.symlink_to((store.root / table.name).resolve(), target_is_directory=True)
    return Store(scratch)


def _marks(complaints: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    options = settings.floods
    found = mark_floods(
        complaints[["complaint_id", "created_at", "text", "text_hash", "customer_key"]],
        min_texts=options.min_texts,
        max_customers=options.max_customers,
        window_hours=options.window_hours,
        similarity=options.similarity,
    )
    return found.marks[found.marks["flood_id"].notna()].reset_index(drop=True)
