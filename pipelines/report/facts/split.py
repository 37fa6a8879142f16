"""Which channels and products a rise comes through, each against what is usual there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from models.contracts import NODE_NONE, NODE_REST, SPLIT_AXES
from pipelines.report import catalogue as words
from pipelines.report.figures import Figure, Name, row_of, say, text, whole
from pipelines.report.inputs import Run
from pipelines.report.plain import clean

_MAX_VALUE = 60


@dataclass(frozen=True)
class Part:
    """One channel's or product's complaints in the window, and what is usual for it."""

    value: str
    observed: Figure
    expected: Figure | None
    sentence: str


@dataclass(frozen=True)
class Split:
    """A rise by one axis; the parts add up to it."""

    axis: str
    label: str
    parts: tuple[Part, ...]

    @property
    def highest(self) -> float:
        """Return the largest number of any part: the length of its bar is the whole width."""
        values = [float(part.observed.value or 0) for part in self.parts]
        values += [float(part.expected.value or 0) for part in self.parts if part.expected]
        return max(values, default=0.0)


def split_facts(run: Run) -> Mapping[str, tuple[Split, ...]]:
    """Return the splits of each warning, by its id; one without any has no entry."""
    out: dict[str, tuple[Split, ...]] = {}
    told = run.splits[run.splits["warning_id"].isin(run.warnings["warning_id"])]
    for warning_id, rows in told.groupby("warning_id", sort=True, observed=True):
        axes = ((axis, rows[rows["axis"] == axis]) for axis in SPLIT_AXES)
        out[str(warning_id)] = tuple(_split(axis, its) for axis, its in axes if len(its))
    return out


def _split(axis: str, rows: pd.DataFrame) -> Split:
    # The most extra first, as they were made; the others together, and those not told, last.
    extra = rows["observed"] - rows["expected"].fillna(0)
    is_rest = rows["value"].map({NODE_NONE: 1, NODE_REST: 2}).fillna(0)
    rows = rows.assign(extra=extra, is_rest=is_rest)
    order = ["is_rest", "extra", "value"]
    rows = rows.sort_values(order, ascending=[True, False, True])
    parts = tuple(_part(row) for _, row in rows.iterrows())
    return Split(axis, words.SPLIT_BY[axis], parts)


def _part(row: pd.Series) -> Part:
    key = clean(row["value"], _MAX_VALUE)
    value = {NODE_NONE: words.SPLIT_NONE, NODE_REST: words.SPLIT_REST}.get(key, key)

    def at(column: str) -> str:
        return row_of("splits", row["warning_id"], row["axis"], key, column=column)

    observed = whole(row["observed"], at("observed"))
    if pd.isna(row["expected"]):
        sentence = say(words.SPLIT_PART_ALONE, value=Name(value), observed=observed)
        return Part(value, observed, None, text(sentence))
    expected = whole(row["expected"], at("expected"))
    sentence = say(words.SPLIT_PART, value=Name(value), observed=observed, expected=expected)
    return Part(value, observed, expected, text(sentence))
