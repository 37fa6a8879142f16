"""The schema of every frame that crosses a room's door: columns, types, keys and ranges.

A table is described once, as a :class:`Table`; its pandera schema (what :func:`check` holds a
frame to) and its arrow schema (what the store writes) are both made from that description.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import pandas as pd
import pandera.errors
import pandera.pandas as pa
import pyarrow as arrow

from models.errors import DataContractError

TIMESTAMP = "datetime64[us, UTC]"
DATE = "datetime64[us]"
TEXT = "str"
COUNT = "int64"
NUMBER = "float64"
FLAG = "bool"
LIST = "object"  # a list of texts
BYTES = "object_bytes"  # a float16 vector as raw bytes: Delta Lake has no half floats

_ARROW_TYPES: Mapping[str, arrow.DataType] = {
    TIMESTAMP: arrow.timestamp("us", tz="UTC"),
    DATE: arrow.date32(),
    TEXT: arrow.string(),
    COUNT: arrow.int64(),
    NUMBER: arrow.float64(),
    FLAG: arrow.bool_(),
    LIST: arrow.list_(arrow.string()),
    BYTES: arrow.binary(),
}

NODE_ALL = "*"
CHANNELS_UNKNOWN = "unknown"


@dataclass(frozen=True)
class Column:
    """One column: its type, whether it may be empty, its range or its set of values."""

    dtype: str
    nullable: bool = False
    at_least: float | None = None
    at_most: float | None = None
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A named table: its key and its columns, in order."""

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, Column] = field(default_factory=dict)

    @property
    def arrow_schema(self) -> arrow.Schema:
        """Return the schema under which the store writes the table."""
        return arrow.schema(
            [
                arrow.field(name, _ARROW_TYPES[column.dtype], nullable=column.nullable)
                for name, column in self.columns.items()
            ]
        )


def _required(dtype: str, **kwargs: object) -> Column:
    return Column(dtype, **kwargs)  # type: ignore[arg-type]


def _optional(dtype: str, **kwargs: object) -> Column:
    return Column(dtype, nullable=True, **kwargs)  # type: ignore[arg-type]


_QUANTILE_COLUMNS = ("q05", "q10", "q25", "q50", "q75", "q90", "q95")
QUANTILE_LEVELS: Mapping[str, float] = {name: int(name[1:]) / 100 for name in _QUANTILE_COLUMNS}

COMPLAINTS = Table(
    "complaints",
    ("complaint_id",),
    {
        "complaint_id": _required(TEXT),  # "<source>:<source_id>"
        "source": _required(TEXT),
        "source_id": _required(TEXT),
        "created_at": _required(TIMESTAMP),
        "received_at": _required(TIMESTAMP),  # when we learnt the row, see architecture
        "text": _required(TEXT),  # normalised, capped and redacted
        "text_hash": _required(TEXT),  # SHA-256 of `text`, hexadecimal
        "channel": _optional(TEXT),
        "brand": _optional(TEXT),
        "product": _optional(TEXT),
        "region": _optional(TEXT),
        "customer_key": _optional(TEXT),  # salted hash, never the customer's own id
        "reach": _optional(NUMBER, at_least=0),  # people who can have seen it
        "first_response_at": _optional(TIMESTAMP),
        "resolved_at": _optional(TIMESTAMP),
        "language": _optional(TEXT),  # ISO 639-1; missing where the text does not say
        "sentiment": _optional(NUMBER, at_least=-1, at_most=1),
    },
)

# Which row each complaint was made of, so that a row that comes again is not redacted again.
LEDGER = Table(
    "ledger",
    ("complaint_id",),
    {
        "complaint_id": _required(TEXT),
        "source": _required(TEXT),
        "came": _required(TEXT),  # keyed hash of the row as it came and of the rules
        "made": _required(TEXT),  # hash of what was made of it
        "kinds": _required(LIST),  # what was hidden in it: EMAIL, PHONE, ...
    },
)

QUARANTINE = Table(
    "quarantine",
    ("source", "row"),
    {
        "source": _required(TEXT),
        "row": _required(TEXT),  # "<file name>#<content hash>": the same row twice is one
        "reason": _required(TEXT),
        "payload": _required(TEXT),  # the row as JSON, redacted and capped
        "received_at": _required(TIMESTAMP),
    },
)

