"""The report of a run: from the run's folder to one page, its Markdown twin and its tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from pipelines.report import catalogue as words
from pipelines.report import charts
from pipelines.report.departments import write_departments
from pipelines.report.digest import digest
from pipelines.report.facts.crisis import crisis_heading
from pipelines.report.facts.report import Facts, build_facts
from pipelines.report.facts.series import Series
from pipelines.report.figures import Figure, Name, Part, Range, text
from pipelines.report.inputs import read_run
from pipelines.report.tables import tables_of, write_tables
from pipelines.report.workbook import WORKBOOK, write_workbook
from pipelines.settings import Settings

_TEMPLATES = Path(__file__).parent / "templates"
# The page stays under a megabyte and can be read to its end: the rest stands in the tables.
_MAX_CARDS = 15
_MAX_UNCOVERED = 40


@dataclass(frozen=True)
class ReportFiles:
    """What a report left in its run's folder, and the three lines that say what it says."""

    html: Path
    markdown: Path
    tables: tuple[Path, ...]
    workbook: Path
    summary: tuple[str, str, str]
    departments: tuple[Path, ...] = ()
    crisis: Path | None = None


def write_report(
    run_folder: Path, *, settings: Settings, previous_folder: Path | None = None
) -> ReportFiles:
    """Write the report of a run into its folder and return where its files are.

    The same folder gives the same bytes: nothing but the tables, the record and the
    parameters is read, the clock least of all.

    Parameters
    ----------
    run_folder : Path
        Holds the run's Parquet tables and ``run.json``; gets ``report.html``,
        ``report.md``, ``tables/*.csv``, ``report.xlsx``, ``departments/*.md`` and, where a
        warning is of level 4, ``crisis.html``.
    settings : Settings
        The parameters; the report's own part and the rules of warnings are told in it.
    previous_folder : Path, optional
        The run before this one; without it the report is a first one.

    Raises
    ------
    DataContractError
        If the folder is no whole run.
    """
    run = read_run(run_folder, settings.redaction)
    facts = build_facts(run, settings, previous_folder)
    html = run_folder / "report.html"
    html.write_bytes(render_html(facts).encode())
    markdown = run_folder / "report.md"
    markdown.write_bytes(digest(facts).encode())
    found = tables_of(facts)
    tables = write_tables(found, run_folder / "tables")
    workbook = write_workbook(found, run_folder / WORKBOOK, title=facts.heading, day=facts.origin)
    departments = write_departments(facts, run_folder)
    crisis = run_folder / words.CRISIS_PAGE
    crisis.unlink(missing_ok=True)  # of an earlier report of the same run
    if facts.crises:
        crisis.write_bytes(render_crisis(facts).encode())
    return ReportFiles(
        html,
        markdown,
        tables,
        workbook,
        facts.summary,
        departments,
        crisis if facts.crises else None,
    )


def render_html(facts: Facts) -> str:
    """Return the page: self-contained, without scripts."""
    carded = facts.warnings[:_MAX_CARDS]
    cards = {w.warning_id: f"w{number}" for number, w in enumerate(carded, start=1)}
    page = environment().get_template("report.html.j2")
    told = page.render(
        f=facts,
        cards=cards,
        origin=facts.origin,
        most_uncovered=_MAX_UNCOVERED,
        most_lanes=charts.MOST_LANES,
    )
    return told + "\n"


def render_crisis(facts: Facts) -> str:
    """Return the page for a crisis, of the report's own facts and in its style."""
    page = environment().get_template("crisis.html.j2")
    heading = crisis_heading(facts.crises)
    return page.render(f=facts, heading=heading, title=text(heading)) + "\n"


@cache
def environment() -> Environment:
    """Return what renders all pages: everything is escaped, a missing value is an error."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["prose"] = prose
    made.filters["figure"] = figure
    made.globals.update(
        w=words,
        L=words.LABELS,
        day=words.day,
        days=words.days,
        spark=spark,
        fan_chart=charts.fan_chart,
        map_chart=charts.map_chart,
        record_chart=charts.record_chart,
        reliability_chart=charts.reliability_chart,
        split_bar=charts.split_bar,
        timeline_chart=charts.timeline_chart,
    )
    return made


def style() -> str:
    """Return the pages' style sheet, for pictures that stand in files of their own."""
    return (_TEMPLATES / "style.css").read_text(encoding="utf-8")


def prose(sentence: Iterable[Part]) -> Markup:
    """Return a sentence as HTML: figures keep their exact value and row, names stand apart."""
    return Markup("").join(_part(part) for part in sentence)


def _part(part: Part) -> Markup:
    if isinstance(part, Figure):
        return figure(part)
    if isinstance(part, Name):
        return Markup("<bdi>{}</bdi>").format(part.text)
    if isinstance(part, Range):
        if part.low.shown == part.high.shown:
            return figure(part.low)
        both = figure(part.low), figure(part.high)
        return Markup('<span class="nowrap">{}\u2013{}</span>').format(*both)
    return escape(part)


def figure(it: Figure) -> Markup:
    """Return a figure as HTML: what is shown, and where it comes from."""
    if it.value is None or not it.row:
        return escape(it.shown)
    return Markup('<data value="{}" data-row="{}">{}</data>').format(
        repr(it.value), it.row, it.shown
    )


def spark(series: Series) -> Markup:
    """Return a series' last weeks as a spark line."""
    usual = series.week.usual.value if series.week else None
    return charts.sparkline(series.past, usual, series.trend)
