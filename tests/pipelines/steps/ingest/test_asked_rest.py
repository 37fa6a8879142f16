"""Complaints from an API that pages, throttles, fails, repeats and reorders."""

from __future__ import annotations

import gzip
import logging

import pandas as pd
import pytest

import pipelines.steps.ingest.asked as asked
from models.errors import DataContractError, SettingsError, SourceFailed
from pipelines.settings import RestSource
from pipelines.settings.sources import Auth, Paging, RestCursor
from tests.pipelines.steps.ingest.api import Reply, api
from tests.pipelines.steps.ingest.asking import ids, place, quarantined, stored, take


@pytest.fixture
def server():
    with api() as served:
        yield served


def ticket(number, hour=None, *, text=None):
    moment = f"2024-01-20T{number if hour is None else hour:02d}:00:00Z"
    text = text or f"The router number {number} fails"
    return {
        "id": number,
        "created_at": "2024-01-20T00:00:00Z",
        "updated_at": moment,
        "message": {"body": text},
        "product": {"id": 7},
    }


def pages(*parts):
    """Answer with the parts, one after the other, by a token `p<number>`."""

    def answer(request, _):
        number = int(request.params.get("after", "p0")[1:])
        following = f"p{number + 1}" if number + 1 < len(parts) else None
        return Reply({"data": {"items": parts[number]}, "meta": {"next": following}})

    return answer


def crm(server, **changes):
    given = {
        "kind": "rest",
        "base_url": server.address,
        "path": "/v1/tickets",
        "records": "data.items",
        "paging": Paging(kind="cursor", param="after", next="meta.next"),
        "cursor": RestCursor(field="updated_at", param="since", format="iso"),
        "columns": {"text": "message.body"},
        "rate": 60_000,
        "timeout_s": 5,
        "attempts": 3,
    }
    return RestSource(**{**given, **changes})


def test_all_pages_are_read_and_the_next_load_asks_from_the_cursor(server, tmp_path):
    server.answer = pages([ticket(1), ticket(2)], [ticket(3)])
    result = take(tmp_path, crm(server), {})
    rows = stored(tmp_path)
    assert (result.rows_read, result.inserted) == (3, 3)
    assert list(rows["text"]) == [f"The router number {n} fails" for n in (1, 2, 3)]
    assert rows["product"].isna().all()  # an object called as ours is no product's name
    assert [(it.path, it.params) for it in server.asked] == [
        ("/v1/tickets", {"since": "1970-01-01T00:00:00Z"}),
        ("/v1/tickets", {"since": "1970-01-01T00:00:00Z", "after": "p1"}),
    ]
    server.answer = pages([ticket(3, 4, text="It fails still")])
    result = take(tmp_path, crm(server), {})
    assert server.asked[-1].params == {"since": "2024-01-20T02:00:00Z"}  # 03:00 less the overlap
    assert (result.inserted, result.updated) == (0, 1)


@pytest.mark.parametrize(
    ("form", "sent"),
    [
        ("seconds", "1705716000"),
        ("iso", "2024-01-20T02:00:00Z"),
        ("date", "2024-01-20"),
        ("as_is", "2024-01-20T02:00:00Z"),
    ],
)
def test_the_cursor_is_sent_as_the_api_reads_it(server, tmp_path, form, sent):
    cursor = RestCursor(field="updated_at", param="since", format=form)
    server.answer = pages([ticket(3)])
    take(tmp_path, crm(server, cursor=cursor), {})
    take(tmp_path, crm(server, cursor=cursor), {})
    assert server.asked[-1].params["since"] == sent


def test_seconds_since_1970_can_be_the_cursor(server, tmp_path):
    record = {**ticket(1), "updated_at": 1705719600}
    cursor = RestCursor(field="updated_at", param="since", format="seconds")
    server.answer = pages([record])
    take(tmp_path, crm(server, cursor=cursor), {})
    take(tmp_path, crm(server, cursor=cursor), {})
    assert server.asked[0].params["since"] == "0"
    assert server.asked[-1].params["since"] == "1705716000"


@pytest.mark.parametrize("kind", ["page", "offset"])
def test_pages_are_counted_until_one_is_empty(server, tmp_path, kind):
    parts = {"1": [ticket(1), ticket(2)], "2": [ticket(3)]}
    if kind == "offset":
        parts = {"0": parts["1"], "2": parts["2"]}
    server.answer = lambda request, _: Reply(
        {"data": {"items": parts.get(request.params["p"], [])}}
    )
    take(tmp_path, crm(server, paging=Paging(kind=kind, param="p")), {})
    assert ids(tmp_path) == ["1", "2", "3"]
    assert [it.params["p"] for it in server.asked] == (
        ["1", "2", "3"] if kind == "page" else ["0", "2", "3"]
    )


