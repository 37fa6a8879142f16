"""Which of a file's columns stand for which of ours."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from models.contracts import RAW_COLUMNS
from models.errors import DataContractError

REQUIRED = ("created_at", "text")
_OTHER_NAMES: Mapping[str, str] = {"id": "source_id", "complaint_id": "source_id"}
# A message shows so many of a file's columns.
_MAX_SHOWN = 30
_EXAMPLE = "--columns text=title+text,created_at=opendate"
_ENDS_SENTENCE = (".", "!", "?", ":", "…", "。")


def parse_columns(text: str) -> dict[str, str]:
    """Return the mapping that the command line's form gives.

    Raises
    ------
    DataContractError
        If a part is not ``ours=theirs`` or ours is not a column that we know.

    Examples
    --------
    >>> parse_columns("text=title+text,created_at=opendate")
    {'text': 'title+text', 'created_at': 'opendate'}
    """
    out: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        ours, equals, theirs = (piece.strip() for piece in part.partition("="))
        if not equals or not ours or not theirs:
            message = f"--columns: expected ours=theirs[+theirs], got {part!r}; e.g. {_EXAMPLE}."
            raise DataContractError(message)
        if our_name(ours) in map(our_name, out):
            raise DataContractError(f"--columns: {ours!r} is given twice; give it once.")
        out[ours] = theirs
    return out


def our_name(name: str) -> str:
    """Return our column of that name; ``id`` and ``complaint_id`` both mean ``source_id``.

    Raises
    ------
    DataContractError
        If we have no such column.
    """
    name = _OTHER_NAMES.get(name, name)
    if name not in RAW_COLUMNS:
        known = ["id", *RAW_COLUMNS[1:]]
        close = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise DataContractError(
            f"columns: there is no {name!r} to map to.{hint} Known: {', '.join(known)}."
        )
    return name


def resolve(
    found: Sequence[str], columns: Mapping[str, str], *, where: str
) -> dict[str, tuple[str, ...]]:
    """Return for each of our columns the file's columns that make it, in order.

    What is not mapped is taken by its name, in any case.

    Parameters
    ----------
    found : sequence of str
        The file's columns.
    columns : mapping of str to str
        Ours to theirs, several of theirs joined by ``+``.
    where : str
        The file, for messages.

    Raises
    ------
    DataContractError
        If a mapped column is not in the file or stands there twice, or a required one cannot
        be found; the message names what was found and what to write instead.
    """
    by_name = {name.casefold(): name for name in reversed(found) if name}
    out: dict[str, tuple[str, ...]] = {}
    for ours, theirs in columns.items():
        whole = theirs in found
        names = [theirs] if whole else [name.strip() for name in theirs.split("+") if name.strip()]
        for name in names:
            if name.casefold() not in by_name:
                raise DataContractError(_missing(name, ours, found, where))
        out[our_name(ours)] = tuple(n if n in found else by_name[n.casefold()] for n in names)
    for ours in RAW_COLUMNS:
        other = [name for name, meant in _OTHER_NAMES.items() if meant == ours]
        for name in (ours, *other):
            if ours not in out and name in by_name:
                out[ours] = (by_name[name],)
    for ours in REQUIRED:
        if ours not in out:
            raise DataContractError(_missing(ours, ours, found, where))
    for parts in out.values():
        for name in parts:
            if list(found).count(name) > 1:
                raise DataContractError(
                    f"{where}: column {name!r} stands there twice; rename one of the two."
                )
    return {ours: out[ours] for ours in RAW_COLUMNS if ours in out}


def _missing(name: str, ours: str, found: Sequence[str], where: str) -> str:
    shown = ", ".join(found[:_MAX_SHOWN]) + (", ..." if len(found) > _MAX_SHOWN else "")
    close = difflib.get_close_matches(
        name.casefold(), [column.casefold() for column in found], n=1, cutoff=0.6
    )
    theirs = next((c for c in found if close and c.casefold() == close[0]), "YOUR_COLUMN")
    return (
        f"{where}: no column {name!r}. Found columns: {shown or 'none'}. "
        f"Write --columns {ours}={theirs} (ours=theirs[+theirs], e.g. {_EXAMPLE})."
    )


def join_texts(title: str | None, text: str | None) -> str | None:
    """Return title and text as one, the title ended by a full stop.

    A blank part is left out, and so is a title that the text begins with.

    Examples
    --------
    >>> join_texts("No signal", "Since Monday")
    'No signal. Since Monday'
    >>> join_texts("No signal", "No signal since Monday")
    'No signal since Monday'
    """
    title, text = (title or "").strip(), (text or "").strip()
    if not title or not text:
        return title or text or None
    if text.casefold().startswith(title.rstrip(".…").casefold()):
        return text
    return f"{title} {text}" if title.endswith(_ENDS_SENTENCE) else f"{title}. {text}"


def join_values(first: str | None, second: str | None) -> str | None:
    """Return two values with a space between, without the blank ones."""
    return (
        " ".join(part for part in ((first or "").strip(), (second or "").strip()) if part) or None
    )
