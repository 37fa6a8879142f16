"""Complaints from real databases: nothing doubled, nothing lost, nothing written there."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
import sqlalchemy as sa

import pipelines.steps.ingest.asked as asked
from models.errors import DataContractError, SettingsError, SourceFailed
from pipelines.settings import SqlSource
from tests.pipelines.steps.ingest.asking import ids, place, quarantined, stored, take
from tests.pipelines.tracking.servers import postgres

QUERY = (
    "select id, created_at, body, resolved_at, updated_at from ticket "
    "where updated_at > :cursor order by updated_at"
)
BY_TEXT = "select id, created_at, body from ticket where body > :cursor order by body"
_NAMES = itertools.count()


@pytest.fixture(scope="module")
def server():
    with postgres() as address:
        yield address


@pytest.fixture(params=["postgresql", "sqlite"])
def database(request, tmp_path):
    """Yield a database with a table of tickets, under the variable's name."""
    if request.param == "sqlite":
        address, moment = f"sqlite:///{tmp_path / 'crm.db'}", "text"
        engine = sa.create_engine(address)
    else:
        server, moment = request.getfixturevalue("server"), "timestamptz"
        name = f"crm{next(_NAMES)}"
        with sa.create_engine(server, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql(f"create database {name}")
        address = server.removesuffix("postgres") + name
        engine = sa.create_engine(address)
    run(
        engine,
        f"create table ticket (id integer primary key, created_at {moment}, body text, "
        f"resolved_at {moment}, updated_at {moment})",
    )
    yield engine, {"CRM_URL": address}
    engine.dispose()


def run(engine, *statements):
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def put(engine, number, updated, *, created=None, body=None, resolved=None):
    values = [created or updated, body or f"The router number {number} fails", resolved, updated]
    cells = ", ".join("null" if v is None else f"'{v}'" for v in values)
    run(engine, f"delete from ticket where id = {number}")
    run(engine, f"insert into ticket values ({number}, {cells})")


def crm(**changes):
    given = {"url_env": "CRM_URL", "query": QUERY, "cursor": "updated_at"}
    return SqlSource(**{**given, "kind": "sql", "columns": {"text": "body"}, **changes})


def at(hour, day=20):
    return f"2024-01-{day:02d} {hour:02d}:00:00+00:00"


def test_a_first_load_in_batches_counts_as_history_to_its_end(database, tmp_path):
    engine, environment = database
    for hour in range(5):
        put(engine, hour + 1, at(hour))
    result = take(tmp_path, crm(batch_rows=2), environment)
    rows = stored(tmp_path)
    assert (result.rows_read, result.inserted, result.late) == (5, 5, 0)
    assert list(rows["source_id"]) == ["1", "2", "3", "4", "5"]
    assert list(rows["created_at"]) == [pd.Timestamp(at(hour)) for hour in range(5)]
    assert (rows["received_at"] == rows["created_at"]).all()


def test_only_what_is_new_and_the_overlap_is_read_again(database, tmp_path):
    engine, environment = database
    for hour in range(10):
        put(engine, hour + 1, at(hour))
    take(tmp_path, crm(), environment)
    put(engine, 3, at(12), created=at(2), body="It fails still")
    put(engine, 11, at(13))
    result = take(tmp_path, crm(overlap=5400), environment)
    # Behind 09:00 - 1.5 h: the rows of 08:00 and 09:00, the changed one and the new one.
    assert (result.rows_read, result.inserted, result.updated, result.unchanged) == (4, 1, 1, 2)
    rows = stored(tmp_path).set_index("source_id")
    assert len(rows) == 11
    assert rows.loc["3", "text"] == "It fails still"
    assert rows.loc["11", "received_at"] == pd.Timestamp("2024-01-31 23:59:59.999999", tz="UTC")


def test_a_row_that_is_committed_late_is_found_by_the_overlap(database, tmp_path):
    engine, environment = database
    put(engine, 1, at(9))
    take(tmp_path, crm(), environment)
    put(engine, 2, "2024-01-20 08:30:00+00:00")
    take(tmp_path, crm(overlap=1200), environment)
    assert ids(tmp_path) == ["1"]
    take(tmp_path, crm(overlap=3600), environment)
    assert ids(tmp_path) == ["1", "2"]


@pytest.mark.parametrize("stopped_at", [1, 2, 3, 4])
def test_a_kill_before_the_place_is_kept_repeats_and_loses_nothing(
    database, tmp_path, monkeypatch, stopped_at
):
    engine, environment = database
    for number in range(6):  # all of one second: the cursor alone cannot tell them apart
        put(engine, number + 1, at(7))
    real, calls = asked.write_place, []

    def killed(*arguments):
        calls.append(arguments)
        if len(calls) == stopped_at:
            raise KeyboardInterrupt
        real(*arguments)

    monkeypatch.setattr(asked, "write_place", killed)
    with pytest.raises(KeyboardInterrupt):
        take(tmp_path, crm(batch_rows=2), environment)
    monkeypatch.setattr(asked, "write_place", real)
    take(tmp_path, crm(batch_rows=2, overlap=0), environment)
    rows = stored(tmp_path)
    assert list(rows["source_id"]) == ["1", "2", "3", "4", "5", "6"]
    assert (rows["received_at"] == rows["created_at"]).all()


def test_rows_of_after_the_morning_come_again_on_the_next(database, tmp_path):
    engine, environment = database
    put(engine, 1, at(10, day=31))
    put(engine, 2, "2024-02-01 03:00:00+00:00")  # behind as_of, before the clock
    put(engine, 3, "2024-02-01 05:00:00+00:00")
    result = take(tmp_path, crm(overlap=0), environment)
    assert (result.accepted, result.not_yet_known) == (1, 2)
    tomorrow = pd.Timestamp("2024-02-02", tz="UTC")
    take(tmp_path, crm(overlap=0), environment, as_of=tomorrow, now=tomorrow)
    assert ids(tmp_path) == ["1", "2", "3"]


def test_an_answer_of_after_the_morning_is_filled_in_on_the_next(database, tmp_path):
    engine, environment = database
    moment = "2024-02-01 03:00:00+00:00"
    put(engine, 1, moment, created=at(1), resolved=moment)
    take(tmp_path, crm(overlap=0), environment)
    assert stored(tmp_path)["resolved_at"].isna().all()
    tomorrow = pd.Timestamp("2024-02-02", tz="UTC")
    take(tmp_path, crm(overlap=0), environment, as_of=tomorrow, now=tomorrow)
    assert list(stored(tmp_path)["resolved_at"]) == [pd.Timestamp(moment)]


def test_a_row_of_a_wrong_clock_does_not_keep_the_others_away(database, tmp_path):
    engine, environment = database
    put(engine, 1, at(1))
    put(engine, 2, "2031-01-01 00:00:00+00:00", created=at(2))
    take(tmp_path, crm(), environment)
    put(engine, 3, at(3))
    take(tmp_path, crm(), environment)
    assert ids(tmp_path) == ["1", "2", "3"]


def test_a_number_can_be_the_cursor(database, tmp_path):
    engine, environment = database
    query = "select id, created_at, body from ticket where id > :cursor order by id"
    numbered = crm(query=query, cursor="id", start="0", overlap=2, batch_rows=2)
    for number in range(1, 6):
        put(engine, number, at(number))
    take(tmp_path, numbered, environment)
    put(engine, 6, at(6))
    assert take(tmp_path, numbered, environment).rows_read == 3  # behind 5 - 2: 4, 5 and 6
    assert len(ids(tmp_path)) == 6


def test_a_dry_run_stores_nothing_and_moves_no_cursor(database, tmp_path):
    engine, environment = database
    put(engine, 1, at(1))
    result = take(tmp_path, crm(), environment, dry_run=True)
    assert (result.rows_read, result.inserted) == (1, 1)
    assert stored(tmp_path).empty
    assert place(tmp_path) is None
    take(tmp_path, crm(), environment)
    before = place(tmp_path)
    put(engine, 2, at(5))
    take(tmp_path, crm(), environment, dry_run=True)
    assert place(tmp_path) == before


def test_broken_rows_go_to_quarantine_and_do_not_stop_the_cursor(database, tmp_path):
    engine, environment = database
    put(engine, 1, at(1), body="   ")
    put(engine, 2, at(2), body="Call me: jane.roe@example.org")
    result = take(tmp_path, crm(), environment)
    assert result.reasons == {"text is empty": 1}
    assert list(quarantined(tmp_path)["reason"]) == ["text is empty"]
    assert list(stored(tmp_path)["text"]) == ["Call me: <EMAIL>"]
    assert take(tmp_path, crm(overlap=0), environment).rows_read == 0


def test_another_query_reads_all_again_and_doubles_nothing(database, tmp_path):
    engine, environment = database
    put(engine, 1, at(1), body="no phone")
    put(engine, 2, at(9))
    narrow = QUERY.replace("where", "where id > 1 and")
    take(tmp_path, crm(query=narrow), environment)
    assert take(tmp_path, crm(), environment).rows_read == 2
    assert ids(tmp_path) == ["1", "2"]


def test_a_query_cannot_write(server, tmp_path):
    engine = sa.create_engine(server)
    run(engine, "create table kept (id int, created_at text, body text, updated_at int)")
    run(engine, "insert into kept values (1, '2024-01-01', 'stays', 1)")
    run(
        engine,
        "create function wipe() returns int language plpgsql as "
        "'begin delete from kept; return 1; end'",
    )
    query = (
        "select id, created_at, body, updated_at from kept where updated_at > :cursor "
        "and wipe() = 1 order by updated_at"
    )
    with pytest.raises(DataContractError, match=r"sources\.crm\.query.*ReadOnly"):
        take(tmp_path, crm(query=query, start="0"), {"CRM_URL": server})
    with engine.connect() as connection:
        assert connection.exec_driver_sql("select count(*) from kept").scalar() == 1


def test_a_missing_sqlite_file_is_said_and_not_made(tmp_path):
    path = tmp_path / "no.db"
    with pytest.raises(SettingsError, match="names no SQLite file that exists"):
        take(tmp_path, crm(), {"CRM_URL": f"sqlite:///{path}"})
    assert not path.exists()


def cut_off(server, monkeypatch, *, after):
    """End the server's side of the reading connection, behind each of so many batches."""
    real, cuts = asked.ingest_chunks, []

    def then_cut(*arguments, **kwargs):
        out = real(*arguments, **kwargs)
        if len(cuts) < after:
            cuts.append(1)
            with sa.create_engine(server, isolation_level="AUTOCOMMIT").connect() as other:
                other.exec_driver_sql(
                    "select pg_terminate_backend(pid) from pg_stat_activity "
                    "where pid <> pg_backend_pid() and state = 'idle in transaction'"
                )
        return out

    monkeypatch.setattr(asked, "ingest_chunks", then_cut)


@pytest.fixture
def many(server, tmp_path):
    name = f"crm{next(_NAMES)}"
    with sa.create_engine(server, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql(f"create database {name}")
    engine = sa.create_engine(server.removesuffix("postgres") + name)
    run(
        engine,
        "create table ticket (id int, created_at timestamptz, body text, resolved_at timestamptz,"
        " updated_at timestamptz)",
        "insert into ticket select n, m, 'Router ' || n || ' fails', null, m from ("
        "select n, '2024-01-20'::timestamptz + n / 3 * interval '1 second' as m "
        "from generate_series(1, 500) as n) as made",
    )
    yield engine.url.render_as_string(hide_password=False)
    engine.dispose()


def test_a_connection_that_is_cut_is_taken_up_where_it_was(many, tmp_path, monkeypatch):
    cut_off(many, monkeypatch, after=2)
    waits: list[float] = []
    result = take(tmp_path, crm(batch_rows=100), {"CRM_URL": many}, waits=waits)
    assert sorted(map(int, ids(tmp_path))) == list(range(1, 501))
    assert result.rows_read > 500  # some came twice
    assert waits == [1.0, 1.0]


def test_a_database_that_stays_away_leaves_what_came_and_the_next_load_goes_on(
    many, tmp_path, monkeypatch
):
    cut_off(many, monkeypatch, after=1)
    with pytest.raises(SourceFailed, match=r"sources\.crm: .*100 rows that came before") as err:
        take(tmp_path, crm(batch_rows=100, attempts=1), {"CRM_URL": many})
    assert "127.0.0.1" not in str(err.value)
    assert len(ids(tmp_path)) == 100
    result = take(tmp_path, crm(batch_rows=100, overlap=0), {"CRM_URL": many})
    assert sorted(map(int, ids(tmp_path))) == list(range(1, 501))
    assert result.rows_read < 405


def test_waits_grow_and_no_address_is_said(tmp_path):
    waits: list[float] = []
    address = "postgresql+psycopg2://ann:s3cret@127.0.0.1:1/crm"
    with pytest.raises(SourceFailed, match="does not answer") as err:
        take(tmp_path, crm(attempts=4, max_wait_s=3), {"CRM_URL": address}, waits=waits)
    assert waits == [1.0, 2.0, 3.0]
    assert "s3cret" not in str(err.value)
    assert "ann" not in str(err.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"query": QUERY.replace("body", "wrong_column")}, r"crm\.query.*wrong_column"),
        ({"query": QUERY.replace("id, ", "")}, r"crm\.columns: no id"),
        ({"query": QUERY.replace(", updated_at from", " from")}, r"crm\.cursor.*no column"),
        ({"columns": {"text": "note"}}, r"crm\.query: no column 'note'"),
        ({"cursor": "body", "query": BY_TEXT}, r"crm\.cursor"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_fix(database, tmp_path, changes, said):
    engine, environment = database
    put(engine, 1, at(1))
    with pytest.raises(DataContractError, match=said):
        take(tmp_path, crm(**changes), environment)
    assert stored(tmp_path).empty


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "CRM_URL is not set"),
        ("nonsense with s3cret", "is no address of a database"),
        ("oracle+none://u:s3cret@h/d", "driver is not installed"),
        ("postgresql+asyncpg://u:s3cret@h/d", "asynchronous driver"),
    ],
)
def test_a_bad_address_is_refused_and_not_repeated(tmp_path, address, said):
    with pytest.raises(SettingsError, match=said) as err:
        take(tmp_path, crm(), {"CRM_URL": address})
    assert "s3cret" not in str(err.value)


def test_a_damaged_place_is_said_with_the_fix(database, tmp_path):
    engine, environment = database
    put(engine, 1, at(1))
    take(tmp_path, crm(), environment)
    (tmp_path / "store" / "cursors" / "crm.json").write_text("{", encoding="utf-8")
    with pytest.raises(DataContractError, match="Remove it"):
        take(tmp_path, crm(), environment)
