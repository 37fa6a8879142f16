"""A person's words taken out of pages that are not written again: each word becomes an ellipsis."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from models.text.traces import Traces, Words, words_of

PAGES = (".html", ".svg", ".md", ".csv", ".txt", ".json", ".atom", ".xml", ".yaml", ".yml")
_MARKED_UP = (".html", ".svg", ".atom", ".xml")
_TAG = re.compile(r"<style\b.*?</style>|<[^>]*>", re.DOTALL)
_ENTITY = re.compile(r"&#?\w+;")
_GONE = "…"


def views(text: str, suffix: str) -> Iterator[str]:
    """Yield a page as readers see it, and its tags' attributes: each as long as the page."""
    if suffix not in _MARKED_UP:
        yield text
        return
    plain = _ENTITY.sub(_blank, text)
    yield _TAG.sub(_blank, plain)
    ends = [(0, 0), *(it.span() for it in _TAG.finditer(plain)), (len(plain), len(plain))]
    outside = list(plain)
    for (_, end), (start, _) in pairwise(ends):
        outside[end:start] = " " * (start - end)
    yield "".join(outside)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


def strings_of(tree: Any) -> Iterator[str]:
    """Yield every text in a tree of JSON, names of fields too."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for name, value in tree.items():
            yield name
            yield from strings_of(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from strings_of(value)


def scrubbed(text: str, suffix: str, traces: Traces, cells: Collection[str] = ()) -> str:
    """Return a page without the person's words; the same text if it holds none.

    Parameters
    ----------
    text : str
        The page.
    suffix : str
        Of its file, which says how it is read.
    traces : Traces
        Whose words.
    cells : collection of str
        Cells of the page's tables that were blanked, which it may tell as well.
    """
    if suffix == ".json":
        return _scrubbed_json(text, traces, cells)
    said = [words_of(cell).words for cell in cells]
    spans: set[tuple[int, int]] = set()
    for number, view in enumerate(views(text, suffix)):
        found = words_of(view)
        # A single word may be an attribute's own: there longer ones alone are looked for.
        spans |= _spans(found, traces, [it for it in said if number == 0 or len(it) > 1])
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + _GONE + text[end:]
    return text


def _spans(found: Words, traces: Traces, said: list[tuple[str, ...]]) -> set[tuple[int, int]]:
    places = traces.found(found.words)
    starts: dict[str, list[tuple[str, ...]]] = {}
    for cell in said:
        if cell:
            starts.setdefault(cell[0], []).append(cell)
    for place, word in enumerate(found.words):
        for cell in starts.get(word, ()):
            if found.words[place : place + len(cell)] == cell:
                places.update(range(place, place + len(cell)))
    return {found.spans[place] for place in places}


def _scrubbed_json(text: str, traces: Traces, cells: Collection[str]) -> str:
    try:
        tree = json.loads(text)
    except ValueError:
        return scrubbed(text, ".txt", traces, cells)

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            return scrubbed(value, ".txt", traces, cells)
        if isinstance(value, dict):
            return {clean(name): clean(it) for name, it in value.items()}
        return [clean(it) for it in value] if isinstance(value, list) else value

    made = clean(tree)
    return text if made == tree else json.dumps(made, indent=1, sort_keys=True) + "\n"


def scrub_file(path: Path, traces: Traces, cells: Collection[str] = ()) -> bool:
    """Rewrite a page without the person's words, whole or not at all; return whether it had any."""
    before = path.read_bytes().decode("utf-8", "surrogateescape")
    after = scrubbed(before, path.suffix, traces, cells)
    if after == before:
        return False
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(after.encode("utf-8", "surrogateescape"))
    draft.replace(path)
    return True
