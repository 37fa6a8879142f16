"""Step: what stands beside a warning: what it coincides with."""

from __future__ import annotations

import pandas as pd

from models.series.calendar import local_date, local_dates
from models.series.signals import known_signals
from models.spikes.coincides import coinciding
from models.spikes.episodes import Episode, episodes
from pipelines.settings import Settings
from pipelines.steps.warnings.warnings import Watched

_CLOSED = "closed"


def with_evidence(
    found: pd.DataFrame,
    complaints: pd.DataFrame,
    signals: pd.DataFrame,
    watched: Watched | None,
    *,
    settings: Settings,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Return the warnings, those that are open with what stands beside them.

    Parameters
    ----------
    found : DataFrame
        A WARNINGS frame of the morning, births included.
    complaints : DataFrame
        With ``theme_id`` and ``is_counted``: those known this morning.
    signals : DataFrame
        SIGNALS rows; what was known at or after ``as_of`` is not read.
    watched : Watched or None
        What was seen in the counts.
    settings : Settings
        ``time_zone`` and ``warnings`` are read.
    as_of : Timestamp
        The morning, UTC.
    """
    is_open = found["state"] != _CLOSED
    is_of_theme = complaints["theme_id"].isin(found.loc[is_open, "theme_id"])
    rows = complaints[is_of_theme & complaints["is_counted"].astype(bool)]
    rows = rows[rows["created_at"] < as_of]
    rows = rows.assign(date=local_dates(rows["created_at"], settings.time_zone))
    known = known_signals(signals, as_of)
    told = [
        _beside(row, rows[rows["theme_id"] == row["theme_id"]], known, watched, settings)
        for _, row in found[is_open].iterrows()
    ]
    beside = dict(zip(found.index[is_open], told, strict=True))
    lists = [beside.get(at, {}).get("coincides", []) for at in found.index]
    return found.assign(coincides=pd.Series(lists, index=found.index, dtype="object"))


def _beside(
    warning: pd.Series,
    complaints: pd.DataFrame,
    signals: pd.DataFrame,
    watched: Watched | None,
    settings: Settings,
) -> dict[str, object]:
    opened = warning["opened_on"]
    episode = episode_of(warning, watched, settings)
    last = local_date(warning["as_of"], settings.time_zone) - pd.Timedelta(days=1)
    if episode is not None and watched is not None:
        last = watched.detection.dates[episode.last_alarm]
    first = opened - pd.Timedelta(days=int(warning["window_days"]) - 1)
    window = complaints[complaints["date"].between(first, last)]
    values = {axis: window[axis].dropna().unique() for axis in ("brand", "product")}
    return {
        "coincides": coinciding(
            signals, opened=opened, last=last, values=values, time_zone=settings.time_zone
        )
    }


def episode_of(warning: pd.Series, watched: Watched | None, settings: Settings) -> Episode | None:
    """Return the run of alarms that a warning tells of; None of a birth that counts do not show.

    A warning that goes on through a refit may have opened before its theme of today was in alarm.
    """
    if watched is None or warning["theme_id"] not in watched.theme_ids:
        return None
    seen = watched.detection
    is_alarm = seen.is_alarm[watched.theme_ids.index(str(warning["theme_id"]))]
    opened = int((warning["opened_on"] - seen.dates[0]).days)
    own = [
        it
        for it in episodes(is_alarm, quiet_days=settings.warnings.quiet_days)
        if it.last_alarm >= opened
    ]
    return own[0] if own else None
