"""Step: the complaints of the last hours to the warnings between two mornings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from models.contracts import WARNINGS, conform, empty
from models.series.calendar import holiday_flags, local_date
from models.spikes.episodes import warning_id
from models.spikes.hourly import detect_hours
from models.spikes.routing import Subject
from models.spikes.rules import Seen
from pipelines.settings import Settings
from pipelines.steps.warnings.judged import Rise, judged
from pipelines.steps.warnings.told import theme_subjects

_HOUR = pd.Timedelta(hours=1)


def watch_hours(
    complaints: pd.DataFrame,
    themes: pd.DataFrame,
    *,
    settings: Settings,
    since: pd.Timestamp,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Return a warning for each theme that was in alarm at a full hour since the last look.

    Observed, expected and p are those of the window that ended at the last such hour. A warning
    is named after its theme and the local day, as the mornings name theirs: what the next morning
    sees of the same day is the same warning.

    Parameters
    ----------
    complaints : DataFrame
        Complaints with ``theme_id`` and ``is_counted``, known at ``as_of``.
    themes : DataFrame
        A THEMES frame: only those that are active or emerging and not hidden are watched.
    settings : Settings
        ``time_zone, countries, watch, warnings, severity`` and ``report`` are read.
    since, as_of : Timestamp
        The last look and this one, UTC; full hours after the former up to the latter are judged.

    Returns
    -------
    DataFrame
        A WARNINGS frame, ``window_hours`` given, most extra complaints first.
    """
    is_live = themes["status"].isin(("active", "emerging")) & ~themes["is_hidden"].astype(bool)
    live = sorted(themes.loc[is_live, "theme_id"].unique())
    end = as_of.floor("h")
    judged = int((end - max(since, as_of - pd.Timedelta(days=1)).floor("h")) / _HOUR)
    if not live or judged < 1:
        return empty(WARNINGS)
    rows = complaints[complaints["is_counted"].astype(bool) & complaints["theme_id"].isin(live)]
    rows = rows[rows["created_at"] < end].sort_values(["created_at", "complaint_id"])
    if rows.empty:
        return empty(WARNINGS)
    found = _detect(rows, live, settings, end=end, judged=judged)
    subjects = theme_subjects(themes)
    out = [
        _warning(found, i, rows[rows["theme_id"] == live[i]], rows, subjects, settings)
        for i in np.flatnonzero(found.is_alarm.any(axis=1)).tolist()
    ]
    if not out:
        return empty(WARNINGS)
    frame = pd.DataFrame(out).assign(as_of=as_of)
    frame["extra"] = frame["observed"] - frame["expected"]
    frame = frame.sort_values(["extra", "warning_id"], ascending=[False, True], ignore_index=True)
    return conform(frame, WARNINGS)


def _detect(
    rows: pd.DataFrame, live: list[str], settings: Settings, *, end: pd.Timestamp, judged: int
) -> Seen:
    rules = settings.watch
    # One day more than is asked for: the past is read in whole days.
    least = rules.baseline_days * 24 + rules.gap_hours + judged + 48
    first = max(end - least * _HOUR, rows["created_at"].iloc[0].floor("h"))
    hours = pd.date_range(first, end - _HOUR, freq="h")
    recent = rows[rows["created_at"] >= first]
    at = ((recent["created_at"].dt.floor("h") - first) // _HOUR).to_numpy(dtype=np.int64)
    theme = pd.Index(live).get_indexer(recent["theme_id"])
    counts = np.zeros((len(live), len(hours)), dtype=np.int64)
    np.add.at(counts, (theme, at), 1)
    local = hours.tz_convert(settings.time_zone)
    days = pd.DatetimeIndex(local.tz_localize(None).normalize())
    distinct = days.unique()
    is_free = dict(zip(distinct, holiday_flags(distinct, settings.countries), strict=True))
    return detect_hours(
        counts,
        local,
        np.array([is_free[day] for day in days], dtype=bool),
        last=judged,
        windows=rules.windows_hours,
        false_alarms_per_theme_year=rules.false_alarms_per_theme_year,
        baseline_days=rules.baseline_days,
        gap_hours=rules.gap_hours,
        min_observed=rules.min_observed,
        min_ratio=settings.warnings.min_ratio,
    )


def _warning(
    seen: Seen,
    i: int,
    rows: pd.DataFrame,
    everything: pd.DataFrame,
    subjects: dict[str, Subject],
    settings: Settings,
) -> dict[str, Any]:
    hits = np.flatnonzero(seen.is_alarm[i])
    first, last = int(hits[0]), int(hits[-1])
    k = int(seen.best[i, last])
    hours = seen.windows[k]
    end = seen.dates[last].tz_convert("UTC")
    opened_on = local_date(
        seen.dates[first].tz_convert("UTC") - pd.Timedelta(microseconds=1), settings.time_zone
    )
    theme_id = str(rows["theme_id"].iloc[0])
    in_window = (rows["created_at"] >= end - hours * _HOUR) & (rows["created_at"] < end)
    past_end = end - (settings.watch.gap_hours + hours) * _HOUR
    past_start = past_end - pd.Timedelta(days=settings.watch.baseline_days)
    window = rows[in_window]
    past, all_past = (
        it[(it["created_at"] >= past_start) & (it["created_at"] < past_end)]
        for it in (rows, everything)
    )
    rise = Rise(
        observed=float(seen.observed[k, i, last]),
        expected=float(seen.expected[k, i, last]),
        p_value=float(seen.p_value[k, i, last]),
        # A crisis is measured by the day: an hour at night is soon twice what is usual.
        usual_total=float(seen.expected[-1, :, last].sum()) * 24 / seen.windows[-1],
    )
    is_on = bool(seen.is_alarm[i, -1])
    return {
        "warning_id": warning_id(theme_id, opened_on),
        "theme_id": theme_id,
        "kind": "now",
        "state": "open" if is_on else "eased",
        "window_days": 1,
        "window_hours": hours,
        "observed": int(rise.observed),
        "expected": rise.expected,
        "p_value": rise.p_value,
        "opened_on": opened_on,
        "joined_to": None,
        **judged(
            rise,
            window,
            past,
            all_past,
            subject=subjects.get(theme_id, Subject(theme_id)),
            settings=settings,
        ),
    }