@pytest.mark.parametrize("in_header", [True, False])
def test_links_are_followed_on_the_same_host(server, tmp_path, in_header):
    def answer(request, _):
        if request.path == "/more":
            return Reply({"data": {"items": [ticket(2)]}})
        link = "/more?page=2"
        headers = {"Link": f'<{link}>; rel="next"'} if in_header else {}
        return Reply({"data": {"items": [ticket(1)]}, "next": link}, headers=headers)

    server.answer = answer
    take(tmp_path, crm(server, paging=Paging(kind="link", next="" if in_header else "next")), {})
    assert ids(tmp_path) == ["1", "2"]


def test_a_search_by_post_has_its_cursor_and_page_in_the_body(server, tmp_path):
    def answer(request, _):
        after = request.body["pagination"].get("starting_after")
        return Reply(
            {"data": {"items": [ticket(2 if after else 1)]}, "next": None if after else "x"}
        )

    server.answer = answer
    described = crm(
        server,
        method="POST",
        params={"query": {"field": "updated_at", "operator": ">"}, "pagination": {"per_page": 1}},
        paging=Paging(kind="cursor", param="pagination.starting_after", next="next"),
        cursor=RestCursor(field="updated_at", param="query.value", format="seconds"),
    )
    take(tmp_path, described, {})
    assert ids(tmp_path) == ["1", "2"]
    assert server.asked[1].body == {
        "query": {"field": "updated_at", "operator": ">", "value": 0},
        "pagination": {"per_page": 1, "starting_after": "x"},
    }


def test_throttling_is_waited_out_as_asked(server, tmp_path):
    until = {"Retry-After": "Sat, 20 Jan 2024 10:00:30 GMT"}  # 30 s behind the server's clock

    def answer(request, count):
        if count == 1:
            return Reply(status=429, headers={"Retry-After": "17"})
        if count == 2:
            return Reply(status=503, headers=until)
        return pages([ticket(1)])(request, count)

    server.answer = answer
    waits: list[float] = []
    take(tmp_path, crm(server), {}, waits=waits)
    assert ids(tmp_path) == ["1"]
    assert [wait for wait in waits if wait >= 1] == [17.0, 30.0]


def test_no_more_requests_are_made_than_the_rate_allows(server, tmp_path):
    server.answer = pages([ticket(1)], [ticket(2)], [ticket(3)])
    waits: list[float] = []
    take(tmp_path, crm(server, rate=6), {}, waits=waits)
    assert len(waits) == 2
    assert all(9 < wait <= 20 for wait in waits)


@pytest.mark.parametrize(
    "broken",
    [
        Reply(status=500),
        Reply(b"<html><body>Sign in</body></html>"),
        Reply(b'{"data": {"items": ['),
        Reply(b"[" * 100_000),
        Reply({"data": {"items": [ticket(2)]}}, cut=True),
        Reply(b"\x1f\x8bnot gzip", headers={"Content-Encoding": "gzip"}),
        Reply(status=404),
        Reply(status=401),
        Reply(status=429, headers={"Retry-After": "999999"}),
        Reply(b" " * 2_000_000),
        Reply(gzip.compress(b" " * 50_000_000), headers={"Content-Encoding": "gzip"}),
        Reply({"data": {"items": "none"}}),
    ],
)
def test_a_broken_page_leaves_what_came_and_the_cursor_before_it(server, tmp_path, broken):
    good = pages([ticket(1), ticket(2)], [ticket(3)])

    def answer(request, count):
        return broken if "after" in request.params else good(request, count)

    server.answer = answer
    described = crm(server, max_page_mb=1)
    with pytest.raises((SourceFailed, DataContractError), match=r"sources\.crm.*page 2") as err:
        take(tmp_path, described, {})
    assert "127.0.0.1" not in str(err.value)
    assert place(tmp_path).mark is None
    if isinstance(err.value, SourceFailed):
        assert ids(tmp_path) == ["1", "2"]
    server.answer = good
    take(tmp_path, described, {})
    assert ids(tmp_path) == ["1", "2", "3"]
    assert (stored(tmp_path)["received_at"] == stored(tmp_path)["created_at"]).all()


def test_a_failure_that_passes_is_not_noticed(server, tmp_path):
    failing = [Reply(status=502), Reply({"data": {"items": []}}, cut=True)]
    good = pages([ticket(1)], [ticket(2)])
    server.answer = lambda request, count: failing[count - 1] if count < 3 else good(request, count)
    take(tmp_path, crm(server), {})
    assert ids(tmp_path) == ["1", "2"]


