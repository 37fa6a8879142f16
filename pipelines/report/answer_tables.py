"""The tables of answers: by channel, by theme, and what waits in public."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.report.facts.report import Facts

Rows = list[Sequence[object]]


def answer_tables(facts: Facts) -> dict[str, Rows]:
    """Return the tables by name, each a header and its rows."""
    return {
        "answers": _answers(facts),
        "answers_by_theme": _theme_waits(facts),
        "waiting": _waiting(facts),
    }


def _answers(facts: Facts) -> Rows:
    header = (
        *("channel", "expected_minutes", "complaints", "answered", "due", "in_time_share"),
        *("median_minutes", "open", "overdue", "oldest_open_minutes", "usual_open"),
    )
    rows = (
        (
            *(x.channel, x.expected, x.complaints, x.answered, x.due, x.in_time, x.median),
            *(x.open, x.overdue, x.oldest, x.usual_open),
        )
        for x in facts.answers
    )
    return [header, *rows]


def _theme_waits(facts: Facts) -> Rows:
    header = (
        *("theme_id", "theme", "complaints", "answered", "due", "in_time_share"),
        *("median_minutes", "open", "overdue", "oldest_open_minutes"),
    )
    rows = (
        (
            *(x.theme_id, x.title, x.complaints, x.answered, x.due, x.in_time, x.median),
            *(x.open, x.overdue, x.oldest),
        )
        for x in facts.theme_waits
    )
    return [header, *rows]


def _waiting(facts: Facts) -> Rows:
    header = (
        *("complaint_id", "theme", "channel", "complaint", "reach", "waits_minutes"),
        "expected_minutes",
    )
    rows = (
        (x.complaint_id, x.title, x.channel, x.said, x.reach, x.waits, x.expected)
        for x in facts.waiting
    )
    return [header, *rows]
