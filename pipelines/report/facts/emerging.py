"""What the report says of the themes that were born since the last refit."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.report import catalogue as words
from pipelines.report.facts.series import Series
from pipelines.report.figures import Sentence, say
from pipelines.report.inputs import Run
from pipelines.report.plain import clean

_MAX_EXAMPLES = 3
_MAX_EXAMPLE = 240
_MAX_WORDS = 8


@dataclass(frozen=True)
class Emerging:
    """One theme that is not yet part of a fit."""

    title: str
    sentence: Sentence
    keywords: str
    examples: tuple[str, ...]


def emerging_facts(
    run: Run, series: dict[str, Series], titles: dict[str, str]
) -> tuple[Emerging, ...]:
    """Return the emerging themes, the newest first."""
    rows = run.themes[run.themes["status"] == "emerging"]
    rows = rows.sort_values(["born_on", "theme_id"], ascending=[False, True])
    out = []
    for _, row in rows.iterrows():
        its = series[str(row["theme_id"])]
        day = words.day(row["born_on"].date())
        template = words.EMERGING_FORECAST if its.week else words.EMERGING
        out.append(
            Emerging(
                title=titles[str(row["theme_id"])],
                sentence=say(template, day=day, n=its.total, reason=its.reason),
                keywords=", ".join(clean(word, 40) for word in row["keywords"][:_MAX_WORDS]),
                examples=tuple(
                    clean(text, _MAX_EXAMPLE) for text in row["exemplars"][:_MAX_EXAMPLES]
                ),
            )
        )
    return tuple(out)
