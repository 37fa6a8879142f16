"""``decisions.yaml``: what people decided about themes, one entry a decision, read and appended."""

from __future__ import annotations

import difflib
import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import yaml

from models.errors import DataContractError
from models.themes.decisions import ACTIONS, Decision, Part
from pipelines.moments import iso

MAX_NAME = 60  # characters of a theme's name, as many as the titles that are found
_MAX_LINE = 500  # of a note, or of a person's name
_COMMON = ("at", "by", "do", "theme", "title", "note")
_OWN: Mapping[str, tuple[str, ...]] = {
    "rename": ("name",),
    "merge": ("into", "into_title"),
    "split": ("parts",),
}
_PART = ("name", "examples")
# No width, or a change of direction: such a name reads as another one.
_HIDDEN = re.compile("[\u200b\u202a-\u202e\u2066-\u2069\ufeff]")

_HEADER = """\
# What people decided about themes: one entry a decision, oldest first. `issuecast theme` appends
# to it; it may as well be edited by hand. An entry counts in runs as of its moment `at` (UTC) or
# later. To take one back: `issuecast theme undo`, or remove the entry.
#   do: rename (name), merge (into), split (parts: name, examples), hide, unhide, pin, unpin, undo
# `title` and `into_title` say what a theme was called then: they are for the reader. Complaints
# stand here by their ids alone.
"""


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """Return the entries of a file, in its order; none if there is no file.

    Raises
    ------
    DataContractError
        If the file cannot be read, or an entry is not as it must be; the message names the file,
        the entry and the fix.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError as err:
        raise DataContractError(f"{path}: not in UTF-8; save it as UTF-8.") from err
    except OSError as err:
        raise DataContractError(f"{path}: cannot be read ({err.strerror}).") from err
    return parse_decisions(text, path.name)


def parse_decisions(text: str, name: str) -> tuple[Decision, ...]:
    """Return the entries of a file's text.

    Parameters
    ----------
    text : str
        YAML. Values are taken as they are written: ``name: No`` is the text "No".
    name : str
        Of the file, for messages.

    Raises
    ------
    DataContractError
        See :func:`read_decisions`.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as err:
        mark = getattr(err, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark is not None else ""
        message = f"{name}{place}: not valid YAML; look for a missing quote, dash or indent there."
        raise DataContractError(message) from err
    if root is None or (isinstance(root, yaml.ScalarNode) and not root.value):
        return ()
    if not isinstance(root, yaml.SequenceNode):
        raise DataContractError(f"{name}: expected a list of entries, each beginning with `- at:`.")
    return tuple(
        _entry(node, f"{name}, entry {number} (line {node.start_mark.line + 1})")
        for number, node in enumerate(root.value, start=1)
    )


def append_decision(path: Path, decision: Decision) -> None:
    """Write an entry after the others; what stands in the file, comments too, stays as it is.

    The file is replaced at once: a reader finds it without the entry or with all of it.

    Raises
    ------
    DataContractError
        If the file is not as it must be, with or without the entry, or cannot be written.
    """
    read_decisions(path)
    text = path.read_text(encoding="utf-8-sig") if path.exists() else _HEADER
    text = text.rstrip("\n") + "\n\n" + format_decision(decision)
    parse_decisions(text, path.name)
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, path)
    except OSError as err:
        draft.unlink(missing_ok=True)
        raise DataContractError(f"{path}: cannot be written ({err.strerror}).") from err


def format_decision(decision: Decision) -> str:
    """Return an entry as it stands in the file."""
    entry: dict[str, object] = {
        "by": decision.by,
        "do": decision.action,
        "theme": decision.theme_id,
        "title": decision.title,
        "name": decision.name,
        "into": decision.into,
        "into_title": decision.into_title,
        "parts": [{"name": p.name, "examples": list(p.examples)} for p in decision.parts],
        "note": decision.note,
    }
    lines = yaml.safe_dump(
        {key: value for key, value in entry.items() if value},
        sort_keys=False,
        allow_unicode=True,
        width=10_000,
    ).splitlines()
    return "".join(f"{line}\n" for line in [f"- at: {iso(decision.at)}", *_indented(lines)])


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _entry(node: yaml.Node, place: str) -> Decision:
    fields = _mapping(node, place, "an entry")
    action = _text(fields.get("do"), place, "do")
    if action not in ACTIONS:
        close = difflib.get_close_matches(action, ACTIONS, n=1)
        hint = f"did you mean {close[0]}?" if close else f"write one of {', '.join(ACTIONS)}."
        raise DataContractError(f"{place}: `do`: nothing is called {action!r}; {hint}")
    known = (*_COMMON, *_OWN.get(action, ()))
    for key in fields:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean `{close[0]}`?" if close else f"known: {', '.join(known)}."
            raise DataContractError(f"{place}: `{key}` is no field of {action}; {hint}")
    return Decision(
        at=_moment(_text(fields.get("at"), place, "at"), place),
        by=_line(fields.get("by"), place, "by"),
        action=action,
        theme_id=_line(fields.get("theme"), place, "theme"),
        title=_line(fields.get("title"), place, "title", may_be_empty=True),
        name=checked_name(_text(fields.get("name"), place, "name"), f"{place}: `name`")
        if action == "rename"
        else "",
        into=_line(fields.get("into"), place, "into") if action == "merge" else "",
        into_title=_line(fields.get("into_title"), place, "into_title", may_be_empty=True),
        parts=_parts(fields.get("parts"), place) if action == "split" else (),
        note=_line(fields.get("note"), place, "note", may_be_empty=True),
        place=place,
    )


