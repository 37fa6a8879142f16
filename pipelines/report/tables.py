"""The report's tables as CSV, each beside its chart or table: exact numbers, inert cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from pathlib import Path

from pipelines.report.answer_tables import answer_tables
from pipelines.report.facts.record import Miss
from pipelines.report.facts.report import Facts
from pipelines.report.facts.series import PAST_WEEKS, Series, Week
from pipelines.report.facts.warning import Warned
from pipelines.report.figures import Figure, text
from pipelines.report.picture_tables import picture_tables
from pipelines.report.plain import csv_cell

_WEEK_COLUMNS = (
    *("week", "start", "end", "q10", "q25", "q50", "q75", "q90", "q95"),
    *("usual", "p_double"),
)
_PAST_COLUMNS = tuple(f"week_{back}_ago" for back in range(PAST_WEEKS, 0, -1))


def tables_of(facts: Facts) -> dict[str, list[Sequence[object]]]:
    """Return all tables by name; the first row of each is its header."""
    return {
        "accuracy": _accuracy(facts),
        **answer_tables(facts),
        "charts": _charts(facts),
        "floods": _floods(facts),
        "key_messages": _messages(facts),
        "last_forecasts_missed": _last_misses(facts),
        "misses": _misses(facts),
        "not_checked": _unchecked(facts),
        "not_covered": _uncovered(facts),
        "plans": _plans(facts),
        "playbook": _playbook(facts),
        "record_by_week": _record(facts),
        "since_last_time": _since(facts),
        "themes": _themes(facts),
        "warnings": _warnings(facts),
        "what_may_come": _ahead(facts),
        "weeks_ahead": _weeks(facts),
        "who_next": _who_next(facts),
        **picture_tables(facts.pictures),
    }


def write_tables(
    tables: Mapping[str, Iterable[Sequence[object]]], folder: Path
) -> tuple[Path, ...]:
    """Write the tables into the folder and return their paths, in alphabetical order."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, rows in sorted(tables.items()):
        path = folder / f"{name}.csv"
        # With the mark: spreadsheets then read the file as UTF-8.
        path.write_bytes(as_csv(rows).encode("utf-8-sig"))
        paths.append(path)
    return tuple(paths)


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV: exact numbers, and no cell that a spreadsheet would act on."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([csv_cell(plain_value(value)) for value in row] for row in rows)
    return out.getvalue()


def plain_value(value: object) -> object:
    """Return a figure's exact value, or what is shown where that is withheld."""
    if isinstance(value, Figure):
        if value.value is None:
            return value.shown
        return int(value.value) if value.value == int(value.value) else value.value
    return "" if value is None else value


def _rows(header: Sequence[str], rows: Iterable[Sequence[object]]) -> list[Sequence[object]]:
    return [header, *rows]


def _messages(facts: Facts) -> list[Sequence[object]]:
    rows = ((m.level.word, m.name, text(m.head), text(m.detail)) for m in facts.messages)
    return _rows(("level", "theme", "message", "detail"), rows)


def _warnings(facts: Facts) -> list[Sequence[object]]:
    header = (
        *("warning_id", "theme_id", "theme", "kind", "state", "severity", "opened", "updated"),
        *("window_days", "observed", "expected", "ratio", "extra_next_7_days", "next_7_days_q10"),
        *("next_7_days_q90", "usual_week", "p_double", "p_exceed_7", "p_exceed_28", "p_lasts"),
        "extra_to_come",
        *("one_source", "customers", "wording", "owner", "action"),
        *("closes", "also_seen_in", "said_of_it", "snoozed", "coincides", "past"),
        *("reach", "usual_reach"),
    )
    return _rows(header, (_warning(w) for w in facts.warnings))


def _warning(w: Warned) -> Sequence[object]:
    week = w.series.week
    ahead = (week.range.low, week.range.high, week.usual, week.chance) if week else (None,) * 4
    return (
        *(w.warning_id, w.theme_id, w.title, w.kind, w.state, w.severity, w.opened, w.updated),
        *(w.window_days, w.observed, w.expected, w.ratio, w.extra, *ahead),
        *(w.exceeds_7, w.exceeds_28, w.lasts, w.to_come, text(w.one_source), text(w.who)),
        *(", ".join(w.wording), w.owner, w.action, text(w.closes), w.also_seen_in),
        *(w.called, text(w.aside), "; ".join(text(it) for it in w.coincides)),
        *(text(w.past), w.reach, w.usual_reach),
    )


def _ahead(facts: Facts) -> list[Sequence[object]]:
    header = ("theme_id", "theme", "p_exceed_7", "p_exceed_28", "usual_28")
    themes = facts.ahead.themes if facts.ahead else ()
    return _rows(header, ((t.theme_id, t.title, t.in_7, t.in_28, t.usual_28) for t in themes))


def _who_next(facts: Facts) -> list[Sequence[object]]:
    header = (
        *("warning_id", "theme", "segment", "customers", "complaints", "shares", "lift"),
        *("followed", "times"),
    )
    rows = (
        (
            *(w.warning_id, w.title, text(it.segment), it.customers, it.complaints, it.shares),
            *(it.lift, it.followed, it.times),
        )
        for w in facts.warnings
        for it in w.who_next
    )
    return _rows(header, rows)


