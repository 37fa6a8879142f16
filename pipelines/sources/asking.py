"""What sources that are asked have in common: pages of rows, and patience."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd

from pipelines.sources.marks import Mark
from pipelines.sources.rows import as_text

Pause = Callable[[float], None]


@dataclass(frozen=True)
class Page:
    """Some rows of a source.

    Parameters
    ----------
    frame : DataFrame
        ``RAW_COLUMNS`` as texts, with a ``number`` that no other row of the load has.
    marks : tuple of Mark or None
        Each row's value of the cursor column.
    mapped : tuple of str
        The columns of ours that the source has.
    is_in_order : bool
        Whether no later page has a row whose cursor lies before this page's.
    """

    frame: pd.DataFrame
    marks: tuple[Mark | None, ...]
    mapped: tuple[str, ...]
    is_in_order: bool


@dataclass(frozen=True)
class Patience:
    """How often something is tried, and how long is waited: each time twice as long.

    Parameters
    ----------
    attempts : int
        Tries without any progress.
    first_wait_s, max_wait_s : float
        The first wait and the longest.
    pause : callable
        Waits so many seconds.
    """

    attempts: int
    first_wait_s: float
    max_wait_s: float
    pause: Pause

    def waits(self) -> Iterator[float]:
        """Yield how long to wait after each failure that another try may follow."""
        for number in range(self.attempts - 1):
            yield min(self.first_wait_s * 2**number, self.max_wait_s)


def cell(value: Any) -> str | None:
    """Return a value of a database or an API as the text that a file would have.

    Examples
    --------
    >>> cell(datetime(2024, 3, 1, 9)), cell(Decimal("12.50")), cell(["a"]), cell(None)
    ('2024-03-01 09:00:00', '12.50', '["a"]', None)
    """
    if value is None or isinstance(value, str | int | float):
        return as_text(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return None if value.is_nan() else format(value, "f")
    if isinstance(value, bytes | bytearray | memoryview):
        return as_text(bytes(value).decode("utf-8", "replace"))
    if isinstance(value, Mapping | Sequence):
        try:
            return as_text(json.dumps(value, ensure_ascii=False, default=str))
        except (ValueError, RecursionError):
            return None
    return as_text(str(value))
