"""How a session's objects show themselves: HTML in a notebook, lines in a terminal.

Whatever a stranger wrote is escaped: titles, keywords and examples are words of complaints.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from pipelines.decisions.table import plain

# Notebooks would set $...$ as mathematics, and complaints speak of dollars.
_NO_MATHS = "tex2jax_ignore"
_ROWS = 10
_CELL_CHARS = 160


def as_html(
    title: str, facts: Mapping[str, Any], frame: pd.DataFrame | None = None, *, rows: int = _ROWS
) -> str:
    """Return a heading, facts and the first rows of a frame as HTML, every value escaped."""
    said = "".join(
        f"<tr><th style='text-align:left'>{_safe(name)}</th>"
        f"<td style='text-align:left'>{_safe(value)}</td></tr>"
        for name, value in facts.items()
    )
    table = "" if frame is None else _table(frame, rows)
    return (
        f"<div class='{_NO_MATHS}'><b>{_safe(title)}</b>"
        f"<table class='{_NO_MATHS}'>{said}</table>{table}</div>"
    )


def _table(frame: pd.DataFrame, rows: int) -> str:
    head = "".join(f"<th>{_safe(name)}</th>" for name in frame.columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{_safe(value)}</td>" for value in row) + "</tr>"
        for row in frame.head(rows).itertuples(index=False)
    )
    left = len(frame) - rows
    more = f"<div>... and {left:,} more rows</div>" if left > 0 else ""
    return f"<table class='{_NO_MATHS}'><tr>{head}</tr>{body}</table>{more}"


def as_lines(title: str, facts: Mapping[str, Any], more: Iterable[str] = ()) -> str:
    """Return a heading, facts and lines for a terminal, without what would steer it."""
    width = max((len(name) for name in facts), default=0)
    said = [f"  {plain(name):<{width}}  {plain(in_words(value))}" for name, value in facts.items()]
    return "\n".join([plain(title), *said, *(f"  {plain(line)}" for line in more)])


def in_words(value: Any) -> str:
    """Return a value as it is shown: dates without midnight, three digits, lists with commas."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {in_words(item)}" for name, item in value.items())
    if isinstance(value, Sequence) or hasattr(value, "tolist"):
        items = value.tolist() if hasattr(value, "tolist") else value
        return ", ".join(map(in_words, items)) if isinstance(items, list | tuple) else str(items)
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}" if value == value.normalize() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return "" if value != value else f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return str(value)


def _safe(value: Any) -> str:
    text = plain(in_words(value))
    return html.escape(text if len(text) <= _CELL_CHARS else text[: _CELL_CHARS - 1] + "…")
