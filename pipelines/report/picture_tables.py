"""The CSVs beside the charts: the same numbers, exact."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.report.facts.pictures import Pictures

Rows = list[Sequence[object]]


def picture_tables(pictures: Pictures) -> dict[str, Rows]:
    """Return each chart's table, its header first; one without rows where nothing is drawn."""
    return {
        "reliability": _reliability(pictures),
        "rise_by_part": _splits(pictures),
        "theme_map": _map(pictures),
        "tone": _tones(pictures),
        "warnings_by_day": _lives(pictures),
        "warnings_misjudged": _misjudged(pictures),
    }


def _splits(pictures: Pictures) -> Rows:
    rows: Rows = [("warning_id", "axis", "value", "observed", "expected")]
    for warning_id, splits in pictures.splits.items():
        for split in splits:
            rows += [(warning_id, split.axis, p.value, p.observed, p.expected) for p in split.parts]
    return rows


def _reliability(pictures: Pictures) -> Rows:
    rows: Rows = [("forecasts", "asked", "came", "days")]
    for curve in pictures.reliability.curves if pictures.reliability else ():
        rows += [(curve.name, point.asked, point.came, curve.days) for point in curve.points]
    return rows


def _map(pictures: Pictures) -> Rows:
    rows: Rows = [("area", "theme_id", "theme", "last_7_days", "usual_week", "direction")]
    for area in pictures.map.areas if pictures.map else ():
        rows += [
            (area.title, p.theme_id, p.title, p.size, p.usual, p.level.word) for p in area.places
        ]
    return rows


def _tones(pictures: Pictures) -> Rows:
    header = ("theme_id", "theme", "days", "mean", "usual_mean", "texts", "usual_texts")
    rows: Rows = [(*header, "p_value", "is_clear")]
    for tone in pictures.tones.by_theme.values():
        rows += [
            (
                *(tone.theme_id, tone.title, it.days, it.mean, it.usual_mean),
                *(it.texts, it.usual_texts, it.p_value, it.is_clear),
            )
            for it in tone.windows
        ]
    return rows


def _lives(pictures: Pictures) -> Rows:
    rows: Rows = [("warning_id", "theme", "state", "first", "last")]
    for life in pictures.timeline.lives if pictures.timeline else ():
        rows += [
            (life.warning_id, life.title, it.state, it.first, it.last) for it in life.stretches
        ]
    return rows


def _misjudged(pictures: Pictures) -> Rows:
    rows: Rows = [("theme", "what", "first", "last", "complaints")]
    return [*rows, *((m.title, m.kind, m.first, m.last, m.complaints) for m in pictures.misjudged)]
