"""Step: daily counts and complaints to the warnings of the day."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.contracts import FEEDBACK, WARNINGS, conform, empty
from models.series.calendar import holiday_flags, local_date, local_dates
from models.series.hierarchy import parse_series_id
from models.spikes.episodes import Episode, episode_state, episodes, warning_id
from models.spikes.kept import Misjudged, Realised, judged_year, keep_budget
from models.spikes.now import detect_now
from models.spikes.routing import Subject
from models.spikes.rules import Arrived, Detection, NowRules
from pipelines.settings import Settings
from pipelines.steps.warnings.feedback import said_of
from pipelines.steps.warnings.judged import Rise, judged
from pipelines.steps.warnings.told import theme_subjects

_ARRIVED = ["arrived", "arrived_sd"]  # empty: the day is complete


class Watched(NamedTuple):
    """Theme-level counts (n_themes, n_days), what was seen in them, how the budget was kept."""

    theme_ids: list[str]
    counts: NDArray[np.int64]
    detection: Detection
    realised: Realised
    misjudged: tuple[Misjudged, ...] = ()


def watch_now(
    counts: pd.DataFrame,
    complaints: pd.DataFrame,
    themes: pd.DataFrame,
    *,
    settings: Settings,
    as_of: pd.Timestamp,
    watched: Watched | None = None,
) -> pd.DataFrame:
    """Return the warnings that are open, or closed within the last `quiet_days`.

    Only themes are warned of, and none that people have hidden. What is said of a day uses
    complete days alone: the day of `as_of` itself is not read. Observed, expected and p are those
    of the last complete day, on the window that raised the last alarm; customers, cells and
    exemplars are of that window on the day of the last alarm.

    Parameters
    ----------
    counts : DataFrame
        A COUNTS frame.
    complaints : DataFrame
        Complaints with ``theme_id`` and ``is_counted``, see
        :func:`pipelines.steps.series.with_themes`; rows created or (where the column is there)
        received at or after `as_of` are not read.
    themes : DataFrame
        A THEMES frame; of several versions the newest counts.
    settings : Settings
        ``time_zone, countries, warnings, severity`` and ``report`` are read.
    as_of : Timestamp
        The moment, UTC.
    watched : Watched, optional
        What :func:`watch_counts` says of these counts, if it has been asked already.

    Returns
    -------
    DataFrame
        A WARNINGS frame, most extra complaints (observed less expected) first.
    """
    watched = watched or watch_counts(counts, settings=settings, as_of=as_of)
    if watched is None:
        return empty(WARNINGS)
    hidden = set(themes.loc[themes["is_hidden"].astype(bool), "theme_id"])
    known = complaints["created_at"] < as_of
    if "received_at" in complaints:
        known &= complaints["received_at"] < as_of
    known &= complaints["is_counted"].astype(bool) & complaints["theme_id"].isin(watched.theme_ids)
    rows = complaints[known].sort_values(["created_at", "complaint_id"])
    rows = rows.assign(date=local_dates(rows["created_at"], settings.time_zone))
    subjects = theme_subjects(themes)
    today = len(watched.detection.dates) - 1
    quiet = settings.warnings.quiet_days
    found = []
    for i, theme_id in enumerate(watched.theme_ids):
        if theme_id in hidden:
            continue
        for episode in episodes(watched.detection.is_alarm[i], quiet_days=quiet)[-2:]:
            if episode.closed is None or today - episode.closed < quiet:
                evidence = rows[rows["theme_id"] == theme_id]
                found.append(_warning(watched, i, episode, evidence, rows, subjects, settings))
    if not found:
        return empty(WARNINGS)
    # The chances of exceeding and of lasting are outputs of their own: see chances.py.
    frame = pd.DataFrame(found).assign(as_of=as_of, kind="now")
    frame["extra"] = frame["observed"] - frame["expected"]
    frame = frame.sort_values(["extra", "warning_id"], ascending=[False, True], ignore_index=True)
    return conform(frame, WARNINGS)


def watch_counts(
    counts: pd.DataFrame,
    *,
    settings: Settings,
    as_of: pd.Timestamp,
    feedback: pd.DataFrame | None = None,
) -> Watched | None:
    """Return what was seen in each theme's counts, or None where there is nothing to see.

    Parameters
    ----------
    counts, settings, as_of
        As for :func:`watch_now`.
    feedback : DataFrame, optional
        What people said of earlier warnings: FEEDBACK rows under today's themes.
    """
    origin = local_date(as_of, settings.time_zone)
    rows = counts[(counts["date"] < origin) & ~counts["is_provisional"]]
    names = [n for n in rows["series_id"].unique() if parse_series_id(n).level == "theme"]
    rows = rows[rows["series_id"].isin(names)]
    if rows.empty:
        return None
    wide = rows.set_index(["series_id", "date"])[["count", *_ARRIVED]].unstack()  # noqa: PD010
    matrix = wide["count"].sort_index()
    share, sd = (wide[name].sort_index().to_numpy(dtype=np.float64) for name in _ARRIVED)
    dates = pd.DatetimeIndex(matrix.columns)
    rules = settings.warnings
    seen = matrix.to_numpy(dtype=np.int64)
    detection = detect_now(
        seen,
        dates,
        holiday_flags(dates, settings.countries),
        arrived=Arrived(np.where(np.isnan(share), 1.0, share), np.nan_to_num(sd)),
        windows=rules.windows_days,
        false_alarms_per_theme_year=rules.false_alarms_per_theme_year,
        baseline_days=rules.baseline_days,
        gap_days=rules.gap_days,
        min_observed=rules.min_observed,
        min_ratio=rules.min_ratio,
        level_shift_days=rules.level_shift_days,
    )
    floors = NowRules(
        windows=rules.windows_days,
        false_alarms_per_theme_year=rules.false_alarms_per_theme_year,
        min_observed=rules.min_observed,
        min_ratio=rules.min_ratio,
    )
    theme_ids = [parse_series_id(name).theme for name in matrix.index]
    heard = empty(FEEDBACK) if feedback is None else feedback
    said = said_of(heard, theme_ids, dates, time_zone=settings.time_zone)
    kept = keep_budget(detection, seen, floors, quiet_days=rules.quiet_days, said=said)
    past, wrong = judged_year(kept, seen, quiet_days=rules.quiet_days, said=said)
    return Watched(theme_ids, seen, kept, past, wrong)


def _warning(
    watched: Watched,
    i: int,
    episode: Episode,
    rows: pd.DataFrame,
    everything: pd.DataFrame,
    subjects: dict[str, Subject],
    settings: Settings,
) -> dict[str, Any]:
    seen = watched.detection
    today, theme_id = len(seen.dates) - 1, watched.theme_ids[i]
    k = int(seen.best[i, episode.last_alarm])
    excess = seen.observed[k, i] - seen.expected[k, i]
    state = episode_state(episode, excess, today)
    window, past = _window_and_past(rows, seen, k, episode.last_alarm, settings)
    _, all_past = _window_and_past(everything, seen, k, episode.last_alarm, settings)
    # The level is that of the last alarm: an issue that eases is not yet a smaller issue.
    rise = Rise(
        observed=float(seen.observed[k, i, episode.last_alarm]),
        expected=float(seen.expected[k, i, episode.last_alarm]),
        p_value=float(seen.p_value[k, i, episode.last_alarm]),
        usual_total=float(seen.expected[k, :, episode.last_alarm].sum()),
    )
    opened_on = seen.dates[episode.opened]
    return {
        "warning_id": warning_id(theme_id, opened_on),
        "theme_id": theme_id,
        "state": state,
        "window_days": seen.windows[k],
        "observed": int(seen.observed[k, i, today]),
        "expected": float(seen.expected[k, i, today]),
        "p_value": float(seen.p_value[k, i, today]),
        "opened_on": opened_on,
        **judged(
            rise,
            window,
            past,
            all_past,
            subject=subjects.get(theme_id, Subject(theme_id)),
            settings=settings,
        ),
    }


def _window_and_past(
    rows: pd.DataFrame, seen: Detection, k: int, day: int, settings: Settings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    rules = settings.warnings
    last = seen.dates[day]
    first = last - pd.Timedelta(days=seen.windows[k] - 1)
    gap = max(rules.gap_days, *seen.windows)
    past_end = last - pd.Timedelta(days=gap)
    past_start = past_end - pd.Timedelta(days=rules.baseline_days - 1)
    window = rows[rows["date"].between(first, last)]
    return window, rows[rows["date"].between(past_start, past_end)]