def _week(week: Week) -> Sequence[object]:
    return (
        *(week.number, week.start, week.end, week.range.low, week.range_50.low, week.median),
        *(week.range_50.high, week.range.high, week.high, week.usual, week.chance),
    )


def _weeks(facts: Facts) -> list[Sequence[object]]:
    named: list[tuple[str, Series]] = [("*", facts.total)]
    named += [(theme.title, theme.series) for theme in facts.themes]
    rows = ((s.series_id, title, *_week(week)) for title, s in named for week in s.ahead)
    return _rows(("series_id", "theme", *_WEEK_COLUMNS), rows)


def _themes(facts: Facts) -> list[Sequence[object]]:
    header = (
        *("theme_id", "theme", "area", "label", "keywords", "status", "in_all", *_PAST_COLUMNS),
        *("usual_week", "next_7_days_q10", "next_7_days_q90", "direction", "not_forecast"),
    )
    rows = []
    for t in facts.themes:
        week = t.series.week
        ahead = (week.usual, week.range.low, week.range.high) if week else (None, None, None)
        reason = "" if week else t.series.reason
        rows.append(
            (
                *(t.theme_id, t.title, t.area, t.label, t.keywords, t.status, t.series.total),
                *(*t.series.past, *ahead, t.series.level.word, reason),
            )
        )
    return _rows(header, rows)


def _charts(facts: Facts) -> list[Sequence[object]]:
    """Return every fan chart's points: the counted days, then the forecast ones."""
    header = (
        *("warning_id", "theme", "date", "count", "mean_7", "is_provisional"),
        *("q05", "q10", "q25", "q50", "q75", "q90", "q95"),
    )
    rows: list[Sequence[object]] = []
    for w in facts.warnings:
        if w.fan is None:
            continue
        rows += [
            (w.warning_id, w.title, d.day, d.count, d.mean_7, d.is_provisional) + ("",) * 7
            for d in w.fan.past
        ]
        for ahead in w.fan.ahead:
            day, *quantiles = astuple(ahead)
            rows.append((w.warning_id, w.title, day, "", "", "", *quantiles))
    return _rows(header, rows)


def _record(facts: Facts) -> list[Sequence[object]]:
    rows = ((w.start, w.end, w.inside, w.checked) for w in facts.record.weeks)
    return _rows(("start", "end", "inside_80", "days_checked"), rows)


def _accuracy(facts: Facts) -> list[Sequence[object]]:
    rows = (
        (lead.name, lead.inside_80, lead.inside_95, lead.skill, lead.checked)
        for lead in facts.record.leads
    )
    header = ("ahead", "inside_80", "inside_95", "crps_skill", "days_checked")
    return _rows(header, rows)


def _misses(facts: Facts) -> list[Sequence[object]]:
    return _missed(facts.record.misses)


def _last_misses(facts: Facts) -> list[Sequence[object]]:
    return _missed(facts.checked.misses)


def _missed(misses: Sequence[Miss]) -> list[Sequence[object]]:
    rows = ((text(m.name), m.day, m.mean, m.actual, m.lead) for m in misses)
    return _rows(("series", "day", "forecast_mean", "actual", "days_ahead"), rows)


def _unchecked(facts: Facts) -> list[Sequence[object]]:
    rows = ((text(u.name), u.reason, u.first, u.last, u.forecasts) for u in facts.checked.unchecked)
    return _rows(("series", "reason", "first", "last", "forecasts"), rows)


def _uncovered(facts: Facts) -> list[Sequence[object]]:
    rows = ((text(u.name), u.reason, u.complaints) for u in facts.uncovered)
    return _rows(("series", "reason", "complaints"), rows)


def _since(facts: Facts) -> list[Sequence[object]]:
    rows = [(c.word, name.text) for c in facts.since.changes for name in c.themes]
    rows += [("themes", text(sentence)) for sentence in facts.since.themes]
    return _rows(("change", "theme"), rows)


def _floods(facts: Facts) -> list[Sequence[object]]:
    rows = ((text(f.sentence), f.dates, f.example) for f in facts.floods)
    return _rows(("flood", "dates", "example"), rows)


def _plans(facts: Facts) -> list[Sequence[object]]:
    header = (
        *("warning_id", "theme", "owner", "level", "tell", "within", "action", "stop"),
        *("extra_complaints_q10", "extra_complaints_q90", "staff_hours_q10", "staff_hours_q90"),
        "prepared_reply",
    )
    rows = []
    for w in facts.warnings:
        plan, level = facts.plans[w.warning_id], w.playbook
        both = [plan.staffing.extra, plan.staffing.hours]
        ends = [end for it in both for end in ((it.low, it.high) if it else (None, None))]
        rows.append(
            (
                *(w.warning_id, w.title, w.owner, w.severity, level.tell, level.within),
                *(w.action, level.stop, *ends, text(plan.reply)),
            )
        )
    return _rows(header, rows)


def _playbook(facts: Facts) -> list[Sequence[object]]:
    needs = {level: text(sentence) for level, sentence in facts.level_needs.items()}
    rows = (
        (p.level, p.name, needs[p.level], p.tell, p.within, p.action, p.stop)
        for p in facts.playbook
    )
    return _rows(("level", "name", "needs", "tell", "within", "action", "stop"), rows)
