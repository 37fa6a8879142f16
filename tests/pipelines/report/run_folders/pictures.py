"""The tables that charts are drawn from: tones, parts of a rise, lives of warnings."""

from __future__ import annotations

import pandas as pd

from models.contracts import LIVES, MISJUDGED, SPLITS, TONE, empty
from tests.pipelines.report.run_folders.moods import Mood

# theme's place: (days, texts, mean, usual mean, p): harsher, milder, as usual, too few.
_TONES = (
    (7, 34, -0.42, -0.21, 0.0004),
    (28, 51, 0.31, 0.1, 0.002),
    (7, 40, -0.1, -0.12, 0.6),
    (7, 9, -0.3, -0.1, None),
)


def tones(kind: Mood, origin: pd.Timestamp) -> pd.DataFrame:
    """Return tones of the first four themes; 310 usual texts each."""
    if kind.is_first:
        return empty(TONE)
    rows = []
    for topic, (days, texts, mean, usual, p) in zip(kind.topics, _TONES, strict=False):
        for window in (7, 28):
            is_told = window == days
            rows.append(
                {
                    "theme_id": topic.theme_id, "days": window,
                    "as_of": origin.tz_localize("UTC"), "texts": texts if is_told else 12,
                    "usual_texts": 310, "usual_weeks": 26, "mean": mean, "usual_mean": usual,
                    "p_value": p if is_told or p is None else 0.4,
                    "is_clear": bool(is_told and p is not None and p < 0.01),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def splits(kind: Mood, warnings: pd.DataFrame, values: list[str]) -> pd.DataFrame:
    """Return a split of each warning by channel; of the first by product, too."""
    rows = []
    for place, (_, row) in enumerate(warnings.iterrows()):
        parts = [(value, 20 - 3 * k, 4.5 - k / 4) for k, value in enumerate(values)]
        found = [("channel", *part) for part in [*parts, ("~", 5, 2.25), ("-", 3, 0.5)]]
        if place == 0:
            found += [("product", "desktop", 30, None), ("product", "mobile", 4, None)]
        rows += [
            {
                "warning_id": row["warning_id"], "as_of": row["as_of"], "axis": axis,
                "value": value, "observed": observed, "expected": expected,
            }
            for axis, value, observed, expected in found
        ]  # fmt: skip
    return pd.DataFrame(rows) if rows else empty(SPLITS)


def lives(kind: Mood, warnings: pd.DataFrame, origin: pd.Timestamp) -> pd.DataFrame:
    """Return the lives of the warnings, and two that have closed: one of them long ago."""
    rows = []
    for _, row in warnings.iterrows():
        named = {"warning_id": row["warning_id"], "theme_id": row["theme_id"]}
        opened, last = row["opened_on"], origin - pd.Timedelta(days=1)
        rows.append({**named, "state": "open", "first": opened, "last": opened})
        if opened < last:
            rows.append(
                {**named, "state": "grown", "first": opened + pd.Timedelta(days=1), "last": last}
            )
    for name, back in (("w-closed", 40), ("w-long-ago", 100)):
        for state, after, days in (("open", 0, 1), ("eased", 1, 6), ("closed", 7, 1)):
            first = origin - pd.Timedelta(days=back - after)
            rows.append(
                {
                    "warning_id": name, "theme_id": kind.topics[0].theme_id, "state": state,
                    "first": first, "last": first + pd.Timedelta(days=days - 1),
                }
            )  # fmt: skip
    return pd.DataFrame(rows) if kind.warned else empty(LIVES)


def misjudged(kind: Mood, origin: pd.Timestamp) -> pd.DataFrame:
    """Return a warning of nothing and a later rise without a warning, of the first two themes."""
    if not kind.warned:
        return empty(MISJUDGED)
    rows = [
        {
            "theme_id": topic.theme_id, "kind": what, "first": origin - pd.Timedelta(days=back),
            "last": origin - pd.Timedelta(days=back - 3), "complaints": back,
        }
        for topic, what, back in zip(kind.topics, ("false alarm", "missed"), (90, 60), strict=False)
    ]  # fmt: skip
    return pd.DataFrame(rows)
