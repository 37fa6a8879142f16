"""What the charts show that stand beside the report's own tables, and the themes' tone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.report.facts.lives import Timeline, timeline_facts
from pipelines.report.facts.misjudged import Misjudged, misjudged_facts
from pipelines.report.facts.reliability import Reliability, reliability_facts
from pipelines.report.facts.split import Split, split_facts
from pipelines.report.facts.theme_map import Theme, ThemeMap, map_facts
from pipelines.report.facts.tone import Tones, tone_facts
from pipelines.report.inputs import Run


@dataclass(frozen=True)
class Pictures:
    """Each chart's numbers and its sentence; None where there is nothing to draw."""

    tones: Tones
    splits: Mapping[str, tuple[Split, ...]]  # by the warning's id
    timeline: Timeline | None
    reliability: Reliability | None
    map: ThemeMap | None
    misjudged: tuple[Misjudged, ...]


def picture_facts(run: Run, titles: Mapping[str, str], themes: Sequence[Theme]) -> Pictures:
    """Return what the charts show."""
    return Pictures(
        tones=tone_facts(run, titles),
        splits=split_facts(run),
        timeline=timeline_facts(run, titles),
        reliability=reliability_facts(run),
        map=map_facts(themes),
        misjudged=misjudged_facts(run, titles),
    )
