"""Complaints from an API that answers with pages of JSON, by a description in the parameters.

Not by dlt's REST client: it would bring eleven packages (28 MB), its pipelines report their use to
their makers unless told otherwise, and its client, requests, follows redirects to other hosts and
reads an answer of any size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from models.contracts import RAW_COLUMNS
from models.errors import DataContractError, SourceFailed
from pipelines.settings import RestSource
from pipelines.sources.asking import Page, Patience, cell
from pipelines.sources.columns import REQUIRED, our_name
from pipelines.sources.files import our_frame
from pipelines.sources.http import Answer, Client, Question
from pipelines.sources.marks import NUMBER, TIME, Mark, NoMark, mark_of
from pipelines.sources.paths import at_path, with_path

_MAX_SHOWN = 30  # names of fields in a message
# The same answer so often, one after the other, is no page that was repeated by chance.
_MAX_SAME = 3
_EPOCH = datetime(1970, 1, 1)


def read_rest(
    described: RestSource,
    *,
    name: str,
    columns: Mapping[str, str],
    environment: Mapping[str, str],
    since: Mark | None,
    patience: Patience,
) -> Iterator[Page]:
    """Yield the records page by page, from a mark on; as :func:`read_sql` for an API.

    Of a record that comes more than once, versions older than one that came are left out.

    Raises
    ------
    SettingsError, DataContractError
        If the description does not fit what is answered.
    SourceFailed
        If the server does not answer, or not with what can be used, or without end.
    """
    path = f"sources.{name}"
    client = Client(described, path=path, environment=environment, patience=patience)
    try:
        reading = _Reading(described, path, columns, was_read=since is not None)
        question: Question | None = _first(described, since)
        asked: set[str] = set()
        same, before = 0, b""
        for number in range(1, described.max_pages + 1):
            assert question is not None
            asked.add(_name(question))
            answer = client.ask(question, page=number)
            digest = hashlib.sha256(answer.body).digest()
            same, before = (same + 1 if digest == before else 1), digest
            records = reading.records(answer, number)
            if records and same >= _MAX_SAME:
                raise SourceFailed(
                    f"{path}: page {number} is the same as the two before; does the server know "
                    f"{path}.paging.param?"
                )
            if records:
                yield reading.page(records)
            question = _next(described, path, question, answer, records, number)
            if question is None:
                return
            if _name(question) in asked:
                raise SourceFailed(
                    f"{path}: page {number} leads back to one that was read; is "
                    f"{path}.paging.next right?"
                )
        raise SourceFailed(
            f"{path}: there are more pages than {path}.max_pages ({described.max_pages:,}); raise "
            "it, or load the past from files with --input."
        )
    finally:
        client.close()


def _first(described: RestSource, since: Mark | None) -> Question:
    params = dict(described.params)
    cursor, paging = described.cursor, described.paging
    if cursor.param:
        params = with_path(params, cursor.param, _sent(described, since))
    if paging.kind in ("page", "offset"):
        start = paging.start if paging.kind == "page" else 0
        params = with_path(params, paging.param, start)
    address = described.base_url.rstrip("/")
    if described.path:
        address += "/" + described.path.lstrip("/")
    return Question(address, params)


def _sent(described: RestSource, since: Mark | None) -> Any:
    """Return the mark as the API's parameter has it."""
    cursor = described.cursor
    try:
        mark = since if since is not None else _in_time(mark_of(cursor.start), cursor.format)
    except NoMark:
        return cursor.start
    if mark is None or cursor.format == "as_is" or mark.kind != TIME:
        return cursor.start if mark is None else mark.value()
    moment = _EPOCH + timedelta(microseconds=int(mark.at))
    if cursor.format == "seconds":
        return int(mark.at) // 1_000_000
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ" if cursor.format == "iso" else "%Y-%m-%d")


def _in_time(mark: Mark | None, form: str) -> Mark | None:
    """Return a number of seconds since 1970 as the time that it is, where it is known to be one."""
    if mark is None or mark.kind != NUMBER or form == "as_is":
        return mark
    return Mark(TIME, int(mark.at * 1_000_000), "aware")


def _next(
    described: RestSource,
    path: str,
    question: Question,
    answer: Answer,
    records: list[Any],
    number: int,
) -> Question | None:
    """Return the request of the next page; None if there is none."""
    paging, found = described.paging, answer.found
    if paging.kind == "none" or (paging.more and not at_path(found, paging.more)):
        return None
    if paging.end and at_path(found, paging.end):
        return None
    if paging.kind == "page":
        page = paging.start + number
        if not records or (paging.last and page > paging.last):
            return None
        return Question(question.url, with_path(question.params, paging.param, page))
    if paging.kind == "offset":
        if not records:
            return None
        offset = int(at_path(question.params, paging.param)) + len(records)
        return Question(question.url, with_path(question.params, paging.param, offset))
    following: Any = at_path(found, paging.next) if paging.next else answer.next_link
    if following is None or following == "":
        return None
    if not isinstance(following, str | int) or isinstance(following, bool):
        raise SourceFailed(f"{path}.paging.next: page {number} holds no text there; is it right?")
    if paging.kind == "cursor":
        return Question(question.url, with_path(question.params, paging.param, following))
    try:
        return Question(str(httpx.URL(question.url).join(str(following))), {})
    except (httpx.InvalidURL, ValueError):
        raise SourceFailed(f"{path}.paging.next: page {number} holds no address there.") from None


