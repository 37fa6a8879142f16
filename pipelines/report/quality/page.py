"""The quality page and its tables: from the figures to one HTML file and four CSVs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from models.themes.quality.verdicts import ThemesQuality
from pipelines.report.quality import words
from pipelines.report.quality.charts import drift_chart, stability_chart
from pipelines.report.quality.facts import QualityFacts, build_quality_facts
from pipelines.report.render import environment
from pipelines.report.tables import as_csv
from pipelines.settings import Settings

_MAX_PAIRS = 40  # on the page: the rest stands in the table
_DIGITS = 6  # of a table's numbers: the last bits differ between machines


@dataclass(frozen=True)
class QualityFiles:
    """What was written, the page first, and the three sentences it begins with."""

    html: Path
    tables: tuple[Path, ...]
    summary: tuple[str, str, str]


def write_quality(
    folder: Path, quality: ThemesQuality, *, settings: Settings, code: str
) -> QualityFiles:
    """Write ``themes.html`` and its tables into the folder; the same figures, the same bytes.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    quality : ThemesQuality
        The figures. Titles and keywords are redacted once more.
    settings : Settings
        The parameters.
    code : str
        Version of the code, for the footer.
    """
    facts = build_quality_facts(quality, settings, code=code)
    folder.mkdir(parents=True, exist_ok=True)
    html = folder / "themes.html"
    html.write_bytes(render_quality(facts).encode())
    tables = {
        "themes_quality": frame_rows(facts.table),
        "pairs": frame_rows(facts.pairs_table),
        "weeks": frame_rows(facts.weeks_table),
        "summary": [("name", "value"), *facts.summary_table.items()],
    }
    paths = []
    for name, rows in tables.items():
        path = folder / f"{name}.csv"
        path.write_bytes(as_csv(rows).encode("utf-8-sig"))
        paths.append(path)
    return QualityFiles(html, tuple(paths), facts.summary)


def render_quality(facts: QualityFacts) -> str:
    """Return the page: self-contained, without scripts."""
    page = environment().get_template("quality.html.j2")
    return (
        page.render(
            f=facts,
            q=words,
            Q=words.LABELS,
            most_pairs=_MAX_PAIRS,
            stability_chart=stability_chart,
            drift_chart=drift_chart,
        )
        + "\n"
    )


def frame_rows(frame: pd.DataFrame) -> Iterator[Sequence[object]]:
    """Yield a frame as a table's rows, the names of its columns first."""
    yield list(frame.columns)
    for row in frame.itertuples(index=False):
        yield [_cell(value) for value in row]


def _cell(value: object) -> object:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if isinstance(value, float | np.floating):
        return "" if np.isnan(value) else round(float(value), _DIGITS)
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return value