EMBEDDINGS = Table(
    "embeddings",
    ("text_hash", "encoder"),
    {
        "text_hash": _required(TEXT),
        "encoder": _required(TEXT),  # name, weights' hash and precision
        "vector": _required(BYTES),  # float16, unit length
    },
)

THEMES = Table(
    "themes",
    ("theme_id", "version"),
    {
        "theme_id": _required(TEXT),
        "version": _required(TEXT),  # the moment of the fit, ISO 8601 in UTC: versions sort
        "label": _required(TEXT),  # the medoid sentence
        "title": _required(TEXT),  # 2-5 words, unique within a version
        "keywords": _required(LIST),
        "exemplars": _required(LIST),
        "parents": _required(LIST),
        "status": _required(TEXT, one_of=("active", "emerging", "merged", "retired")),
        "born_on": _required(DATE),
        "size": _required(COUNT, at_least=0),  # complaints at the fit
        "encoder": _required(TEXT),  # whose vectors the centroid and the assignments come from
        "area_id": _optional(TEXT),  # the broad area that the theme belongs to
        "area_title": _optional(TEXT),
        "resolution": _optional(NUMBER, at_least=0),  # of the fit: the next one begins there
        "centroid": _required(BYTES),  # float16, unit length
        # By people (models.themes.decisions): no fit sets them, the morning's frame has them.
        "is_hidden": _optional(FLAG),
        "is_pinned": _optional(FLAG),
    },
)

NO_COMPLAINT, UNLIKE_ALL = "no complaint", "unlike any theme"
UNASSIGNED_REASONS = (NO_COMPLAINT, UNLIKE_ALL)
LINEAGE_EVENTS = ("continued", "split", "merged", "born", "retired")

# What became of each theme at a refit, and where the new ones come from.
LINEAGE = Table(
    "lineage",
    ("version", "theme_id", "event", "other_id"),
    {
        "version": _required(TEXT),  # of the new fit
        "theme_id": _required(TEXT),  # of the version before; of the new one where born
        "event": _required(TEXT, one_of=LINEAGE_EVENTS),
        "other_id": _required(TEXT),  # where its texts went; the theme itself where nowhere else
        # Of the theme's texts that went there; of a born theme's, those that were new.
        "share": _required(NUMBER, at_least=0, at_most=1),
        "texts": _required(COUNT, at_least=0),
    },
)

ASSIGNMENTS = Table(
    "assignments",
    ("complaint_id", "version"),
    {
        "complaint_id": _required(TEXT),
        "version": _required(TEXT),
        "text_hash": _required(TEXT),  # of the text that was assigned: a correction shows
        "theme_id": _optional(TEXT),
        "strength": _required(NUMBER, at_least=0, at_most=1),  # the winner's share of the votes
        "reason": _optional(TEXT, one_of=UNASSIGNED_REASONS),  # why there is no theme
    },
)

# One row a look at a moment (`birth_id` empty), and one for each issue that was loud then.
BIRTHS = Table(
    "births",
    ("as_of", "moment", "birth_id"),
    {
        "as_of": _required(TIMESTAMP),  # the morning that looked: it knew no more than then
        "moment": _required(TIMESTAMP),  # end of the windows that were scanned
        "birth_id": _required(TEXT),
        "is_birth": _required(FLAG),  # the first alarm
        "score": _required(NUMBER, at_least=0),
        "threshold": _optional(NUMBER, at_least=0),  # none while the past is too short for one
        "p_value": _required(NUMBER, at_least=0, at_most=1),  # of the score, among the past days'
        "nominal_per_month": _required(NUMBER, at_least=0),
        "realised_per_month": _optional(NUMBER, at_least=0),
        "window_hours": _required(COUNT, at_least=0),
        "people": _required(COUNT, at_least=0),
        "expected": _required(NUMBER, at_least=0),
        "theme_id": _optional(TEXT),  # the theme that took an accepted birth in
        "encoder": _required(TEXT),
        "centroid": _optional(BYTES),  # float16, unit length
    },
)

COUNTS = Table(
    "counts",
    ("series_id", "date"),
    {
        "series_id": _required(TEXT),  # see models.series.hierarchy
        "date": _required(DATE),
        "count": _required(COUNT, at_least=0),
        "is_provisional": _required(FLAG),
        "is_revised": _required(FLAG),  # late rows have landed on this date
    },
)

