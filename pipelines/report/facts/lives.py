"""The warnings of the last twelve weeks, each with its states from day to day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from pipelines.report import catalogue as words
from pipelines.report.figures import Sentence, say, text, whole
from pipelines.report.inputs import Run

LIVES_WEEKS = 12
_CLOSED = "closed"


@dataclass(frozen=True)
class Stretch:
    """Days in one state, both included."""

    state: str
    first: date
    last: date


@dataclass(frozen=True)
class Life:
    """One warning from its opening to its close, or to now."""

    warning_id: str
    title: str
    stretches: tuple[Stretch, ...]

    @property
    def opened(self) -> date:
        """Return the first day in alarm."""
        return self.stretches[0].first

    @property
    def closed(self) -> date | None:
        """Return the day on which it closed; None while it is open."""
        last = self.stretches[-1]
        return last.first if last.state == _CLOSED else None

    @property
    def state(self) -> str:
        """Return the word for the state that it ended in, or is in."""
        return words.STATES[self.stretches[-1].state]


@dataclass(frozen=True)
class Timeline:
    """The chart of the last twelve weeks' warnings: the newest first."""

    start: date
    end: date  # included
    lives: tuple[Life, ...]
    note: Sentence
    sentence: str


def timeline_facts(run: Run, titles: Mapping[str, str]) -> Timeline | None:
    """Return the timeline; None where no warning was on in the last twelve weeks."""
    start = run.origin - timedelta(days=7 * LIVES_WEEKS)
    rows = run.lives[run.lives["theme_id"].isin(titles)]
    groups = rows.groupby("warning_id", sort=True, observed=True)
    lives = [_life(str(name), its, titles) for name, its in groups]
    shown = [life for life in lives if life.stretches[-1].last >= start]
    if not shown:
        return None
    shown.sort(key=lambda life: (-life.opened.toordinal(), life.title, life.warning_id))
    n, still = whole(len(shown)), whole(sum(life.closed is None for life in shown))
    note = say(words.TIMELINE, n=n, open=still)
    end = run.origin - timedelta(days=1)
    return Timeline(start, end, tuple(shown), note, text(note))


def _life(warning_id: str, rows: pd.DataFrame, titles: Mapping[str, str]) -> Life:
    stretches = tuple(
        Stretch(str(state), first.date(), last.date())
        for state, first, last in rows.sort_values("first")[["state", "first", "last"]].itertuples(
            index=False
        )
    )
    return Life(warning_id, titles[str(rows["theme_id"].iloc[0])], stretches)
