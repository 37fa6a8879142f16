"""What stands at a path in JSON: ``data.items``, ``messages.0.body``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def at_path(found: Any, path: str) -> Any:
    """Return what stands at the path; None if nothing does. An empty path is the whole.

    Examples
    --------
    >>> at_path({"data": {"items": [{"id": 7}]}}, "data.items.0.id")
    7
    >>> at_path({"a.b": 1, "a": {"b": 2}}, "a.b"), at_path({"a": 1}, "a.b.c")
    (1, None)
    """
    if not path:
        return found
    if isinstance(found, Mapping):
        if path in found:
            return found[path]
        name, _, rest = path.partition(".")
        return at_path(found[name], rest) if rest and name in found else None
    name, _, rest = path.partition(".")
    if isinstance(found, list) and name.isascii() and name.isdigit() and int(name) < len(found):
        return at_path(found[int(name)], rest)
    return None


def with_path(tree: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return the tree with a value at the path; the tree itself stays as it is.

    Examples
    --------
    >>> with_path({"query": {"field": "updated_at"}}, "query.value", 5)
    {'query': {'field': 'updated_at', 'value': 5}}
    """
    name, _, rest = path.partition(".")
    if not rest:
        return {**tree, name: value}
    inner = tree.get(name)
    return {**tree, name: with_path(inner if isinstance(inner, Mapping) else {}, rest, value)}
