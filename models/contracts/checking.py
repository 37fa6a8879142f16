"""Whether a frame keeps its table's contract, and how it is put into the table's types."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pandera.errors
import pandera.pandas as pa

from models.contracts.kept import RUN_TABLES, STORED_TABLES
from models.contracts.table import BYTES, COUNT, NUMBER, Column, Table
from models.errors import DataContractError


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
        columns[column_name] = pa.Column(_dtype(column), checks, nullable=column.nullable)
    return pa.DataFrameSchema(columns, strict=True, ordered=True, unique=list(table.key))


def _dtype(column: Column) -> str:
    """Return the pandas type of a column."""
    if column.dtype == COUNT and column.nullable:
        return "Int64"
    return "object" if column.dtype == BYTES else column.dtype


def empty(table: Table) -> pd.DataFrame:
    """Return a frame of the table's columns and types, without rows.

    Examples
    --------
    >>> from models.contracts import QUARANTINE
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
        dtype = _dtype(column)
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
