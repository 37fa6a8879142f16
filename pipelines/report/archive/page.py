"""The archive's pages: an index of the last reports, and a page a month."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from pipelines.report import catalogue
from pipelines.report.archive import words
from pipelines.report.archive.facts import Archive, Episode, Report, archive_facts
from pipelines.report.archive.runs import read_runs
from pipelines.report.figures import say, whole
from pipelines.report.render import environment
from pipelines.settings import Redaction

RECENT = 90  # reports on the first page; each month has a page of its own
_MONTHS = "month-*.html"


def write_archive(
    runs: Path, *, redaction: Redaction, feedback: pd.DataFrame | None = None
) -> Path | None:
    """Write ``index.html`` and a page a month beside the runs; return the index, if there is a run.

    The same folders give the same bytes. Of each run its record and its warnings are read; counts,
    lineage and titles are the newest run's, so that nobody is judged by what it does not know.

    Parameters
    ----------
    runs : Path
        The folder of runs. A folder in it that holds no whole run is named on the page.
    redaction : Redaction
        What is redacted once more before it is shown.
    feedback : DataFrame, optional
        FEEDBACK rows; those after the newest run are not read.
    """
    found, unread = read_runs(runs, redaction)
    if not found:
        return None
    facts = archive_facts(found, unread, redaction, feedback)
    pages = {catalogue.ARCHIVE_PAGE: render_index(facts)}
    pages |= {catalogue.month_page(month): render_month(facts, month) for month in _months(facts)}
    for old in runs.glob(_MONTHS):
        if old.name not in pages:
            old.unlink()
    for name, page in pages.items():
        draft = runs / f".{name}.draft"
        draft.write_text(page, encoding="utf-8")
        os.replace(draft, runs / name)
    return runs / catalogue.ARCHIVE_PAGE


def render_index(facts: Archive) -> str:
    """Return the index: the last reports, and the way to all months."""
    day = catalogue.day(facts.known_to, year=True)
    recent = facts.reports[:RECENT]
    shown, every = whole(len(recent)), whole(len(facts.reports))
    is_all = len(recent) == len(facts.reports)
    intro = say(words.INTRO if is_all else words.INTRO_RECENT, n=shown, all=every, day=day)
    months = [(catalogue.month_page(month), _month_name(month)) for month in _months(facts)]
    return _render(facts, words.HEADING, intro, recent, (), months)


def render_month(facts: Archive, month: date) -> str:
    """Return a month's page: its reports, and the warnings that opened in it."""
    page = catalogue.month_page(month)
    reports = [it for it in facts.reports if catalogue.month_page(it.day) == page]
    episodes = [it for it in facts.episodes if page in (it.page, *it.also)]
    heading = words.MONTH_HEADING.format(month=words.MONTHS[month.month - 1], year=month.year)
    day = catalogue.day(facts.known_to, year=True)
    intro = say(words.INTRO, n=whole(len(reports)), day=day)
    return _render(facts, heading, intro, reports, episodes, [], page=page)


def _render(
    facts: Archive,
    heading: str,
    intro: object,
    reports: Sequence[Report],
    episodes: Sequence[Episode],
    months: Sequence[tuple[str, str]],
    *,
    page: str = "",
) -> str:
    template = environment().get_template("archive.html.j2")
    return (
        template.render(
            f=facts,
            heading=heading,
            intro=intro,
            reports=reports,
            episodes=episodes,
            months=months,
            page=page,
            A=words.LABELS,
            words=words,
        )
        + "\n"
    )


def _months(facts: Archive) -> list[date]:
    """Return the first days of all months with a report or a warning, the newest first."""
    found = {it.day.replace(day=1) for it in facts.reports}
    pages = {page for it in facts.episodes for page in (it.page, *it.also)}
    found |= {date.fromisoformat(f"{page[len('month-') : -len('.html')]}-01") for page in pages}
    return sorted(found, reverse=True)


def _month_name(month: date) -> str:
    return f"{words.MONTHS[month.month - 1]} {month.year}"
