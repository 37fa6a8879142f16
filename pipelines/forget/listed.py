"""A person's complaints taken out of ``decisions.yaml``, where parts of themes name examples."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from models.text.traces import Traces
from pipelines.forget.pages import scrubbed

_ITEM = re.compile(r"^(\s*- )['\"]?(.*?)['\"]?\s*$")


def scrub_decisions(path: Path, traces: Traces, cells: Collection[str]) -> bool:
    """Remove the complaints from the lists of examples, and blank the person's words elsewhere.

    A part keeps at least one entry in its list: an ellipsis where the last example goes, so that
    the file stays readable and the decision is listed as one that no longer applies.

    Returns
    -------
    bool
        Whether the file was changed.
    """
    if not path.exists():
        return False
    before = path.read_text(encoding="utf-8-sig")
    lines = before.split("\n")
    kept: list[str] = []
    for number, line in enumerate(lines):
        found = _ITEM.match(line)
        if found is None or traces.mark(found.group(2)) not in traces.complaints:
            kept.append(line)
            continue
        begin = found.group(1)
        around = [kept[-1] if kept else "", lines[number + 1] if number + 1 < len(lines) else ""]
        if not any(it.startswith(begin) for it in around):
            kept.append(f"{begin}…")
    after = scrubbed("\n".join(kept), path.suffix, traces, cells)
    if after == before:
        return False
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(after, encoding="utf-8")
    draft.replace(path)
    return True
