"""How well births are seen: `python -m tests.benchmarks.births [--quick] --json FILE`.

Two questions. On banking77, with themes held out: how often is a quiet window an alarm, and how
often is a theme noticed that nobody wrote of before? On the real stream of questions to Firefox
support, replayed with no future: which births are there, by name, to be judged by their texts?
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from models.embedding.base import unit_length
from models.themes.alarm_rate import alarm_threshold
from models.themes.births import Look, Rules, Watch
from models.themes.emerging import UNKNOWN, make_stream, scan_windows, score_texts
from models.themes.labels import describe_themes
from models.themes.neighbours import cosine_level, quantised
from pipelines.settings import Births, load_settings

WINDOW_TEXTS = 430  # as many as in `evaluation.md`
PLANTED = (8, 12, 20)  # texts of a new theme in a window
NOMINAL = 0.01  # alarms a quiet window
CERTIFICATE = pd.Timestamp("2019-05-04T00:00:00Z")  # expired


def banking77_births(
    vectors: np.ndarray, labels: Sequence[object], *, seed: int = 0, quick: bool = False
) -> dict[str, float]:
    """Return the rate of false alarms and the share of new themes found, by size.

    A sixth of the texts makes the windows that are judged, the rest is the reference. Each theme
    is unknown once: no text of it is in the reference. Windows of the reference, each scanned
    against what is left of it, set the threshold at a nominal 1 %; quiet windows count false
    alarms; and into others so many texts of the unknown theme are planted. Found: an alarm, at
    a text of which most of the near ones are the theme's.

    Parameters
    ----------
    vectors : ndarray of shape (n_texts, dimension)
    labels : sequence of shape (n_texts,)
        The true themes, which say what is held out and nothing else.
    """
    options = load_settings().births
    rng = np.random.default_rng(seed)
    rows = quantised(unit_length(np.asarray(vectors, dtype=np.float32)))
    codes, names = pd.factorize(pd.Series(labels), sort=True)
    windows, planted, themes = (20, 5, 15) if quick else (30, 10, len(names))
    levels = np.array([cosine_level(s) for s in options.similarities])
    is_now = rng.random(len(rows)) < 1 / 6
    theme_of = np.zeros((len(rows), len(names)), dtype=np.float32)
    theme_of[np.arange(len(rows)), codes] = ~is_now
    sizes = theme_of.sum(axis=0)
    near = np.zeros((len(levels), len(rows), len(names)), dtype=np.int32)
    for block in np.array_split(np.arange(len(rows)), max(1, len(rows) // 500)):
        products = rows[block] @ rows.T
        for k, level in enumerate(levels):
            near[k, block] = (products >= level).astype(np.float32) @ theme_of
    everything = near.sum(axis=2)

    def best(texts: np.ndarray, theme: int, *, is_past: bool) -> tuple[float, np.ndarray]:
        products = rows[texts] @ rows[texts].T
        known = everything[:, texts] - near[:, texts, theme]
        size = int(sizes.sum() - sizes[theme])
        if is_past:  # the window is no reference of its own
            known = known - np.stack([(products >= level).sum(axis=1) for level in levels])
            size -= len(texts)
        scores, _, _, radii = score_texts(
            products,
            np.eye(len(texts), dtype=bool),
            known,
            size,
            levels=levels,
            min_people=options.min_people,
        )
        i = int(scores.argmax())
        return float(scores[i]), texts[products[i] >= radii[i]]

    quiet: list[float] = []
    now_scores: list[float] = []
    found: dict[int, list[tuple[float, bool]]] = {size: [] for size in PLANTED}
    for theme in rng.permutation(len(names))[:themes].tolist():
        past = np.flatnonzero(~is_now & (codes != theme))
        now = np.flatnonzero(is_now & (codes != theme))
        own = np.flatnonzero(codes == theme)
        for _ in range(windows):
            texts = rng.choice(past, WINDOW_TEXTS, replace=False)
            quiet.append(best(texts, theme, is_past=True)[0])
            texts = rng.choice(now, WINDOW_TEXTS, replace=False)
            now_scores.append(best(texts, theme, is_past=False)[0])
        for size in PLANTED:
            for _ in range(planted):
                others = rng.choice(now, WINDOW_TEXTS - size, replace=False)
                texts = np.concatenate([others, rng.choice(own, size, replace=False)])
                score, near_best = best(texts, theme, is_past=False)
                found[size].append((score, bool((codes[near_best] == theme).mean() > 0.5)))
    threshold = alarm_threshold(quiet, rate=NOMINAL)
    out = {"birth_false_alarm_rate": float(np.mean(np.array(now_scores) > threshold))}
    for size, rows_found in found.items():
        hits = [score > threshold and is_mine for score, is_mine in rows_found]
        out[f"birth_power_{size}"] = float(np.mean(hits))
    return {name: round(value, 4) for name, value in out.items()}


def firefox_births(
    vectors: np.ndarray,
    frame: pd.DataFrame,
    *,
    is_complaint: Sequence[bool] | None = None,
    until: pd.Timestamp | None = None,
) -> tuple[dict[str, float], list[dict[str, Any]]]:
    """Return the figures and the births of the replayed stream, hour by hour, no future.

    Parameters
    ----------
    vectors : ndarray of shape (n_texts, dimension)
    frame : DataFrame of ``created_at, text``
        In the order of time; there is no customer.
    is_complaint : sequence of bool, optional
        Texts that can be part of a birth; all by default.
    until : Timestamp, optional
        The replay's end; the stream's by default.
    """
    options = load_settings().births
    keep = np.ones(len(frame), dtype=bool) if is_complaint is None else np.asarray(is_complaint)
    rows = frame[keep].reset_index(drop=True)
    unit = unit_length(np.asarray(vectors, dtype=np.float32)[keep])
    looks, births = replay(unit, rows, options, until=until)
    watched = [look for look in looks if np.isfinite(look.threshold)]
    days = len({pd.Timestamp(look.moment).date() for look in watched})
    by_moment = [pd.Timestamp(birth["at"], tz="UTC") for birth in births]
    first = min((at for at in by_moment if at > CERTIFICATE), default=pd.NaT)
    figures = {
        "births_firefox": float(len(births)),
        "births_nominal_per_month": options.alarms_per_month,
        "births_per_month_firefox": round(len(births) / max(days, 1) * 365.25 / 12, 3),
        "births_watched_days": float(days),
        "certificate_birth_delay_h": (first - CERTIFICATE) / pd.Timedelta(hours=1),
    }
    return figures, births


def replay(
    unit: np.ndarray, rows: pd.DataFrame, options: Births, *, until: pd.Timestamp | None = None
) -> tuple[list[Look], list[dict[str, Any]]]:
    """Return every look and the births, each with its title as of its own moment."""
    moments = rows["created_at"].dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    texts = rows["text"].tolist()
    stream = make_stream(moments, unit, np.full(len(rows), UNKNOWN), texts)
    watch = Watch(rules_of(options))
    looks: list[Look] = []
    births: list[dict[str, Any]] = []
    end = pd.Timestamp(moments[-1]) if until is None else until.tz_localize(None)
    for day in pd.date_range(pd.Timestamp(moments[0]).ceil("D"), end.floor("D"), freq="D"):
        hours = day + pd.to_timedelta(np.arange(1, 25), unit="h")
        hours = hours[hours <= end.ceil("h")].to_numpy().astype("datetime64[us]")
        scans = scan_windows(stream, hours, **scan_options(options))
        for hour, seen in zip(hours, scans, strict=True):
            if not seen:
                continue
            look = watch.look(stream, hour, seen)
            looks.append(look)
            births += [_told(alarm, look, texts, unit) for alarm in look.alarms if alarm.is_birth]
    return looks, births


def _told(alarm: Any, look: Look, texts: list[str], unit: np.ndarray) -> dict[str, Any]:
    mine = [texts[i] for i in alarm.texts]
    named = describe_themes(mine, np.zeros(len(mine), dtype=int), unit[alarm.texts]).iloc[0]
    return {
        "at": str(alarm.moment)[:16],
        "title": named["title"],
        "label": named["label"],
        "people": alarm.people,
        "expected": round(alarm.expected, 2),
        "score": round(alarm.score, 1),
        "threshold": round(look.threshold, 1),
        "texts": [text[:200] for text in mine],
    }


def scan_options(options: Births) -> Mapping[str, Any]:
    """Return the parameters of a scan."""
    names = (
        "windows_hours", "reference_days", "gap_days", "min_reference", "max_reference",
        "similarities", "copy_similarity", "min_people",
    )  # fmt: skip
    return {name: getattr(options, name) for name in names}


def rules_of(options: Births) -> Rules:
    """Return the parameters of an alarm."""
    names = (
        "alarms_per_month", "null_days", "same_issue", "belongs", "quiet_days",
    )  # fmt: skip
    return Rules(**{name: getattr(options, name) for name in names})
