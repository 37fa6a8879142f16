"""The tables of a workspace (Delta Lake): the only place that reads or writes them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as arrow
import pyarrow.compute as compute
from deltalake import DeltaTable, Schema, write_deltalake
from pyarrow.dataset import Dataset

from models.contracts import BYTES, COUNT, DATE, TIMESTAMP, Table, check, conform, empty
from models.errors import DataContractError


class Store:
    """The tables under one folder.

    Parameters
    ----------
    root : Path
        The folder that holds one folder a table; made at the first write.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def _path(self, table: Table) -> str:
        return str(self.root / table.name)

    def has(self, table: Table) -> bool:
        """Return whether the table has been written yet."""
        return DeltaTable.is_deltatable(self._path(table))

    def version(self, table: Table) -> int | None:
        """Return the table's version number, or None before its first write."""
        return DeltaTable(self._path(table)).version() if self.has(table) else None

    def read(
        self,
        table: Table,
        *,
        columns: Sequence[str] | None = None,
        where: compute.Expression | None = None,
        version: int | None = None,
    ) -> pd.DataFrame:
        """Return the table's rows, sorted by its key, in the contract's types.

        Parameters
        ----------
        table : Table
            Which table.
        columns : sequence of str, optional
            Only these columns; all by default.
        where : pyarrow.compute.Expression, optional
            Only rows for which this holds, e.g. ``pc.field("source") == "crm"``.
        version : int, optional
            The table as of this version; the newest by default.

        Returns
        -------
        pandas.DataFrame
            Empty, with the right columns, when the table does not exist yet.

        Raises
        ------
        DataContractError
            If the table was written before the contract had a column that must not be empty.
        """
        if not self.has(table):
            return empty(table)[list(columns or table.columns)]
        wanted = list(columns or table.columns)
        dataset = DeltaTable(self._path(table), version=version).to_pyarrow_dataset()
        # What an earlier release did not know reads as empty, a flag as false.
        absent = _absent(table, dataset.schema.names, wanted)
        stored = [name for name in wanted if name not in absent]
        # The whole key, whichever columns are asked for: the order of files is a matter of chance.
        keys = [name for name in table.key if name in dataset.schema.names]
        rows = _matching(dataset, list(dict.fromkeys([*stored, *keys])), where)
        rows = rows.sort_by([(name, "ascending") for name in keys])
        return _to_frame(rows, table, wanted)

    def count(self, table: Table) -> int:
        """Return the number of rows."""
        if not self.has(table):
            return 0
        return int(DeltaTable(self._path(table)).to_pyarrow_dataset().count_rows())

    def upsert(self, table: Table, frame: pd.DataFrame) -> tuple[int, int]:
        """Insert new rows and update changed ones by key, in one commit.

        Returns
        -------
        inserted, updated : int
            Rows that are new, and rows whose values changed. A frame that changes nothing
            makes no new version.

        Raises
        ------
        DataContractError
            If the frame does not keep the table's contract.
        """
        frame = check(conform(frame, table), table)
        if frame.empty:
            return 0, 0
        rows = _to_arrow(frame, table)
        if not self.has(table):
            self.root.mkdir(parents=True, exist_ok=True)
            write_deltalake(self._path(table), rows, mode="error")
            return len(frame), 0
        self._widen(table)
        target = DeltaTable(self._path(table))
        others = [name for name in table.columns if name not in table.key]
        same_key = " AND ".join(f'target."{name}" = source."{name}"' for name in table.key)
        changed = " OR ".join(f'(target."{n}" IS DISTINCT FROM source."{n}")' for n in others)
        result = (
            target.merge(rows, predicate=same_key, source_alias="source", target_alias="target")
            .when_matched_update_all(predicate=changed or "false")
            .when_not_matched_insert_all()
            .execute()
        )
        return int(result["num_target_rows_inserted"]), int(result["num_target_rows_updated"])

    def append(self, table: Table, frame: pd.DataFrame) -> int:
        """Add rows that are known to be new (by the caller), in one commit.

        Returns
        -------
        int
            The number of rows added.
        """
        frame = check(conform(frame, table), table)
        if frame.empty:
            return 0
        self.root.mkdir(parents=True, exist_ok=True)
        self._widen(table)
        write_deltalake(self._path(table), _to_arrow(frame, table), mode="append")
        return len(frame)

    def replace(self, table: Table, frame: pd.DataFrame) -> None:
        """Write the frame as the table's whole content, in one commit."""
        frame = check(conform(frame, table), table)
        self.root.mkdir(parents=True, exist_ok=True)
        rows = _to_arrow(frame, table)
        write_deltalake(self._path(table), rows, mode="overwrite", schema_mode="overwrite")

    def change(self, table: Table, made_of: Callable[[arrow.Table], arrow.Table | None]) -> bool:
        """Write a table anew as what is made of all of it, in one commit; None leaves it.

        The rows are handed over as they are stored, columns of other releases included.
        """
        if not self.has(table):
            return False
        made = made_of(DeltaTable(self._path(table)).to_pyarrow_dataset().to_table())
        if made is None:
            return False
        write_deltalake(self._path(table), made, mode="overwrite", schema_mode="overwrite")
        return True

    def files(self, table: Table) -> Iterator[Path]:
        """Yield the Parquet files of a table, those that no version in use needs too."""
        yield from sorted((self.root / table.name).glob("*.parquet"))

    def purge(self, table: Table) -> None:
        """Remove what the newest version does not need: old files, and the log of old versions.

        Kept for 0 hours on purpose: a log of commits tells the smallest and the largest value of
        each column of the files that it lists, and old files hold rows that were removed. Whoever
        reads an older version meanwhile finds it gone. The version's number goes on.
        """
        if not self.has(table):
            return
        stored = DeltaTable(self._path(table))
        stored.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False, full=True)
        stored = DeltaTable(self._path(table))
        stored.create_checkpoint()
        log = self.root / table.name / "_delta_log"
        newest = f"{stored.version():020d}"
        for path in log.iterdir():
            # Of the newest commit, which says that files were removed, Delta wants the entry.
            if path.name[:20].isdigit() and path.name[:20] < newest:
                path.unlink()

    def _widen(self, table: Table) -> None:
        """Add the columns that the table's contract has gained since it was first written."""
        if not self.has(table):
            return
        stored = DeltaTable(self._path(table))
        absent = _absent(table, [c.name for c in stored.schema().fields], list(table.columns))
        if absent:
            columns = Schema.from_arrow(table.arrow_schema).fields
            stored.alter.add_columns([column for column in columns if column.name in absent])


