"""A message's words as plain text and as HTML, made of the Markdown that the report writes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from markupsafe import escape

# What `pipelines.report.plain.markdown` writes, and the bold of our own: nothing else is markup.
# A Markdown library is not used: most let HTML through, and what is in a title is a stranger's.
_MARKS = re.compile(r"\\([\\`*_\[\]<>|~#/.])|\*\*")
# Programs make links of what looks like one. Between the signs it is broken by what nobody sees.
_UNSEEN = "\u2060"
_OF_LINKS = frozenset("/.")


class Body(NamedTuple):
    """The same words twice."""

    text: str
    html: str


def body_of(markdown: str) -> Body:
    r"""Return a digest's lines, or those of a warning, as text and as HTML.

    Examples
    --------
    >>> print(body_of("# Outlook\n- **a \\<b\\>** rises").text, end="")
    Outlook
    - a <b> rises
    >>> print(body_of("# Outlook\n- **a \\<b\\>** rises").html, end="")
    <h2>Outlook</h2>
    <ul><li><strong>a &lt;b&gt;</strong> rises</li></ul>
    """
    text: list[str] = []
    html: list[str] = []
    items: list[str] = []
    for line in [*markdown.splitlines(), ""]:
        if items and not line.startswith("- "):
            html.append(f"<ul>{''.join(items)}</ul>")
            items = []
        if line.startswith("- "):
            text.append("- " + _plain(line[2:]))
            items.append(f"<li>{_marked(line[2:])}</li>")
        elif line.startswith("#"):
            heading = line.lstrip("#").strip()
            text.append(_plain(heading))
            html.append(f"<h2>{_marked(heading)}</h2>")
        elif line.strip():
            text.append(_plain(line))
            html.append(f"<p>{_marked(line)}</p>")
    return Body("\n".join(text) + "\n", "\n".join(html) + "\n")


def plain_line(markdown: str) -> str:
    """Return one line without its marks, for a subject."""
    return _plain(markdown.lstrip("#").strip())


def _plain(line: str) -> str:
    return _each(line, on_text=str, on_bold=lambda _: "")


def _marked(line: str) -> str:
    done = _each(
        line,
        on_text=lambda text: str(escape(text)),
        on_bold=lambda opens: "<strong>" if opens else "</strong>",
    )
    return done + ("</strong>" if done.count("<strong>") > done.count("</strong>") else "")


def _each(line: str, *, on_text: Callable[[str], str], on_bold: Callable[[bool], str]) -> str:
    out, end, opens = [], 0, True
    for mark in _MARKS.finditer(line):
        out.append(on_text(line[end : mark.start()]))
        end = mark.end()
        sign = mark.group(1)
        if sign is None:
            out.append(on_bold(opens))
            opens = not opens
        else:
            out.append(on_text((_UNSEEN if sign in _OF_LINKS else "") + sign))
    return "".join([*out, on_text(line[end:])])
