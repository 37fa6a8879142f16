"""Step: what stands beside a warning: what it coincides with, an earlier rise, who may be next."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from models.series.calendar import local_date, local_dates
from models.series.signals import known_signals
from models.spikes.coincides import coinciding
from models.spikes.episodes import Episode, episodes
from models.spikes.similar import most_alike, most_similar
from pipelines.settings import Settings
from pipelines.steps.warnings.contacts import contacts, recent_of
from pipelines.steps.warnings.told import theme_words
from pipelines.steps.warnings.warnings import Watched

_CLOSED = "closed"


def with_evidence(
    found: pd.DataFrame,
    complaints: pd.DataFrame,
    themes: pd.DataFrame,
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
    themes : DataFrame
        A THEMES frame.
    signals : DataFrame
        SIGNALS rows; what was known at or after ``as_of`` is not read.
    watched : Watched or None
        What was seen in the counts.
    settings : Settings
        ``time_zone, warnings`` and ``contact`` are read.
    as_of : Timestamp
        The morning, UTC.
    """
    is_open = found["state"] != _CLOSED
    is_of_theme = complaints["theme_id"].isin(found.loc[is_open, "theme_id"])
    rows = complaints[is_of_theme & complaints["is_counted"].astype(bool)]
    rows = rows[rows["created_at"] < as_of]
    known = _Known(
        rows.assign(date=local_dates(rows["created_at"], settings.time_zone)),
        recent_of(complaints, settings=settings, as_of=as_of),
        known_signals(signals, as_of),
        theme_words(themes),
        watched,
        local_date(as_of, settings.time_zone) - pd.Timedelta(days=1),
    )
    closed: dict[str, Any] = {"coincides": [], "who_next": []}
    told = [
        _beside(row, known, settings) if row["state"] != _CLOSED else closed
        for _, row in found.iterrows()
    ]
    columns = sorted({name for beside in told for name in beside})
    values = {name: [beside.get(name) for beside in told] for name in columns}
    return found.assign(
        **{name: pd.Series(its, found.index, dtype="object") for name, its in values.items()}
    )


class _Known(NamedTuple):
    """What the morning knows."""

    complaints: pd.DataFrame  # of the warned themes, with local `date`
    recent: pd.DataFrame  # of any theme, lately
    signals: pd.DataFrame
    words: dict[str, frozenset[str]]  # of each theme
    watched: Watched | None
    eve: pd.Timestamp  # the last complete day


def _beside(warning: pd.Series, known: _Known, settings: Settings) -> dict[str, Any]:
    """Return the columns of one warning."""
    episode = episode_of(warning, known.watched, settings)
    last = known.eve
    if episode is not None and known.watched is not None:
        last = known.watched.detection.dates[episode.last_alarm]
    opened = warning["opened_on"]
    first = opened - pd.Timedelta(days=int(warning["window_days"]) - 1)
    mine = known.complaints[known.complaints["theme_id"] == warning["theme_id"]]
    window = mine[mine["date"].between(first, last)]
    return {
        "coincides": coinciding(
            known.signals,
            opened=opened,
            last=last,
            values={axis: window[axis].dropna().unique() for axis in ("brand", "product")},
            time_zone=settings.time_zone,
        ),
        # Whoever has complained since the last alarm is not next either.
        "who_next": contacts(
            warning, mine, known.recent, known.watched,
            first=first, last=known.eve, settings=settings,
        ),
        **_past(warning, episode, known, settings),
    }  # fmt: skip


def _past(
    warning: pd.Series, episode: Episode | None, known: _Known, settings: Settings
) -> dict[str, Any]:
    """Return the columns of the most similar rise before; none where there was none."""
    name, watched = str(warning["theme_id"]), known.watched
    if watched is None or name not in watched.theme_ids:
        return {}
    ids, seen = watched.theme_ids, watched.detection
    opened = episode.opened if episode else _position(warning["opened_on"], seen.dates)
    past = most_similar(
        seen,
        series=ids.index(name),
        opened=min(opened, len(seen.dates) - 1),
        among=[ids.index(other) for other in (name, *most_alike(name, known.words, ids))],
        quiet_days=settings.warnings.quiet_days,
    )
    if past is None:
        return {}
    return {
        "past_theme_id": ids[past.series],
        "past_opened_on": seen.dates[past.opened],
        "past_closed_on": seen.dates[past.closed],
        "past_days": past.days,
        "past_ratio": past.ratio,
        "past_extra": past.extra,
    }


def episode_of(warning: pd.Series, watched: Watched | None, settings: Settings) -> Episode | None:
    """Return the run of alarms that a warning tells of; None of a birth that counts do not show.

    A warning that goes on through a refit may have opened before its theme of today was in alarm.
    """
    if watched is None or warning["theme_id"] not in watched.theme_ids:
        return None
    seen = watched.detection
    is_alarm = seen.is_alarm[watched.theme_ids.index(str(warning["theme_id"]))]
    opened = _position(warning["opened_on"], seen.dates)
    own = [
        it
        for it in episodes(is_alarm, quiet_days=settings.warnings.quiet_days)
        if it.last_alarm >= opened
    ]
    return own[0] if own else None


def _position(date: pd.Timestamp, dates: pd.DatetimeIndex) -> int:
    return int((date - dates[0]).days)