def _matching(
    dataset: Dataset, columns: list[str], where: compute.Expression | None
) -> arrow.Table:
    """Return the rows for which the condition holds."""
    try:
        return dataset.to_table(columns=columns, filter=where)
    except arrow.ArrowNotImplementedError:
        if where is None:
            raise
        # A merge writes strings as views, which Arrow reads but cannot compare: as strings then,
        # of the files alone whose statistics do not rule them out.
        parts = [part.to_table(schema=dataset.schema) for part in dataset.get_fragments(where)]
        rows = arrow.concat_tables(parts) if parts else dataset.schema.empty_table()
        return rows.filter(where).select(columns)


def _absent(table: Table, stored: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Return the wanted columns that a stored table lacks, if all of them may be empty."""
    absent = [name for name in wanted if name not in stored]
    needed = [name for name in absent if not table.columns[name].nullable]
    if needed:
        raise DataContractError(
            f"{table.name}: the stored table has no {', '.join(needed)}: it was written by an "
            "older issuecast. Take the files in again into a new workspace (--workspace DIR)."
        )
    return absent


def _to_arrow(frame: pd.DataFrame, table: Table) -> arrow.Table:
    frame = frame.reset_index(drop=True)
    arrays = []
    for column in table.arrow_schema:
        values = frame[column.name]
        dtype = table.columns[column.name].dtype
        if dtype == DATE:
            values = values.dt.date
        elif dtype == TIMESTAMP:
            # Naive UTC for arrow, which is told the zone by the schema: pandas 3 warns otherwise.
            values = values.dt.tz_convert(None)
        arrays.append(arrow.Array.from_pandas(values, type=column.type))
    return arrow.Table.from_arrays(arrays, schema=table.arrow_schema)


def _to_frame(rows: arrow.Table, table: Table, wanted: Sequence[str]) -> pd.DataFrame:
    out = {}
    for name in wanted:
        column = table.columns[name]
        if name not in rows.column_names:
            alone = Table(table.name, (), {name: column})
            out[name] = conform(pd.DataFrame(index=range(len(rows))), alone)[name]
            continue
        values = rows[name]
        if column.dtype == DATE:
            out[name] = values.cast(arrow.timestamp("us")).to_pandas()
        elif column.dtype == BYTES or arrow.types.is_list(values.type):
            out[name] = pd.Series(values.to_pylist(), dtype="object")
        elif column.dtype == COUNT and column.nullable:
            out[name] = pd.Series(values.to_pylist(), dtype="Int64")
        else:
            out[name] = values.to_pandas().astype(column.dtype)
    return pd.DataFrame(out, columns=list(wanted))


def digest(frame: pd.DataFrame) -> str:
    """Return a short hash of a frame's values: equal frames give equal hashes.

    Rows are taken in the frame's order; the index does not count.
    """
    hashes = pd.util.hash_pandas_object(frame.reset_index(drop=True), index=False)
    return hashlib.sha256(hashes.to_numpy().tobytes()).hexdigest()[:16]
