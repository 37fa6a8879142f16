"""Step: daily counts and complaints to the warnings of the day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from models.contracts import WARNINGS, conform, empty
from models.series.calendar import holiday_flags, local_date, local_dates
from models.series.hierarchy import parse_series_id
from models.spikes.concentration import Concentration, concentration, over_represented
from models.spikes.episodes import Episode, episode_state, episodes, warning_id
from models.spikes.evidence import typical_texts
from models.spikes.now import Detection, detect_now
from models.spikes.severity import severity
from models.themes.wording import changed_wording
from pipelines.settings import Report, Settings

_CELL_COLUMNS = ("channel", "brand", "product", "region")
_WORD = re.compile(r"[\w-]+")
_MAX_PAST_TEXTS = 2000  # of a theme's ordinary days are enough to know how people speak of it


class _Watched(NamedTuple):
    """Theme-level counts and what was seen in them."""

    theme_ids: list[str]
    detection: Detection


def watch_now(
    counts: pd.DataFrame,
    complaints: pd.DataFrame,
    themes: pd.DataFrame,
    *,
    settings: Settings,
    as_of: pd.Timestamp,
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
        ``time_zone, countries, warnings`` and ``report`` are read.
    as_of : Timestamp
        The moment, UTC.

    Returns
    -------
    DataFrame
        A WARNINGS frame, most extra complaints (observed less expected) first.
    """
    watched = _detect(counts, settings, local_date(as_of, settings.time_zone))
    if watched is None:
        return empty(WARNINGS)
    hidden = set(themes.loc[themes["is_hidden"].astype(bool), "theme_id"])
    known = complaints["created_at"] < as_of
    if "received_at" in complaints:
        known &= complaints["received_at"] < as_of
    known &= complaints["is_counted"].astype(bool) & complaints["theme_id"].isin(watched.theme_ids)
    rows = complaints[known].sort_values(["created_at", "complaint_id"])
    rows = rows.assign(date=local_dates(rows["created_at"], settings.time_zone))
    words = theme_words(themes)
    today = len(watched.detection.dates) - 1
    quiet = settings.warnings.quiet_days
    found = []
    for i, theme_id in enumerate(watched.theme_ids):
        if theme_id in hidden:
            continue
        for episode in episodes(watched.detection.is_alarm[i], quiet_days=quiet)[-2:]:
            if episode.closed is None or today - episode.closed < quiet:
                evidence = rows[rows["theme_id"] == theme_id]
                found.append(_warning(watched, i, episode, evidence, words, settings))
    if not found:
        return empty(WARNINGS)
    # The chances of exceeding and of lasting are calibrated outputs of their own: not yet made.
    chances = dict.fromkeys(("p_exceed_7", "p_exceed_28", "p_lasts"), np.nan)
    frame = pd.DataFrame(found).assign(as_of=as_of, kind="now", **chances)
    frame["extra"] = frame["observed"] - frame["expected"]
    frame = frame.sort_values(["extra", "warning_id"], ascending=[False, True], ignore_index=True)
    return conform(frame, WARNINGS)


def _detect(counts: pd.DataFrame, settings: Settings, origin: pd.Timestamp) -> _Watched | None:
    """Return what was seen in each theme's counts, or None where there is nothing to see."""
    rows = counts[(counts["date"] < origin) & ~counts["is_provisional"]]
    names = [n for n in rows["series_id"].unique() if parse_series_id(n).level == "theme"]
    rows = rows[rows["series_id"].isin(names)]
    if rows.empty:
        return None
    matrix = rows.set_index(["series_id", "date"])["count"].unstack().sort_index()  # noqa: PD010
    dates = pd.DatetimeIndex(matrix.columns)
    rules = settings.warnings
    detection = detect_now(
        matrix.to_numpy(dtype=np.int64),
        dates,
        holiday_flags(dates, settings.countries),
        windows=rules.windows_days,
        false_alarms_per_theme_year=rules.false_alarms_per_theme_year,
        baseline_days=rules.baseline_days,
        gap_days=rules.gap_days,
        min_observed=rules.min_observed,
        min_ratio=rules.min_ratio,
        level_shift_days=rules.level_shift_days,
    )
    return _Watched([parse_series_id(name).theme for name in matrix.index], detection)


