"""What the archive says: each report with its warnings' verdicts, each warning with its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from models.text.redact import redact_value
from pipelines.report import catalogue
from pipelines.report.archive import words
from pipelines.report.archive.runs import Row, Told, read_inside, read_titles, warning_rows
from pipelines.report.archive.verdicts import Verdict, verdicts_of
from pipelines.report.facts.cover import Status, status_facts
from pipelines.report.facts.series import MAX_TITLE
from pipelines.report.figures import Figure, Sentence, percent, row_of, say, whole
from pipelines.report.plain import clean
from pipelines.settings import Redaction

_CLOSED = "closed"


@dataclass(frozen=True)
class Judged:
    """A verdict in words, with its mark, and the largest day around the warning."""

    key: str
    mark: str
    word: str
    peak: Sentence = ()


@dataclass(frozen=True)
class Warned:
    """One warning in one report, and where its history stands."""

    warning_id: str
    title: str
    state: str
    severity: int
    judged: Judged
    page: str


@dataclass(frozen=True)
class Report:
    """One report of the archive."""

    folder: str
    day: date
    status: Status
    warnings: tuple[Warned, ...]
    inside: Figure | None  # none of its days has come due
    checked: Figure
    has_crisis: bool


@dataclass(frozen=True)
class Step:
    """From one report on, a warning stood so."""

    folder: str
    day: date
    state: str
    severity: int
    seen: Sentence


@dataclass(frozen=True)
class Episode:
    """One warning: what every report said of it, and what came."""

    warning_id: str
    title: str
    opened: date
    judged: Judged
    steps: tuple[Step, ...]
    page: str
    also: tuple[str, ...]  # pages that earlier reports lead to: it was found to have opened before


@dataclass(frozen=True)
class Archive:
    """All reports, newest first, all warnings, and the folders that hold no run."""

    reports: tuple[Report, ...]
    episodes: tuple[Episode, ...]
    known_to: date
    last: Sentence
    unread: tuple[tuple[str, str], ...]


def archive_facts(
    runs: Sequence[Told],
    unread: Sequence[tuple[str, str]],
    redaction: Redaction,
    feedback: pd.DataFrame | None = None,
) -> Archive:
    """Return what the archive says, of what the newest run knows.

    Parameters
    ----------
    runs : sequence of Told
        Newest first, at least one.
    unread : sequence of (str, str)
        Folders without a whole run, each with its reason.
    redaction : Redaction
        Titles are redacted once more.
    feedback : DataFrame, optional
        FEEDBACK rows.
    """
    rows = warning_rows(runs)
    titles, hidden = _titles(runs, rows, redaction)
    rows = rows[~rows["theme_id"].isin(hidden)]
    verdicts, known_to = verdicts_of(runs, rows, feedback)
    judged = {name: _judged(name, it) for name, it in verdicts.items()}
    episodes = _episodes(runs, hidden, titles, judged)
    page_of = {it.warning_id: it.page for it in episodes}
    inside = read_inside(runs)
    reports = tuple(
        _report(told, hidden, titles, judged, page_of, inside.get(told.record.origin))
        for told in runs
    )
    eve = (pd.Timestamp(runs[0].record.origin) - pd.Timedelta(days=1)).date()
    return Archive(
        reports,
        episodes,
        known_to.date() if known_to is not None else eve,
        _last(reports[1]) if len(reports) > 1 else (),
        tuple((clean(name, 80), why) for name, why in unread),
    )


def _titles(
    runs: Sequence[Told], rows: pd.DataFrame, redaction: Redaction
) -> tuple[dict[str, str], frozenset[str]]:
    """Return each warned theme's title, of the newest run that has it, and the hidden themes."""
    named, hidden = read_titles(runs[0])
    wanted = set(rows["theme_id"].astype(str))
    for told in runs[1:]:
        missing = wanted - set(named)
        if not missing & {str(row["theme_id"]) for row in told.warnings}:
            continue
        try:
            earlier, _ = read_titles(told)
        except (OSError, ValueError, KeyError):
            continue
        named |= {name: title for name, title in earlier.items() if name in missing}
    out = {}
    for name in sorted(wanted & set(named)):
        hidden_again = redact_value(
            str(named[name]),
            phone_regions=redaction.phone_regions,
            handles=redaction.handles,
            keep_handles=redaction.keep_handles,
        )
        out[name] = clean(hidden_again, MAX_TITLE)
    return {name: out.get(name) or clean(name, 40) for name in wanted}, hidden


