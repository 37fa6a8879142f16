"""One address for the newest report: the last good one, with a banner if a later morning failed."""

from __future__ import annotations

import json
import os
import re
from datetime import date
from pathlib import Path

from markupsafe import Markup

from pipelines.report import catalogue as words
from pipelines.report.figures import say, text

LATEST, FAILED = "latest.html", "failed.json"

# Of our own pages: their links within themselves begin with #, those to a neighbour do not.
_NEIGHBOUR = re.compile(r'href="(\.\./)?(?!#|[a-z]+:)')
_BANNER = Markup(
    '<aside class="banner" aria-labelledby="h-banner"><p id="h-banner"><strong>{head}</strong></p>'
    "<ul>{lines}</ul><p>{stands}</p></aside>\n"
)
_MAIN = '<header class="masthead">'


def write_latest(runs: Path) -> Path | None:
    """Write the newest report under its lasting address; return it, None without a report.

    Parameters
    ----------
    runs : Path
        The folder of runs. ``failed.json`` in it names the last morning that failed a gate; it
        counts while no run of that morning or a later one is there.
    """
    folders = sorted(f.parent.name for f in runs.glob("[0-9]*/report.html"))
    if not folders:
        return None
    newest = folders[-1]
    page = (runs / newest / "report.html").read_text(encoding="utf-8")
    # This page stands one folder higher than the report.
    page = _NEIGHBOUR.sub(lambda it: 'href="' if it[1] else f'href="{newest}/', page)
    failed = _failed(runs)
    if failed is not None and failed[0] > newest:
        page = page.replace(_MAIN, _banner(*failed) + _MAIN, 1)
    made = runs / LATEST
    draft = made.with_suffix(".draft")
    draft.write_text(page, encoding="utf-8")
    os.replace(draft, made)
    return made


def _failed(runs: Path) -> tuple[str, list[str]] | None:
    try:
        found = json.loads((runs / FAILED).read_text(encoding="utf-8"))
        return str(found["name"]), [str(line) for line in found["lines"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None  # none failed, or word of it is broken: the report stands all the same


def _banner(name: str, lines: list[str]) -> str:
    day = words.day(date.fromisoformat(name[:10]), year=True)
    items = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    head = text(say(words.BANNER, day=day))
    return str(_BANNER.format(head=head, lines=items, stands=words.BANNER_STANDS))