def test_a_source_in_ascending_order_goes_on_behind_its_last_page(server, tmp_path, monkeypatch):
    cursor = RestCursor(field="updated_at", param="since", format="iso", order="ascending")
    good = pages([ticket(1), ticket(5)], [ticket(6)])

    def answer(request, count):
        return Reply(status=500) if "after" in request.params else good(request, count)

    server.answer = answer
    described = crm(server, cursor=cursor, overlap=0)
    with pytest.raises(SourceFailed):
        take(tmp_path, described, {})
    server.answer = pages([ticket(5), ticket(6)])
    take(tmp_path, described, {})
    # Of the last row's second more may come: it is asked for again.
    assert server.asked[-1].params["since"] == "2024-01-20T04:59:59Z"
    assert ids(tmp_path) == ["1", "5", "6"]


@pytest.mark.parametrize("stopped_at", [1, 2, 3])
def test_a_kill_at_any_note_loses_and_doubles_nothing(server, tmp_path, monkeypatch, stopped_at):
    server.answer = pages([ticket(3)], [ticket(1)], [ticket(2)])
    real, calls = asked.write_place, []

    def killed(*arguments):
        calls.append(1)
        if len(calls) == stopped_at:
            raise KeyboardInterrupt
        real(*arguments)

    monkeypatch.setattr(asked, "write_place", killed)
    with pytest.raises(KeyboardInterrupt):
        take(tmp_path, crm(server, batch_rows=1), {})
    monkeypatch.setattr(asked, "write_place", real)
    take(tmp_path, crm(server, batch_rows=1), {})
    assert ids(tmp_path) == ["1", "2", "3"]
    assert place(tmp_path).mark.value() == "2024-01-20T03:00:00Z"


@pytest.mark.parametrize("batch_rows", [1, 1000])
@pytest.mark.parametrize(
    "parts",
    [
        ([ticket(1), ticket(2)], [ticket(1), ticket(2)], [ticket(3)]),
        ([ticket(3)], [ticket(2)], [ticket(1)], [ticket(3)]),
        # The newer version of 2 comes before the older one, and behind it.
        ([ticket(2, 9, text="new")], [ticket(2, text="old"), ticket(1)], [ticket(3)]),
        ([ticket(2, text="old"), ticket(1)], [ticket(2, 9, text="new")], [ticket(3)]),
    ],
)
def test_repeated_and_reordered_pages_are_harmless(server, tmp_path, parts, batch_rows):
    server.answer = pages(*parts)
    take(tmp_path, crm(server, batch_rows=batch_rows), {})
    rows = stored(tmp_path).set_index("source_id")
    assert list(rows.index) == ["1", "2", "3"]
    is_changed = any(it["message"]["body"] == "new" for part in parts for it in part)
    assert rows.loc["2", "text"] == ("new" if is_changed else "The router number 2 fails")
    assert quarantined(tmp_path).empty


def test_rows_that_are_no_records_go_to_quarantine(server, tmp_path):
    server.answer = pages([ticket(1), "oops", None, {"id": 9}])
    result = take(tmp_path, crm(server), {})
    assert (result.accepted, result.quarantined + result.collapsed) == (1, 3)


def test_rows_of_after_the_morning_come_again(server, tmp_path):
    early = {
        **ticket(5),
        "created_at": "2024-02-01T03:00:00Z",
        "updated_at": "2024-02-01T04:00:00Z",
    }
    server.answer = pages([ticket(1), early])
    take(tmp_path, crm(server, overlap=0), {})
    assert ids(tmp_path) == ["1"]
    tomorrow = pd.Timestamp("2024-02-02", tz="UTC")
    take(tmp_path, crm(server, overlap=0), {}, as_of=tomorrow, now=tomorrow)
    assert server.asked[-1].params["since"] <= "2024-02-01T03:59:59Z"
    assert ids(tmp_path) == ["1", "5"]


def test_paging_without_end_is_ended(server, tmp_path):
    endless = {"data": {"items": [ticket(1)]}, "meta": {"next": "again"}}
    server.answer = lambda *_: Reply(endless)
    with pytest.raises(SourceFailed, match="leads back to one that was read"):
        take(tmp_path, crm(server), {})
    with pytest.raises(SourceFailed, match="is the same as the two before"):
        take(tmp_path, crm(server, paging=Paging(kind="page", param="p")), {})
    assert len(server.asked) < 8
    server.answer = lambda _, count: Reply(
        {"data": {"items": [ticket(count % 20)]}, "meta": {"next": f"p{count}"}}
    )
    with pytest.raises(SourceFailed, match=r"max_pages \(4\)"):
        take(tmp_path, crm(server, max_pages=4), {})


