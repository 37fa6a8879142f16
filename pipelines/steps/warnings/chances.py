"""Step: how likely a spike is soon, whether an open one stays, and how such chances came true."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from models.contracts import CHANCES, WARNINGS, conform, empty
from models.series.calendar import local_dates
from models.spikes.episodes import warning_id
from models.spikes.kept import watched_days
from models.spikes.last import chances_to_last
from models.spikes.next import HORIZONS, NextRules, next_chances
from models.spikes.next_features import Past
from models.spikes.next_signals import SignalPast
from pipelines.settings import Settings
from pipelines.steps.warnings.warnings import Watched


class CameTrue(NamedTuple):
    """How chances of one horizon came true.

    Attributes
    ----------
    given : int
        Chances whose horizon has ended.
    said, came : float
        Their mean, and the share that an alarm followed.
    """

    given: int
    said: float
    came: float


def chances_of(
    watched: Watched | None,
    themes: pd.DataFrame,
    signals: pd.DataFrame,
    *,
    settings: Settings,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Return for each theme that is quiet how likely it exceeds its threshold in 7 and 28 days.

    Parameters
    ----------
    watched : Watched or None
        Of :func:`pipelines.steps.warnings.warnings.watch_counts`.
    themes : DataFrame
        A THEMES frame; hidden themes are left out.
    signals : DataFrame
        SIGNALS rows known before `as_of`.
    settings : Settings
        ``time_zone`` and ``seed`` are read.
    as_of : Timestamp
        The moment, UTC.

    Returns
    -------
    DataFrame
        A CHANCES frame, the likeliest first.
    """
    if watched is None:
        return empty(CHANCES)
    seen, counts = watched.detection, watched.counts
    past, known = Past(seen, counts, watched_days(counts)), None
    if len(signals):
        known = SignalPast(signals, seen.dates, time_zone=settings.time_zone, past=past)
    found = next_chances(past, rules=NextRules(seed=settings.seed), signals=known).rename(
        columns={f"p_{days}": f"p_exceed_{days}" for days in HORIZONS}
    )
    found["theme_id"] = np.array(watched.theme_ids, dtype=object)[found["series"].to_numpy()]
    hidden = set(themes.loc[themes["is_hidden"].astype(bool), "theme_id"])
    found = found[~found["theme_id"].isin(hidden)].assign(as_of=as_of)
    found = found.sort_values(["p_exceed_28", "theme_id"], ascending=[False, True])
    return conform(found.reset_index(drop=True), CHANCES)


def with_lasting(
    warnings: pd.DataFrame, watched: Watched | None, *, settings: Settings
) -> pd.DataFrame:
    """Return the warnings with the chance that each open rise stays, and what it may still bring.

    Parameters
    ----------
    warnings : DataFrame
        A WARNINGS frame.
    watched : Watched or None
        Of :func:`pipelines.steps.warnings.warnings.watch_counts`.
    settings : Settings
        ``warnings.quiet_days`` is read.
    """
    if watched is None or warnings.empty:
        return warnings
    seen = watched.detection
    told = chances_to_last(seen, watched.counts, quiet_days=settings.warnings.quiet_days)
    by_warning = {
        warning_id(watched.theme_ids[i], seen.dates[opened]): lasting
        for (i, opened), lasting in told.items()
    }
    found = warnings["warning_id"].map(by_warning)
    is_known = found.notna() & (warnings["state"] != "closed")
    out = warnings.copy()
    out["p_lasts"] = [it.chance if ok else np.nan for it, ok in zip(found, is_known, strict=True)]
    out["extra_to_come"] = [
        it.extra if ok else np.nan for it, ok in zip(found, is_known, strict=True)
    ]
    return conform(out, WARNINGS)


def came_true(
    earlier: pd.DataFrame, watched: Watched | None, *, settings: Settings
) -> dict[int, CameTrue]:
    """Return by horizon how earlier mornings' chances came true.

    Parameters
    ----------
    earlier : DataFrame
        CHANCES rows of earlier mornings. Those of themes that are watched no more say nothing.
    watched : Watched or None
        Of :func:`pipelines.steps.warnings.warnings.watch_counts`.
    settings : Settings
        ``time_zone`` is read.
    """
    if watched is None or earlier.empty:
        return {}
    seen = watched.detection
    place = {theme: i for i, theme in enumerate(watched.theme_ids)}
    rows = earlier[earlier["theme_id"].isin(place)]
    series = rows["theme_id"].map(place).to_numpy(dtype=np.int64)
    first = (local_dates(rows["as_of"], settings.time_zone) - seen.dates[0]).dt.days.to_numpy()
    alarms = np.cumsum(np.pad(seen.is_alarm.astype(np.int64), ((0, 0), (1, 0))), axis=1)
    out = {}
    for days in HORIZONS:
        has_ended = (first >= 0) & (first + days <= len(seen.dates))
        if not has_ended.any():
            continue
        i, start = series[has_ended], first[has_ended]
        came = alarms[i, start + days] > alarms[i, start]
        said = rows[f"p_exceed_{days}"].to_numpy(dtype=np.float64)[has_ended]
        out[days] = CameTrue(int(has_ended.sum()), float(said.mean()), float(came.mean()))
    return out
