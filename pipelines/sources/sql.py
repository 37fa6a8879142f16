"""Complaints from a database: one query, read in batches, and nothing written there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from models.errors import DataContractError, SettingsError, SourceFailed
from pipelines.settings import SqlSource
from pipelines.sources.asking import Page, Patience, cell
from pipelines.sources.columns import resolve
from pipelines.sources.files import our_frame
from pipelines.sources.marks import Mark, NoMark, mark_of

_POSTGRES = "postgresql"
# What a server says of a query that is wrong: names of its columns and tables, no row's values.
_WRONG_QUERY = "42"
_NO_SUCH = ("no such column", "no such table", "no such function", "syntax error")
_MAX_SAID = 200
_BUSY = ("locked", "busy")
# The argument by which each driver is told how long it may take to connect.
_CONNECT_TIMEOUT = {
    "psycopg2": "connect_timeout",
    "psycopg": "connect_timeout",
    "pg8000": "timeout",
    "pymysql": "connect_timeout",
    "mysqldb": "connect_timeout",
    "pysqlite": "timeout",
}


def read_sql(
    described: SqlSource,
    *,
    name: str,
    columns: Mapping[str, str],
    environment: Mapping[str, str],
    since: Mark | None,
    patience: Patience,
) -> Iterator[Page]:
    """Yield the rows of the query in batches, from a mark on.

    Where the database goes away in between, the query is asked again from the last row that came,
    so that rows may come twice, and none is left out.

    Parameters
    ----------
    described : SqlSource
        The query and its cursor.
    name : str
        The source's, for messages.
    columns : mapping of str to str
        Ours to those of the query's result.
    environment : mapping of str to str
        Holds the database's address under ``url_env``.
    since : Mark, optional
        Rows behind it are asked for; the source's ``start`` by default.
    patience : Patience
        For a database that is away.

    Raises
    ------
    SettingsError, DataContractError
        If the address, the query, its columns or their order cannot be used.
    SourceFailed
        If the database cannot be reached, or not any more.
    """
    path = f"sources.{name}"
    engine = _engine(described, path, environment)
    try:
        with _only_reading(engine):
            reading = _Reading(described, path, columns, since)
            waits = patience.waits()
            while True:
                try:
                    for page in reading.pages(engine):
                        waits = patience.waits()  # what moves is not stuck
                        yield page
                    return
                except exc.DBAPIError as err:
                    reason = _final(err)
                    if reason:
                        raise DataContractError(f"{path}.query: {reason}") from None
                    wait = next(waits, None)
                    if wait is None:
                        raise SourceFailed(_away(path, described, err, patience)) from None
                    patience.pause(wait)
    finally:
        engine.dispose()


class _Reading:
    """One load of a query, and how far it has come."""

    def __init__(
        self, described: SqlSource, path: str, columns: Mapping[str, str], since: Mark | None
    ) -> None:
        self.described, self.path, self.columns = described, path, columns
        self.since = since
        self.newest: Mark | None = None
        self.number = 0

    def pages(self, engine: sa.Engine) -> Iterator[Page]:
        cursor, rows = self.described.cursor, self.described.batch_rows
        query = sa.text(self.described.query.strip().removesuffix(";"))
        given: dict[str, Any] = {}
        if cursor:
            start = self.since.value() if self.since is not None else self._start()
            given = {"cursor": start}
        is_postgres = engine.dialect.name == _POSTGRES
        options: dict[str, Any] = {"postgresql_readonly": True} if is_postgres else {}
        streamed = {"stream_results": True, "max_row_buffer": min(rows, 1000)}
        with engine.connect().execution_options(**options) as connection:
            if is_postgres:
                limit = max(1, round(self.described.timeout_s * 1000))
                connection.exec_driver_sql(f"SET LOCAL statement_timeout = {limit}")
            result = connection.execute(query, given, execution_options=streamed)
            names = list(result.keys())
            mapping = self._mapping(names)
            place = {name: i for i, name in enumerate(names)}
            for part in result.partitions(rows):
                yield self._page([tuple(row) for row in part], mapping, place)

    def _start(self) -> Any:
        start = self.described.start
        try:
            mark = mark_of(start)
        except NoMark:
            return start
        # A number is bound as one; of a time the database knows the type better than we do.
        return start if mark is None or mark.kind != "number" else _number(start)

    def _mapping(self, names: list[str]) -> dict[str, tuple[str, ...]]:
        mapping = resolve(names, self.columns, where=f"{self.path}.query")
        if "source_id" not in mapping:
            raise DataContractError(
                f"{self.path}.columns: no id: a row that comes again could not be told from a new "
                "one. Select a key and write e.g. columns: {id: ticket_id}."
            )
        cursor = self.described.cursor
        if cursor and cursor not in names:
            shown = ", ".join(names[:30])
            raise DataContractError(
                f"{self.path}.cursor: the query's result has no column {cursor!r}. "
                f"Found columns: {shown}. Add it to what is selected."
            )
        return mapping

    def _page(
        self,
        rows: list[tuple[Any, ...]],
        mapping: dict[str, tuple[str, ...]],
        place: dict[str, int],
    ) -> Page:
        wanted = {theirs for parts in mapping.values() for theirs in parts}
        found = {theirs: [cell(row[place[theirs]]) for row in rows] for theirs in wanted}
        numbers = range(self.number + 1, self.number + len(rows) + 1)
        self.number += len(rows)
        marks: tuple[Mark | None, ...] = (None,) * len(rows)
        if self.described.cursor:
            at = place[self.described.cursor]
            marks = tuple(self._mark(row[at]) for row in rows)
        return Page(our_frame(found, mapping, numbers), marks, tuple(mapping), True)

    def _mark(self, value: Any) -> Mark | None:
        column = f"{self.path}.cursor: column {self.described.cursor!r}"
        try:
            mark = mark_of(value)
        except NoMark:
            raise DataContractError(
                f"{column} holds neither times (of text: 2024-03-01T09:00:00) nor numbers; choose "
                "one that does."
            ) from None
        if mark is None:
            return None
        newest = self.newest
        if newest is not None and (mark.kind != newest.kind or mark.at < newest.at):
            raise DataContractError(
                f"{column} does not come in ascending order; end the query with order by "
                f"{self.described.cursor}."
            )
        self.newest = mark
        # Asked again, the query begins just before the last row: others may share its mark.
        self.since = mark.before()
        return mark


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)


def _engine(described: SqlSource, path: str, environment: Mapping[str, str]) -> sa.Engine:
    variable = described.url_env
    address = environment.get(variable, "").strip()
    if not address:
        raise SettingsError(
            f"{path}.url_env: {variable} is not set; export {variable}="
            "'postgresql+psycopg2://user:password@host/database'."
        )
    try:
        url = sa.make_url(address)
        dialect = url.get_dialect()
        if dialect.is_async:
            raise SettingsError(
                f"{variable} ({path}.url_env): names an asynchronous driver; write a plain one, "
                "such as postgresql+psycopg2:// or sqlite://."
            )
        arguments = {}
        limit = _CONNECT_TIMEOUT.get(dialect.driver)
        if limit:
            arguments[limit] = max(1, round(described.timeout_s))
        if dialect.name == "sqlite" and not Path(url.database or "").is_file():
            # SQLite would make an empty database of that name.
            raise SettingsError(f"{variable} ({path}.url_env): names no SQLite file that exists.")
        return sa.create_engine(
            url, poolclass=sa.pool.NullPool, connect_args=arguments, hide_parameters=True
        )
    except (exc.NoSuchModuleError, ModuleNotFoundError):
        raise SettingsError(
            f"{variable} ({path}.url_env): the database's driver is not installed; for PostgreSQL "
            "pip install psycopg2-binary, and begin the address with postgresql+psycopg2://."
        ) from None
    except (exc.ArgumentError, ValueError) as err:
        if isinstance(err, SettingsError):
            raise
        raise SettingsError(
            f"{variable} ({path}.url_env): is no address of a database, such as "
            "postgresql+psycopg2://user:password@host/database; a @, : or / in the password is "
            "written %40, %3A, %2F."
        ) from None


@contextmanager
def _only_reading(engine: sa.Engine) -> Iterator[None]:
    """Let each connection only read, where the database can be told so by a connection."""

    def only_read(connection: Any, _: Any) -> None:
        said = {
            "sqlite": "PRAGMA query_only = ON",
            "mysql": "SET SESSION TRANSACTION READ ONLY",
            "mariadb": "SET SESSION TRANSACTION READ ONLY",
        }.get(engine.dialect.name)
        if said:
            cursor = connection.cursor()
            cursor.execute(said)
            cursor.close()

    sa.event.listen(engine, "connect", only_read)
    try:
        yield
    finally:
        sa.event.remove(engine, "connect", only_read)


def _final(err: exc.DBAPIError) -> str:
    """Return what is wrong with the query, without any row's value; "" if the database is away."""
    state = str(getattr(err.orig, "sqlstate", None) or getattr(err.orig, "pgcode", None) or "")
    said = str(err.orig).strip().splitlines()[0][:_MAX_SAID] if str(err.orig).strip() else ""
    if state.startswith(_WRONG_QUERY) or any(word in said for word in _NO_SUCH):
        return f"the database refuses it ({said})."
    is_away = isinstance(err, exc.OperationalError | exc.InterfaceError)
    if err.connection_invalidated or (is_away and not state) or state[:2] in ("08", "53", "57"):
        is_sqlite = type(err.orig).__module__ == "sqlite3"
        if not is_sqlite or any(word in said for word in _BUSY):
            return ""
    kind = f"{type(err.orig).__name__}{' ' + state if state else ''}"
    return f"the database cannot run it ({kind}); try it there, with a value for :cursor."


def _away(path: str, described: SqlSource, err: exc.DBAPIError, patience: Patience) -> str:
    return (
        f"{path}: the database does not answer ({type(err.orig).__name__}, tried "
        f"{patience.attempts} times). Is it running, and is {described.url_env} right?"
    )