FORECASTS = Table(
    "forecasts",
    ("series_id", "origin", "date"),
    {
        "series_id": _required(TEXT),
        "origin": _required(DATE),
        "date": _required(DATE),
        "lead": _required(COUNT, at_least=1),  # days: the origin's own date has lead 1
        "mean": _required(NUMBER, at_least=0),
        "dispersion": _required(NUMBER, at_least=0),  # NB2 alpha: variance = mean + alpha mean²
        **{name: _required(NUMBER, at_least=0) for name in _QUANTILE_COLUMNS},
    },
)

WARNING_KINDS = ("now", "next", "emerging")
WARNING_STATES = ("open", "grown", "eased", "closed")

WARNINGS = Table(
    "warnings",
    ("warning_id", "as_of"),
    {
        "warning_id": _required(TEXT),
        "as_of": _required(TIMESTAMP),
        "theme_id": _required(TEXT),
        "kind": _required(TEXT, one_of=WARNING_KINDS),
        "state": _required(TEXT, one_of=WARNING_STATES),
        "severity": _required(COUNT, at_least=1, at_most=4),
        "window_days": _required(COUNT, at_least=1),  # the window the alarm was raised on
        "observed": _required(COUNT, at_least=0),
        "expected": _required(NUMBER, at_least=0),
        "p_value": _required(NUMBER, at_least=0, at_most=1),
        "p_exceed_7": _optional(NUMBER, at_least=0, at_most=1),
        "p_exceed_28": _optional(NUMBER, at_least=0, at_most=1),
        "p_lasts": _optional(NUMBER, at_least=0, at_most=1),
        "opened_on": _required(DATE),
        "customers": _optional(COUNT, at_least=0),  # distinct people in the window, if known
        "top_customer_share": _optional(NUMBER, at_least=0, at_most=1),
        "is_concentrated": _required(FLAG),  # one or a few sources carry the rise
        "cells": _required(LIST),  # "channel=web: 40 against 3.1 usual (13x)"
        "wording": _required(LIST),  # what people say now more than usual, a phrase first
        "exemplars": _required(LIST),
        "owner": _required(TEXT),
        "action": _required(TEXT),
    },
)

FLOODS = Table(
    "floods",
    ("flood_id",),
    {
        "flood_id": _required(TEXT),
        "first_at": _required(TIMESTAMP),
        "last_at": _required(TIMESTAMP),
        "texts": _required(COUNT, at_least=1),
        "customers": _optional(COUNT, at_least=0),
        "counted_as": _required(COUNT, at_least=0),
        "example": _required(TEXT),
    },
)

SCORES = Table(
    "scores",
    ("series_id", "origin", "lead"),
    {
        "series_id": _required(TEXT),
        "origin": _required(DATE),
        "lead": _required(COUNT, at_least=1),
        "actual": _required(COUNT, at_least=0),
        "mean": _required(NUMBER, at_least=0),
        "crps": _required(NUMBER, at_least=0),
        "crps_baseline": _required(NUMBER, at_least=0),  # the seasonal naive, same origin and lead
        "pit": _required(NUMBER, at_least=0, at_most=1),
        "inside_80": _required(FLAG),
        "inside_95": _required(FLAG),
    },
)

# Sums over a week have a distribution of their own: daily quantiles do not add up.
OUTLOOK = Table(
    "outlook",
    ("series_id", "origin", "week"),
    {
        "series_id": _required(TEXT),
        "origin": _required(DATE),
        "week": _required(COUNT, at_least=1),  # 1: the origin's date and the six days after it
        "start": _required(DATE),
        "end": _required(DATE),  # the last day, included
        "usual": _required(NUMBER, at_least=0),  # a usual week's complaints
        "mean": _required(NUMBER, at_least=0),
        "dispersion": _required(NUMBER, at_least=0),
        **{name: _required(NUMBER, at_least=0) for name in _QUANTILE_COLUMNS},
        "p_double": _required(NUMBER, at_least=0, at_most=1),  # P(sum > 2 usual), as forecast
    },
)

NOT_COVERED = Table(
    "not_covered",
    ("series_id",),
    {
        "series_id": _required(TEXT),
        "reason": _required(TEXT),  # "not forecast: 6 weeks of history, needs 8"
        "count": _required(COUNT, at_least=0),  # complaints in all
    },
)

