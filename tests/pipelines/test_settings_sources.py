"""What `params.yaml` may say of sources that are asked."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from models.errors import SettingsError
from pipelines.settings import Asked, RestSource, SqlSource, load_settings
from pipelines.workspace import PROJECT_ROOT

QUERY = "select * from ticket where updated_at > :cursor order by updated_at"


def _load(tmp_path: Path, crm: dict[str, object]):  # type: ignore[no-untyped-def]
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump({"sources": {"crm": crm}}), encoding="utf-8")
    return load_settings(path)


def _sql(**changes: object) -> dict[str, object]:
    given = {"kind": "sql", "url_env": "CRM_URL", "query": QUERY, "cursor": "updated_at"}
    return {name: value for name, value in {**given, **changes}.items() if value is not None}


def test_a_database_is_described_in_a_few_lines(tmp_path: Path) -> None:
    crm = _load(tmp_path, _sql(columns={"text": "body"})).sources["crm"]
    assert isinstance(crm, SqlSource)
    assert (crm.time_zone, crm.overlap, dict(crm.columns)) == ("UTC", 3600.0, {"text": "body"})


def test_how_a_source_is_reached_is_no_part_of_a_runs_record(tmp_path: Path) -> None:
    one = _load(tmp_path, _sql(query=QUERY.replace("ticket", "inner_ticket")))
    other = _load(tmp_path, _sql(url_env="OTHER_URL", attempts=9))
    assert one.digest() == other.digest()
    assert one.recorded()["sources"]["crm"] == {
        "columns": {},
        "time_zone": "UTC",
        "encoding": "auto",
    }
    assert _load(tmp_path, _sql(columns={"text": "note"})).digest() != one.digest()


@pytest.mark.parametrize(
    "query",
    [
        QUERY,
        QUERY + ";",
        "with t as (select * from ticket) select * from t where updated_at > :cursor "
        "order by t.updated_at asc, id",
        "select *, body::text from ticket where note <> 'a;b :x' and opened > '10:00' -- it's\n"
        'and "updated_at" > :cursor order by "updated_at" limit 5',
    ],
)
def test_queries_that_are_taken(tmp_path: Path, query: str) -> None:
    assert _load(tmp_path, _sql(query=query)).sources["crm"].query == query


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": "postgresql://ann:s3cret@h/d"}, r"unknown parameter `sources\.crm\.url`.*url_env"),
        ({"url_env": "postgresql://ann:s3cret@h/d"}, r"crm\.url_env: expected the name of an env"),
        ({"url_env": None}, r"missing parameter `sources\.crm\.url_env`"),
        ({"kind": "sq"}, r"sources\.crm\.kind: expected one of files, sql, rest"),
        ({"query": "delete from ticket"}, r"crm\.query: expected one statement"),
        ({"query": QUERY + "; drop table ticket"}, r"crm\.query: expected one statement"),
        ({"query": QUERY.replace(":cursor", ":since")}, r"crm\.query: knows :cursor alone"),
        ({"query": "select * from t order by updated_at"}, r"has no :cursor; write where updated"),
        ({"query": QUERY.split(" order")[0]}, r"end the query with order by updated_at"),
        ({"query": QUERY + " desc"}, r"end the query with order by updated_at"),
        ({"query": QUERY.replace("order by", "order by id,")}, r"end the query with order by"),
        ({"cursor": None}, r"crm\.cursor: the query has :cursor"),
        ({"cursor": "a; drop"}, r"crm\.cursor: expected the name of a column"),
        ({"start": 0}, r"crm\.start: expected str, got int; put it in quotes"),
        ({"overlap": -1}, r"crm\.overlap: expected 0 to"),
        ({"batch_rows": 0}, r"crm\.batch_rows: expected 1 to"),
        ({"time_zone": "Mars"}, r"crm\.time_zone: no time zone"),
    ],
)
def test_a_bad_description_is_refused_with_the_fix(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(SettingsError, match=said) as err:
        _load(tmp_path, _sql(**changes))
    assert "s3cret" not in str(err.value)


def _rest(**changes: object) -> dict[str, object]:
    given = {"kind": "rest", "base_url": "https://api.example.com", "records": "items"}
    return {**given, **changes}


def test_the_examples_load_and_none_holds_a_secret() -> None:
    sources = load_settings(PROJECT_ROOT / "data" / "sources.yaml").sources
    asked = {name: it for name, it in sources.items() if isinstance(it, Asked)}
    assert set(asked) == {
        *("postgresql", "zendesk", "intercom", "freshdesk", "facebook", "x", "app_store")
    }
    for source in asked.values():
        assert "text" in source.columns
        if isinstance(source, RestSource) and source.auth.kind != "none":
            assert source.auth.env.isupper()


def test_an_api_is_described_in_a_few_lines(tmp_path: Path) -> None:
    crm = _load(tmp_path, _rest(params={"per_page": 100, "query": {"a": [1, 2]}})).sources["crm"]
    assert isinstance(crm, RestSource)
    assert (crm.method, crm.rate, crm.paging.kind) == ("GET", 60.0, "none")
    assert crm.params == {"per_page": 100, "query": {"a": [1, 2]}}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"base_url": "ftp://api.example.com"}, r"crm\.base_url: expected an address"),
        ({"base_url": "file:///etc/passwd"}, r"crm\.base_url: expected an address"),
        ({"base_url": "https://[api"}, r"crm\.base_url: expected an address"),
        ({"base_url": "https://h:99999"}, r"crm\.base_url: expected an address"),
        ({"base_url": "https://ann:s3cret@h"}, r"crm\.base_url: holds a user or password"),
        ({"base_url": "https://h?token=s3cret"}, r"crm\.base_url: holds a \? or #"),
        ({"path": "/t?api_key=s3cret"}, r"crm\.path: holds a \?"),
        ({"path": "https://other"}, r"crm\.path: expected what follows"),
        ({"params": {"api_key": "s3cret"}}, r"crm\.params\.api_key: looks like a secret"),
        ({"params": {"a": {"password": "s3cret"}}}, r"params\.a\.password: looks like a secret"),
        ({"auth": {"kind": "bearer"}}, r"crm\.auth\.env: expected the name of an env"),
        ({"auth": {"kind": "bearer", "env": "s3cret-x"}}, r"crm\.auth\.env: expected the name"),
        ({"auth": {"env": "T"}}, r"crm\.auth\.kind"),
        ({"auth": {"kind": "header", "env": "T"}}, r"crm\.auth\.name: write the header's name"),
        ({"auth": {"kind": "bear", "env": "T"}}, r"crm\.auth\.kind: expected one of"),
        (
            {"base_url": "http://h", "auth": {"kind": "bearer", "env": "T"}},
            r"crm\.base_url: credentials are sent by https",
        ),
        ({"paging": {"kind": "cursor", "param": "p"}}, r"crm\.paging\.next: paging of kind"),
        ({"paging": {"kind": "page"}}, r"crm\.paging\.param: paging of kind page"),
        ({"paging": {"kind": "pages"}}, r"crm\.paging\.kind: expected one of"),
        ({"paging": {"kinds": "page"}}, r"unknown parameter `sources\.crm\.paging\.kinds`"),
        ({"paging": {"kind": "link"}, "method": "POST"}, r"crm\.paging\.kind: link needs"),
        ({"cursor": {"param": "since"}}, r"crm\.cursor\.field: write the field"),
        ({"rate": 0}, r"crm\.rate: expected 0\.1 to"),
        ({"query": "select 1"}, r"unknown parameter `sources\.crm\.query`"),
    ],
)
def test_a_bad_description_of_an_api_is_refused_with_the_fix(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(SettingsError, match=said) as err:
        _load(tmp_path, _rest(**changes))
    assert "s3cret" not in str(err.value)