def checked_name(name: str, place: str) -> str:
    """Return a theme's name on one line.

    Raises
    ------
    DataContractError
        If it has no letter or digit, is too long, or holds what cannot be seen.
    """
    name = " ".join(name.split())
    if len(name) > MAX_NAME:
        raise DataContractError(f"{place}: {len(name)} characters; {MAX_NAME} at most.")
    if _HIDDEN.search(name) or any(unicodedata.category(letter) == "Cc" for letter in name):
        raise DataContractError(f"{place}: holds characters that cannot be seen; type it anew.")
    if not any(letter.isalnum() for letter in name):
        raise DataContractError(f"{place}: expected a name with a letter or digit, got {name!r}.")
    return name


def _parts(node: yaml.Node | None, place: str) -> tuple[Part, ...]:
    if not isinstance(node, yaml.SequenceNode):
        raise DataContractError(f"{place}: `parts`: expected a list, each with name and examples.")
    parts = []
    for number, item in enumerate(node.value, start=1):
        here = f"{place}: part {number}"
        fields = _mapping(item, here, "a part")
        for key in fields:
            if key not in _PART:
                raise DataContractError(f"{here}: `{key}` is no field; known: {', '.join(_PART)}.")
        examples = fields.get("examples")
        if not isinstance(examples, yaml.SequenceNode) or not examples.value:
            raise DataContractError(f"{here}: `examples`: expected a list of complaints' ids.")
        ids = tuple(_line(example, here, "examples") for example in examples.value)
        name = checked_name(_text(fields.get("name"), here, "name"), f"{here}: `name`")
        parts.append(Part(name, ids))
    check_parts(parts, place)
    return tuple(parts)


def check_parts(parts: Sequence[Part], place: str) -> None:
    """Raise if parts are fewer than two, share a name or an example.

    Raises
    ------
    DataContractError
        See above.
    """
    if len(parts) < 2:
        raise DataContractError(f"{place}: a split needs two parts or more, got {len(parts)}.")
    for what, values in (
        ("name", [part.name.casefold() for part in parts]),
        ("example", [example for part in parts for example in set(part.examples)]),
    ):
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise DataContractError(f"{place}: two parts have the {what} {twice[0]!r}.")


def _mapping(node: yaml.Node, place: str, what: str) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        raise DataContractError(f"{place}: expected {what} of `name: value` lines.")
    fields: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in fields:
            raise DataContractError(f"{place}: `{name}` stands there twice; remove one.")
        fields[name] = value
    return fields


def _text(node: yaml.Node | None, place: str, key: str) -> str:
    if node is None:
        raise DataContractError(f"{place}: `{key}` is missing.")
    if not isinstance(node, yaml.ScalarNode):
        raise DataContractError(f"{place}: `{key}`: expected one line of text.")
    # Every value is a text: YAML would read "No" as false and "1e5" as a number.
    return str(node.value)


def _line(node: yaml.Node | None, place: str, key: str, *, may_be_empty: bool = False) -> str:
    if node is None and may_be_empty:
        return ""
    line = " ".join(_text(node, place, key).split())
    if not line and not may_be_empty:
        raise DataContractError(f"{place}: `{key}` is empty.")
    if len(line) > _MAX_LINE:
        message = f"{place}: `{key}`: {len(line)} characters; {_MAX_LINE} at most."
        raise DataContractError(message)
    return line


def _moment(text: str, place: str) -> pd.Timestamp:
    message = f"{place}: `at`: {text!r} is no moment; write e.g. 2026-11-02T09:30:00Z."
    if not re.match(r"\d{4}-\d\d-\d\d", text):
        raise DataContractError(message)
    try:
        moment = pd.Timestamp(text)
    except ValueError as err:
        raise DataContractError(message) from err
    utc = moment.tz_localize("UTC") if moment.tzinfo is None else moment.tz_convert("UTC")
    return utc.as_unit("us")