def _judged(name: str, it: Verdict) -> Judged:
    word = words.VERDICTS[it.verdict]
    if it.is_by_people:
        word = f"{word}, {words.BY_PEOPLE}"
    peak: Sentence = ()
    if it.peak_on is not None and it.peak_count is not None:
        where = row_of("counts", f"of {name}", it.peak_on.date(), column="count")
        peak = say(
            words.PEAK,
            day=catalogue.day(it.peak_on.date(), year=True),
            count=whole(it.peak_count, where),
        )
    return Judged(it.verdict, words.MARKS[it.verdict], word, peak)


def _leads(told: Told, hidden: frozenset[str]) -> list[Row]:
    """Return the warnings that are told in no other's, those of hidden themes left out."""
    rows = [row for row in told.warnings if row["theme_id"] not in hidden]
    names = {row["warning_id"] for row in rows}
    return [row for row in rows if row["joined_to"] not in names]


def _report(
    told: Told,
    hidden: frozenset[str],
    titles: Mapping[str, str],
    judged: Mapping[str, Judged],
    page_of: Mapping[str, str],
    inside: tuple[int, int] | None,
) -> Report:
    rows = [row for row in _leads(told, hidden) if row["state"] != _CLOSED]
    rows.sort(key=lambda row: (row["expected"] - row["observed"], row["warning_id"]))
    warned = tuple(
        Warned(
            warning_id=str(row["warning_id"]),
            title=titles[str(row["theme_id"])],
            state=catalogue.STATES[str(row["state"])],
            severity=int(row["severity"]),
            judged=judged[str(row["warning_id"])],
            page=page_of[str(row["warning_id"])],
        )
        for row in rows
    )
    day = told.record.origin
    where = row_of("checked", f"origin={day}", column="inside_80")
    return Report(
        folder=told.folder.name,
        day=day,
        status=status_facts(told.record),
        warnings=warned,
        inside=percent(inside[0] / inside[1], where) if inside else None,
        checked=whole(inside[1] if inside else 0),
        has_crisis=(told.folder / catalogue.CRISIS_PAGE).exists(),
    )


def _episodes(
    runs: Sequence[Told],
    hidden: frozenset[str],
    titles: Mapping[str, str],
    judged: Mapping[str, Judged],
) -> tuple[Episode, ...]:
    told_of: dict[str, list[tuple[Told, Row]]] = {}
    for told in reversed(runs):
        for row in _leads(told, hidden):
            told_of.setdefault(str(row["warning_id"]), []).append((told, row))
    found = [_episode(name, its, titles, judged[name]) for name, its in told_of.items()]
    return tuple(sorted(found, key=lambda it: (it.opened, it.warning_id), reverse=True))


def _episode(
    name: str,
    told: Sequence[tuple[Told, Row]],
    titles: Mapping[str, str],
    judged: Judged,
) -> Episode:
    opened = [pd.Timestamp(str(row["opened_on"])).date() for _, row in told]
    pages = list(dict.fromkeys(catalogue.month_page(day) for day in reversed(opened)))
    steps: list[Step] = []
    stood: tuple[str, int] | None = None
    for run, row in told:
        state, severity = str(row["state"]), int(str(row["severity"]))
        if (state, severity) == stood:
            continue
        stood = (state, severity)
        key = (name, run.record.info["as_of"])
        seen = say(
            words.STEP,
            observed=whole(
                float(str(row["observed"])), row_of("warnings", *key, column="observed")
            ),
            expected=whole(
                float(str(row["expected"])), row_of("warnings", *key, column="expected")
            ),
        )
        steps.append(
            Step(run.folder.name, run.record.origin, catalogue.STATES[state], severity, seen)
        )
    return Episode(
        warning_id=name,
        title=titles[str(told[-1][1]["theme_id"])],
        opened=opened[-1],
        judged=judged,
        steps=tuple(steps),
        page=pages[0],
        also=tuple(pages[1:]),
    )


def _last(report: Report) -> Sentence:
    """Return how the report before the newest did: its warnings, its forecasts."""
    keys = [it.judged.key for it in report.warnings]
    warned = say(words.LAST_NO_WARNING)
    if keys:
        warned = say(
            words.LAST_WARNINGS,
            n=whole(len(keys)),
            right=whole(keys.count(words.RIGHT)),
            false=whole(keys.count(words.FALSE)),
            open=whole(keys.count(words.UNSETTLED)),
        )
    inside = say(words.LAST_NOT_DUE)
    if report.inside is not None:
        inside = say(words.LAST_INSIDE, inside=report.inside, n=report.checked)
    day = catalogue.day(report.day, year=True)
    return say(words.LAST, day=day, warnings=warned, inside=inside)
