"""Where complaints come from: files, or a database that is asked for what is new."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from models.errors import SettingsError
from pipelines.settings.ranges import one_of, within

FILES, SQL = "files", "sql"

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# As SQLAlchemy finds them: a cast (::text) and a time of day (10:00) are none.
_BIND = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, kw_only=True)
class Source:
    """How a source's values are read, wherever they come from."""

    KINDS: ClassVar[dict[str, type[Source]]] = {}

    columns: Mapping[str, str]
    time_zone: str
    encoding: str
    kind: str = one_of(FILES, SQL, default=FILES)

    @classmethod
    def of_kind(cls, tree: Mapping[str, Any], where: str, path: str) -> type[Source]:
        """Return the class whose parameters a source of this kind has."""
        kind = tree.get("kind", FILES)
        if not isinstance(kind, str) or kind not in cls.KINDS:
            raise SettingsError(f"{where}: {path}kind: expected one of {', '.join(cls.KINDS)}.")
        return cls.KINDS[kind]


@dataclass(frozen=True, kw_only=True)
class Asked(Source):
    """A source that is asked for what is new, and may be slow, busy or away.

    ``overlap`` is read again each time, for rows that came late: seconds of a cursor that is a
    time, steps of one that is a number.
    """

    columns: Mapping[str, str]
    time_zone: str = "UTC"
    encoding: str = "auto"
    overlap: float = within(0, 366 * 86_400, default=3600.0)
    batch_rows: int = within(1, 500_000, default=20_000)
    attempts: int = within(1, 20, default=5)
    first_wait_s: float = within(0, 600, default=1.0)
    max_wait_s: float = within(0, 3600, default=60.0)
    timeout_s: float = within(0.1, 3600, default=60.0)


@dataclass(frozen=True, kw_only=True)
class SqlSource(Asked):
    """A database: one query, and the column that says how far it has been read.

    ``start`` is the cursor's value before anything was read.
    """

    url_env: str
    query: str
    cursor: str = ""
    start: str = "1970-01-01"


Source.KINDS.update({FILES: Source, SQL: SqlSource})


def check_sources(sources: Mapping[str, Source], where: str) -> None:
    """Refuse addresses where a variable's name belongs, and queries that could lose rows.

    No message repeats what was written where a secret may stand.

    Raises
    ------
    SettingsError
        At the first that is wrong, naming the parameter and the fix.
    """
    for name, source in sources.items():
        if isinstance(source, SqlSource):
            _check_sql(source, f"{where}: sources.{name}")


def check_variable(value: str, path: str, *, example: str) -> None:
    """Refuse what is no name of an environment variable, without repeating it."""
    if not _VARIABLE.fullmatch(value):
        raise SettingsError(
            f"{path}: expected the name of an environment variable, not what it holds: a secret "
            f"never stands in a file. Write e.g. {path.rsplit('.', 1)[-1]}: {example}, set that "
            "variable, and change the secret if the file was shared."
        )


def _check_sql(source: SqlSource, path: str) -> None:
    check_variable(source.url_env, f"{path}.url_env", example="CRM_URL")
    # Comments may hold anything; what remains is looked at as words.
    bare = re.sub(r"--[^\n]*|/\*.*?\*/", " ", source.query, flags=re.DOTALL)
    query = re.sub(r"'(?:[^']|'')*'", "''", bare).strip().removesuffix(";")
    if not re.match(r"\s*(?:select|with)\b", query, re.IGNORECASE) or ";" in query:
        raise SettingsError(f"{path}.query: expected one statement that begins with select.")
    binds = set(_BIND.findall(query))
    if binds - {"cursor"}:
        unknown = sorted(binds - {"cursor"})[0]
        raise SettingsError(f"{path}.query: knows :cursor alone; got :{unknown[:40]}.")
    if not source.cursor:
        if binds:
            raise SettingsError(
                f"{path}.cursor: the query has :cursor; write the column that it is compared "
                "with, e.g. cursor: updated_at."
            )
        return
    if not _COLUMN.fullmatch(source.cursor):
        raise SettingsError(
            f"{path}.cursor: expected the name of a column of the query's result, such as "
            "updated_at."
        )
    column = rf'(?:\w+\.)*["`\[]?{re.escape(source.cursor)}["`\]]?'
    if not binds:
        raise SettingsError(
            f"{path}.query: the cursor is {source.cursor}, but the query has no :cursor; write "
            f"where {source.cursor} > :cursor order by {source.cursor}."
        )
    # Read in any other order, a run that is cut off would take its last row for the newest.
    ordered = rf"order\s+by\s+{column}(?:\s+asc)?\s*(?:,|limit\b|fetch\b|nulls\b|$)"
    if not re.search(ordered, query.strip(), re.IGNORECASE):
        raise SettingsError(
            f"{path}.query: a run that is cut off goes on from the cursor, so rows must come in "
            f"its order; end the query with order by {source.cursor}."
        )
