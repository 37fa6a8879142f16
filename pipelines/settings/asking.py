"""What a source that is asked must not say: secrets, and questions that could lose rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from models.errors import SettingsError
from pipelines.settings.sources import RestSource, Source, SqlSource

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# As SQLAlchemy finds them: a cast (::text) and a time of day (10:00) are none.
_BIND = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SECRET = re.compile(
    r"(?:^|[_.-])(?:api_?key|key|token|secret|password|passwd|pwd|auth|authorization|signature)$",
    re.IGNORECASE,
)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


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
        if isinstance(source, RestSource):
            check_rest(source, f"{where}: sources.{name}")


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


def check_rest(source: RestSource, path: str) -> None:
    """Refuse addresses that carry a secret or are none, and paging that cannot go on."""
    _check_address(source, path)
    _check_params(source.params, f"{path}.params")
    paging, cursor, auth = source.paging, source.cursor, source.auth
    needed = {"cursor": ("param", "next"), "page": ("param",), "offset": ("param",)}
    for name in needed.get(paging.kind, ()):
        if not getattr(paging, name):
            raise SettingsError(
                f"{path}.paging.{name}: paging of kind {paging.kind} needs it, e.g. "
                f"{name}: {'meta.next' if name == 'next' else paging.kind}."
            )
    if source.method == "POST" and paging.kind == "link":
        raise SettingsError(f"{path}.paging.kind: link needs method: GET; write cursor.")
    if cursor.param and not cursor.field:
        raise SettingsError(
            f"{path}.cursor.field: write the field of a record that says how far was read, e.g. "
            "field: updated_at."
        )
    if auth.kind == "none":
        if auth.env:
            raise SettingsError(f"{path}.auth.kind: write how it is sent, e.g. kind: bearer.")
        return
    check_variable(auth.env, f"{path}.auth.env", example="CRM_TOKEN")
    if auth.kind in ("header", "query") and not _HEADER.fullmatch(auth.name):
        raise SettingsError(
            f"{path}.auth.name: write the {auth.kind}'s name, e.g. name: "
            f"{'X-Api-Key' if auth.kind == 'header' else 'access_token'}."
        )
    if not source.base_url.startswith("https:") and urlsplit(source.base_url).hostname not in (
        _LOOPBACK
    ):
        raise SettingsError(f"{path}.base_url: credentials are sent by https:// alone.")


def _check_address(source: RestSource, path: str) -> None:
    try:
        parts = urlsplit(source.base_url)
        parts.port  # noqa: B018 - raises where it is none
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(
            f"{path}.base_url: expected an address such as https://api.example.com."
        )
    if parts.username is not None or parts.password is not None:
        raise SettingsError(
            f"{path}.base_url: holds a user or password; write auth: {{kind: basic, env: "
            "CRM_LOGIN} and set that variable to user:password. Change the password if the file "
            "was shared."
        )
    for name in ("base_url", "path"):
        if any(mark in getattr(source, name) for mark in "?#"):
            raise SettingsError(f"{path}.{name}: holds a ? or #; write parameters under params.")
    if "://" in source.path or source.path.startswith("//"):
        raise SettingsError(f"{path}.path: expected what follows base_url, such as /tickets.")


def _check_params(params: Mapping[str, Any], path: str) -> None:
    for name, value in params.items():
        if _SECRET.search(str(name)):
            raise SettingsError(
                f"{path}.{str(name)[:40]}: looks like a secret, and none stands in a file. Write "
                f"auth: {{kind: query, name: {str(name)[:40]}, env: CRM_TOKEN}} and set that "
                "variable."
            )
        if isinstance(value, Mapping):
            _check_params(value, f"{path}.{name}")
