"""The replay's page, timeline and tables, from what was said and what came."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from models.spikes.truth.replayed import BORNE_OUT, NOT_BORNE_OUT, NOT_KNOWN, Replay
from pipelines.moments import iso
from pipelines.report.again import hide_columns
from pipelines.report.backtest.charts import as_file
from pipelines.report.figures import text
from pipelines.report.quality.page import frame_rows
from pipelines.report.render import environment
from pipelines.report.replay import words
from pipelines.report.replay.charts import timeline
from pipelines.report.replay.facts import (
    ReplayFacts,
    false_alarms_per_theme_year,
    replay_facts,
    told_late,
)
from pipelines.report.tables import as_csv
from pipelines.settings import Redaction, Settings

_TITLES = ("title", "title_last")
_TOLD = ("cells", "wording", "exemplars")


@dataclass(frozen=True)
class ReplayFiles:
    """What was written, the page first, and what it says in short."""

    html: Path
    timeline: Path
    tables: tuple[Path, ...]
    summary: tuple[str, ...]

    def at(self, folder: Path) -> ReplayFiles:
        """Return the same files in another folder."""
        tables = tuple(folder / path.name for path in self.tables)
        return replace(
            self,
            html=folder / self.html.name,
            timeline=folder / self.timeline.name,
            tables=tables,
        )


def write_replay(
    folder: Path, found: Replay, *, name: str, encoder: str, settings: Settings, code: str
) -> ReplayFiles:
    """Write page, timeline and tables; the same figures give the same bytes.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    found : Replay
        Its texts are redacted once more.
    name, encoder, code : str
        For the footer.
    settings : Settings
        ``redaction``, ``time_zone`` and ``warnings`` are read.
    """
    found = _redacted(found, settings.redaction)
    facts = replay_facts(found, name=name, encoder=encoder, settings=settings, code=code)
    folder.mkdir(parents=True, exist_ok=True)
    html, picture = folder / "replay.html", folder / "timeline.svg"
    html.write_bytes(render_replay(facts).encode())
    picture.write_bytes(as_file(timeline(facts)).encode())
    frames = {
        "warnings": found.warnings,
        "episodes": found.held.episodes,
        "missed": found.held.missed,
        "themes": found.themes,
        "births": found.births.drop(columns=["centroid"], errors="ignore"),
        "forecasts": found.forecasts,
        "outlook": found.outlook,
        "scores": found.scores,
        "counts": found.counts,
    }
    tables = []
    for table, frame in frames.items():
        path = folder / f"{table}.parquet"
        frame.to_parquet(path, index=False)
        tables.append(path)
    for table in ("episodes", "missed"):
        path = folder / f"{table}.csv"
        path.write_bytes(as_csv(frame_rows(frames[table])).encode("utf-8-sig"))
        tables.append(path)
    record = {
        "name": name,
        "code": code,
        "encoder": encoder,
        "parameters": settings.digest(),
        "mornings": [iso(moment) for moment in found.mornings],
        "refused": [{"morning": iso(moment), "why": why} for moment, why in found.refused],
        "end": iso(found.end),
        "figures": figures_of(found),
    }
    (folder / "replay.json").write_text(
        json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    return ReplayFiles(html, picture, tuple(tables), tuple(text(it) for it in facts.verdict))


def figures_of(found: Replay) -> dict[str, float]:
    """Return the replay's figures: warnings by verdict, misses, false alarms, forecasts' errors."""
    verdicts = found.held.episodes["verdict"].value_counts()
    figures = {
        "warnings": float(len(found.held.episodes)),
        "warnings_real": float(verdicts.get(BORNE_OUT, 0)),
        "warnings_not_real": float(verdicts.get(NOT_BORNE_OUT, 0)),
        "warnings_not_known": float(verdicts.get(NOT_KNOWN, 0)),
        "warnings_told_late": float(told_late(found)),
        "missed": float(len(found.held.missed)),
        "theme_years": round(found.theme_years, 6),
        "false_alarms_per_theme_year": round(false_alarms_per_theme_year(found), 6),
        "forecasts_scored": float(len(found.scores)),
    }
    if len(found.scores):
        pit = found.scores["pit"]
        figures |= {
            "crps": round(float(found.scores["crps"].mean()), 6),
            "crps_baseline": round(float(found.scores["crps_baseline"].mean()), 6),
            "coverage_80": round(float(pit.between(0.10, 0.90).mean()), 6),
            "coverage_95": round(float(pit.between(0.025, 0.975).mean()), 6),
        }
    return figures


def _redacted(found: Replay, rules: Redaction) -> Replay:
    def hide(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
        return hide_columns(frame, [name for name in columns if name in frame], rules)

    held = found.held._replace(
        episodes=hide(found.held.episodes, _TITLES), missed=hide(found.held.missed, _TITLES)
    )
    themes = ("title", "label", "keywords", "exemplars", "area_title")
    return replace(
        found,
        held=held,
        warnings=hide(found.warnings, _TOLD),
        themes=hide(found.themes, themes),
    )


def render_replay(facts: ReplayFacts) -> str:
    """Return the page: self-contained, without scripts."""
    page = environment().get_template("replay.html.j2")
    return page.render(f=facts, R=words.LABELS, R_TRUTH=words.TRUTH, timeline=timeline) + "\n"
