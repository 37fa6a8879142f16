"""Where complaints come from: files, or a database or an API that is asked for what is new."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from models.errors import SettingsError
from pipelines.settings.ranges import one_of, within

FILES, SQL, REST = "files", "sql", "rest"


@dataclass(frozen=True, kw_only=True)
class Source:
    """How a source's values are read, wherever they come from."""

    KINDS: ClassVar[dict[str, type[Source]]] = {}

    columns: Mapping[str, str]
    time_zone: str
    encoding: str
    kind: str = one_of(FILES, SQL, REST, default=FILES)

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


@dataclass(frozen=True, kw_only=True)
class Paging:
    """How the next page is asked for.

    ``cursor`` sends what stands at ``next`` as ``param``; ``link`` follows the address at ``next``,
    or of the header Link; ``page`` and ``offset`` count up in ``param`` until a page is empty, or
    behind page ``last``. Where ``more`` is false or ``end`` is true there is no next page.
    """

    kind: str = one_of("none", "cursor", "link", "page", "offset", default="none")
    param: str = ""
    next: str = ""
    more: str = ""
    end: str = ""
    start: int = within(0, 1_000_000, default=1)
    last: int = within(0, 1_000_000, default=0)


@dataclass(frozen=True, kw_only=True)
class RestCursor:
    """The field of a record that says how far was read, and the parameter that asks from there."""

    field: str = ""
    param: str = ""
    format: str = one_of("as_is", "seconds", "iso", "date", default="as_is")
    start: str = "1970-01-01"
    order: str = one_of("any", "ascending", default="any")


@dataclass(frozen=True, kw_only=True)
class Auth:
    """Which variable holds the credentials, and how they are sent."""

    kind: str = one_of("none", "bearer", "basic", "header", "query", default="none")
    env: str = ""
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class RestSource(Asked):
    """An API that answers with pages of JSON."""

    base_url: str
    path: str = ""
    method: str = one_of("GET", "POST", default="GET")
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    records: str = ""
    paging: Paging = Paging()
    cursor: RestCursor = RestCursor()
    auth: Auth = Auth()
    rate: float = within(0.1, 60_000, default=60.0)
    max_pages: int = within(1, 1_000_000, default=10_000)
    max_page_mb: float = within(0.001, 1024, default=50.0)
    max_load_mb: float = within(0.001, 1_000_000, default=4000.0)


Source.KINDS.update({FILES: Source, SQL: SqlSource, REST: RestSource})
