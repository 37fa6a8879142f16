"""What the last year's warnings got wrong, by name: raised for nothing, or not raised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from pipelines.report import catalogue as words
from pipelines.report.figures import Figure, row_of, whole
from pipelines.report.inputs import Run


@dataclass(frozen=True)
class Misjudged:
    """A warning without a real rise behind, or a real rise without a warning."""

    title: str
    kind: str
    first: date
    last: date
    complaints: Figure


def misjudged_facts(run: Run, titles: Mapping[str, str]) -> tuple[Misjudged, ...]:
    """Return what was misjudged, the latest first."""
    rows = run.misjudged[run.misjudged["theme_id"].isin(titles)]
    order = ["first", "theme_id", "kind"]
    rows = rows.sort_values(order, ascending=[False, True, True])
    return tuple(_misjudged(row, titles) for _, row in rows.iterrows())


def _misjudged(row: pd.Series, titles: Mapping[str, str]) -> Misjudged:
    theme_id, kind, first = str(row["theme_id"]), str(row["kind"]), row["first"].date()
    return Misjudged(
        title=titles[theme_id],
        kind=words.MISJUDGED[kind],
        first=first,
        last=row["last"].date(),
        complaints=whole(
            row["complaints"], row_of("misjudged", theme_id, kind, first, column="complaints")
        ),
    )