def _name(question: Question) -> str:
    return hashlib.sha256(repr((question.url, question.params)).encode()).hexdigest()


class _Reading:
    """The records of one load: which fields are ours, and the newest version of each."""

    def __init__(
        self, described: RestSource, path: str, columns: Mapping[str, str], *, was_read: bool
    ) -> None:
        self._described, self._path = described, path
        said = {our_name(ours): theirs for ours, theirs in columns.items()}
        self._said = frozenset(said)
        self._mapping = {
            ours: tuple(part.strip() for part in said[ours].split("+") if part.strip())
            if ours in said
            else ("id" if ours == "source_id" else ours,)
            for ours in RAW_COLUMNS
        }
        self._newest: dict[str, Mark] = {}
        self._number = 0
        self._is_known = False
        self._was_read = was_read

    def records(self, answer: Answer, number: int) -> list[Any]:
        """Return the page's records.

        Raises
        ------
        DataContractError
            If there is no list at ``records``.
        """
        if answer.found is None:
            return []
        records = at_path(answer.found, self._described.records)
        if isinstance(records, list):
            return records
        # Some services write one entry without the list around it, and leave out an empty list.
        if isinstance(records, Mapping) and self._described.records:
            return [records]
        if records is None and (self._is_known or self._was_read):
            return []
        raise DataContractError(
            f"{self._path}.records: page {number} holds no list at "
            f"{self._described.records or 'its top'!r}. {_fields(answer.found)}"
        )

    def page(self, records: list[Any]) -> Page:
        """Return records as rows under our columns' names."""
        if not self._is_known:
            self._check_fields(records)
        kept, marks = [], []
        for record in records:
            mark = self._mark(record)
            if self._is_newest(record, mark):
                kept.append(record)
                marks.append(mark)
        found = {
            theirs: [cell(self._value(record, ours, theirs)) for record in kept]
            for ours, parts in self._mapping.items()
            for theirs in parts
        }
        numbers = range(self._number + 1, self._number + len(kept) + 1)
        self._number += len(kept)
        is_in_order = self._described.cursor.order == "ascending"
        frame = our_frame(found, self._mapping, numbers)
        return Page(frame, tuple(marks), tuple(self._mapping), is_in_order)

    def _value(self, record: Any, ours: str, theirs: str) -> Any:
        value = at_path(record, theirs)
        # A field that is called as one of ours by chance may hold something else.
        return None if ours not in self._said and isinstance(value, dict | list) else value

    def _check_fields(self, records: list[Any]) -> None:
        for ours in ("source_id", *REQUIRED):
            parts = self._mapping[ours]
            if not any(at_path(record, it) is not None for record in records for it in parts):
                name = "id" if ours == "source_id" else ours
                raise DataContractError(
                    f"{self._path}.columns: no record has {'+'.join(parts)}. "
                    f"{_fields(records[0])} Write columns: {{{name}: FIELD}}; a path such as "
                    "author.name reaches inside."
                )
        self._is_known = True

    def _mark(self, record: Any) -> Mark | None:
        cursor = self._described.cursor
        if not cursor.field:
            return None
        value = at_path(record, cursor.field)
        try:
            return _in_time(mark_of(value), cursor.format)
        except NoMark:
            raise DataContractError(
                f"{self._path}.cursor.field: {cursor.field} holds neither times (such as "
                "2024-03-01T09:00:00Z) nor numbers; choose one that does."
            ) from None

    def _is_newest(self, record: Any, mark: Mark | None) -> bool:
        if mark is None:
            return True
        known = [str(at_path(record, part)) for part in self._mapping["source_id"]]
        name = hashlib.blake2b(" ".join(known).encode("utf-8", "replace"), digest_size=16)
        newest = self._newest.setdefault(name.hexdigest(), mark)
        if mark.kind == newest.kind and mark.at < newest.at:
            return False
        self._newest[name.hexdigest()] = mark
        return True


def _fields(found: Any) -> str:
    if not isinstance(found, Mapping):
        return "It holds no named fields."
    names = [str(name)[:40] for name in found]
    more = ", ..." if len(names) > _MAX_SHOWN else ""
    return f"Found fields: {', '.join(names[:_MAX_SHOWN])}{more}."