def test_the_size_of_a_load_is_bound(server, tmp_path):
    server.answer = pages(*[[ticket(n, text="x" * 300_000)] for n in range(1, 9)])
    with pytest.raises(SourceFailed, match=r"max_load_mb \(1\)"):
        take(tmp_path, crm(server, max_load_mb=1), {})
    assert ids(tmp_path) == ["1", "2", "3"]


@pytest.mark.parametrize("way", ["redirect", "link"])
def test_another_host_is_not_followed_and_gets_no_credentials(server, tmp_path, way):
    with api() as other:
        other.answer = pages([ticket(9)])
        link = f"{other.address}/steal"
        server.answer = lambda *_: (
            Reply(status=302, headers={"Location": link})
            if way == "redirect"
            else Reply({"data": {"items": [ticket(1)]}, "next": link})
        )
        auth = Auth(kind="header", env="TOKEN", name="X-Api-Key")
        described = crm(server, auth=auth, paging=Paging(kind="link", next="next"))
        with pytest.raises(SourceFailed, match="another host"):
            take(tmp_path, described, {"TOKEN": "s3cret"})
        assert other.asked == []


def test_a_redirect_on_the_same_host_is_followed(server, tmp_path):
    good = pages([ticket(1)])
    server.answer = lambda request, count: (
        Reply(status=301, headers={"Location": "/v2/tickets?x=1"})
        if request.path == "/v1/tickets"
        else good(request, count)
    )
    take(tmp_path, crm(server), {})
    assert ids(tmp_path) == ["1"]


@pytest.mark.parametrize(
    ("auth", "value", "header", "sent"),
    [
        (Auth(kind="bearer", env="T"), "s3cret", "Authorization", "Bearer s3cret"),
        (Auth(kind="basic", env="T"), "ann:s3cret", "Authorization", "Basic YW5uOnMzY3JldA=="),
        (Auth(kind="header", env="T", name="X-Key"), "s3cret", "X-Key", "s3cret"),
        (Auth(kind="query", env="T", name="access_token"), "s3cret", None, "s3cret"),
    ],
)
def test_credentials_are_sent_and_never_said(server, tmp_path, caplog, auth, value, header, sent):
    server.answer = pages([ticket(1)], [ticket(2)])
    with caplog.at_level(logging.DEBUG):
        take(tmp_path, crm(server, auth=auth), {"T": value})
        server.answer = lambda *_: Reply(status=403)
        with pytest.raises(SourceFailed, match=r"refuses access.*is T right") as err:
            take(tmp_path, crm(server, auth=auth), {"T": value})
    for request in server.asked:
        got = request.headers[header] if header else request.params["access_token"]
        assert got == sent
    left = "".join(p.read_text("utf-8", "replace") for p in tmp_path.rglob("*") if p.is_file())
    for told in (str(err.value), caplog.text, left):
        assert "s3cret" not in told
    with pytest.raises(SettingsError, match=r"T .*is not set"):
        take(tmp_path, crm(server, auth=auth), {})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"records": "data.rows"}, r"crm\.records: page 1 holds no list at 'data\.rows'"),
        ({"columns": {"text": "body"}}, r"crm\.columns: no record has body\. Found fields: id, "),
        ({"columns": {"text": "message.body", "id": "key"}}, r"crm\.columns: no record has key"),
        ({"cursor": RestCursor(field="message.body", param="s")}, r"crm\.cursor\.field"),
    ],
)
def test_a_description_that_does_not_fit_is_refused(server, tmp_path, changes, said):
    server.answer = pages([ticket(1)])
    with pytest.raises(DataContractError, match=said) as err:
        take(tmp_path, crm(server, **changes), {})
    assert "router" not in str(err.value)
    assert stored(tmp_path).empty


def test_a_dry_run_asks_and_keeps_nothing(server, tmp_path):
    server.answer = pages([ticket(1)], [ticket(2)])
    assert take(tmp_path, crm(server), {}, dry_run=True).inserted == 2
    assert place(tmp_path) is None
    assert stored(tmp_path).empty


def test_a_quiet_day_may_leave_the_list_out(server, tmp_path):
    server.answer = lambda *_: Reply({"meta": {"count": 0}})
    with pytest.raises(DataContractError, match="holds no list"):
        take(tmp_path, crm(server), {})  # or the description is wrong
    server.answer = pages([ticket(1)])
    take(tmp_path, crm(server), {})
    server.answer = lambda *_: Reply({"meta": {"count": 0}})
    assert take(tmp_path, crm(server), {}).rows_read == 0