def _warning(
    watched: _Watched,
    i: int,
    episode: Episode,
    rows: pd.DataFrame,
    words: dict[str, frozenset[str]],
    settings: Settings,
) -> dict[str, Any]:
    seen, rules = watched.detection, settings.warnings
    today, theme_id = len(seen.dates) - 1, watched.theme_ids[i]
    k = int(seen.best[i, episode.last_alarm])
    excess = seen.observed[k, i] - seen.expected[k, i]
    state = episode_state(episode, excess, today)
    window, past = _window_and_past(rows, seen, k, episode.last_alarm, settings)
    carried = concentration(
        window["customer_key"],
        past["customer_key"],
        concentrated_share=rules.concentrated_share,
    )
    # The level is that of the last alarm: an issue that eases is not yet a smaller issue.
    level = severity(
        float(seen.observed[k, i, episode.last_alarm]),
        float(seen.expected[k, i, episode.last_alarm]),
        float(seen.p_value[k, i, episode.last_alarm]),
        usual_total=float(seen.expected[k, :, episode.last_alarm].sum()),
        is_concentrated=carried.is_concentrated,
    )
    opened_on = seen.dates[episode.opened]
    usual = float(seen.expected[k, i, episode.last_alarm])
    return {
        "warning_id": warning_id(theme_id, opened_on),
        "theme_id": theme_id,
        "state": state,
        "severity": level,
        "window_days": seen.windows[k],
        "observed": int(seen.observed[k, i, today]),
        "expected": float(seen.expected[k, i, today]),
        "p_value": float(seen.p_value[k, i, today]),
        "opened_on": opened_on,
        "customers": carried.customers,
        "top_customer_share": carried.top_customer_share,
        "is_concentrated": carried.is_concentrated,
        "cells": over_represented(window, past, expected=usual, columns=_CELL_COLUMNS),
        "wording": changed_wording(
            window["text"].tolist(),
            past["text"].iloc[-_MAX_PAST_TEXTS:].tolist(),
            brand_words=settings.themes.brand_words,
        ),
        "exemplars": typical_texts(
            window["text"], past["text"], count=settings.report.max_exemplars
        ),
        "owner": owner_of(words.get(theme_id, frozenset()), settings.report),
        "action": action_of(level, carried, settings.report),
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


def theme_words(themes: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Return the words of each theme's title and keywords."""
    newest = themes.sort_values("version").drop_duplicates("theme_id", keep="last")
    return {
        theme_id: _tokens([title, *keywords])
        for theme_id, title, keywords in zip(
            newest["theme_id"], newest["title"], newest["keywords"], strict=True
        )
    }


def _tokens(texts: Iterable[str]) -> frozenset[str]:
    words = {word for text in texts for word in _WORD.findall(text.lower())}
    parts = {part for word in words for part in word.split("-") if part}
    # "charges" is a charge: a plural meets the rule's singular.
    return frozenset(words | parts | {word[:-1] for word in words if word.endswith("s")})


def owner_of(words: frozenset[str], report: Report) -> str:
    """Return who gets a theme of these words."""
    for rule in report.owners:
        if any(word.lower() in words for word in rule.words):
            return rule.owner
    return report.default_owner


def action_of(level: int, carried: Concentration, report: Report) -> str:
    """Return what is to be done at a level; who carries the rise is looked at first."""
    action = next(entry.action for entry in report.playbook if entry.level == level)
    if not carried.is_concentrated or carried.top_customer_share is None:
        return action
    share = f"{100 * carried.top_customer_share:.0f} %"
    return f"Check the source first: one customer or account sent {share} of these. Then: {action}"