# Complaints a day, read twice: under today's themes, and under those that were known when they
# came, whose names are followed to today's.
READINGS = Table(
    "readings",
    ("theme_id", "date"),
    {
        "theme_id": _required(TEXT),
        "date": _required(DATE),
        "now": _required(COUNT, at_least=0),
        "then": _required(COUNT, at_least=0),
    },
)

# What a source yields: every value as the text it was, before any parsing.
RAW_COLUMNS = (
    "source_id",
    "created_at",
    "received_at",
    "text",
    "channel",
    "brand",
    "product",
    "region",
    "customer",
    "language",
    "reach",
    "first_response_at",
    "resolved_at",
)

STORED_TABLES: tuple[Table, ...] = (
    COMPLAINTS,
    LEDGER,
    QUARANTINE,
    EMBEDDINGS,
    THEMES,
    LINEAGE,
    ASSIGNMENTS,
    BIRTHS,
    COUNTS,
    FORECASTS,
    WARNINGS,
    SCORES,
)
RUN_TABLES: tuple[Table, ...] = (
    FLOODS,
    OUTLOOK,
    NOT_COVERED,
    READINGS,
)  # kept in the run's folder alone


@cache
def _schema(name: str) -> pa.DataFrameSchema:
    table = {table.name: table for table in STORED_TABLES + RUN_TABLES}[name]
    columns = {}
    for column_name, column in table.columns.items():
        checks = []
        if column.at_least is not None:
            checks.append(pa.Check.ge(column.at_least))
        if column.at_most is not None:
            checks.append(pa.Check.le(column.at_most))
        if column.one_of:
            checks.append(pa.Check.isin(column.one_of))
        dtype = "object" if column.dtype == BYTES else column.dtype
        if column.dtype == COUNT and column.nullable:
            dtype = "Int64"
        columns[column_name] = pa.Column(dtype, checks, nullable=column.nullable)
    return pa.DataFrameSchema(columns, strict=True, ordered=True, unique=list(table.key))


def empty(table: Table) -> pd.DataFrame:
    """Return a frame of the table's columns and types, without rows.

    Examples
    --------
    >>> list(empty(QUARANTINE).columns)
    ['source', 'row', 'reason', 'payload', 'received_at']
    """
    return conform(pd.DataFrame({name: [] for name in table.columns}), table)


def conform(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the frame with the table's columns in order and in the table's types.

    Nullable columns that are missing are added empty; other missing columns are an error.

    Raises
    ------
    DataContractError
        If a required column is missing or a value cannot be read as its column's type.
    """
    missing = [n for n, c in table.columns.items() if n not in frame.columns and not c.nullable]
    if missing:
        raise DataContractError(f"{table.name}: missing column(s) {', '.join(missing)}.")
    out = {}
    for name, column in table.columns.items():
        dtype = "object" if column.dtype == BYTES else column.dtype
        if column.dtype == COUNT and column.nullable:
            dtype = "Int64"
        if name not in frame.columns:
            missing_value = float("nan") if column.dtype == NUMBER else None
            out[name] = pd.Series([missing_value] * len(frame), index=frame.index, dtype=dtype)
            continue
        try:
            out[name] = frame[name].astype(dtype)
        except (TypeError, ValueError) as err:
            message = f"{table.name}.{name}: cannot be read as {column.dtype}."
            raise DataContractError(message) from err
    return pd.DataFrame(out, index=frame.index)


def check(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the frame, its rows numbered anew, if it keeps the table's contract.

    Raises
    ------
    DataContractError
        If columns, types, ranges or the key's uniqueness do not hold; at most five
        failures are shown and none shows a value of a text column.
    """
    try:
        # Rows are numbered anew: pandera trips over repeated labels when it reports a key.
        return _schema(table.name).validate(frame.reset_index(drop=True), lazy=True)
    except pandera.errors.SchemaErrors as err:
        cases = err.failure_cases
        kinds = cases.assign(column=cases["column"].fillna("frame")).groupby(
            ["column", "check"], sort=True
        )
        failures = [f"{column}: {rule} ({len(rows)} rows)" for (column, rule), rows in kinds]
        raise DataContractError(f"{table.name}: contract broken.", failures=failures) from None
