from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from models.contracts import QUARANTINE, SIGNALS
from models.errors import DataContractError
from pipelines.settings import load_settings
from pipelines.steps.ingest.signals import SignalsResult, ingest_signals
from pipelines.store import Store

SETTINGS = load_settings()
AS_OF = pd.Timestamp("2019-05-05T00:00Z")
NOW = pd.Timestamp("2019-05-05T08:00Z")
JUST_BEFORE = AS_OF - pd.Timedelta(1, "us")
HEADER = "name,at,kind,value,brand,product,known_at"
GOOD = f"""{HEADER}
5.1,2019-04-01,Release,,,Firefox,2019-03-01T09:00Z
outage,2019-04-20T13:00Z,outage,2.5,Acme,,
summer sale,2019-06-01,campaign,1,,,2019-05-01
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def take(
    tmp_path: Path,
    store: Store,
    text: str | bytes,
    *,
    as_of: pd.Timestamp = AS_OF,
    now: pd.Timestamp = NOW,
    name: str = "signals.csv",
    dry_run: bool = False,
) -> SignalsResult:
    file = tmp_path / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return ingest_signals(
        [str(file)],
        settings=SETTINGS,
        store=store,
        as_of=as_of,
        now=now,
        salt=b"salt",
        dry_run=dry_run,
    )


def test_signals_are_stored_with_when_they_became_known(tmp_path: Path, store: Store) -> None:
    result = take(tmp_path, store, GOOD)
    assert (result.rows_read, result.taken, result.quarantined) == (3, 3, 0)
    rows = store.read(SIGNALS).set_index("name")
    assert rows.loc["5.1", ["kind", "value", "product"]].tolist() == ["release", 1.0, "Firefox"]
    assert rows.loc["5.1", "known_at"] == pd.Timestamp("2019-03-01T09:00Z")
    assert rows.loc["outage", ["value", "brand"]].tolist() == [2.5, "Acme"]
    # A first load of history: known when it happened.
    assert rows.loc["outage", "known_at"] == rows.loc["outage", "at"]
    assert rows.loc["summer sale", "at"] == pd.Timestamp("2019-06-01T00:00Z")


def test_the_same_file_again_changes_nothing(tmp_path: Path, store: Store) -> None:
    take(tmp_path, store, GOOD)
    before = store.version(SIGNALS)
    later = AS_OF + pd.Timedelta(days=1)
    result = take(tmp_path, store, GOOD, as_of=later, now=later)
    assert (result.taken, result.unchanged) == (0, 3)
    assert store.version(SIGNALS) == before


def test_a_change_is_a_new_version_and_the_old_one_stays(tmp_path: Path, store: Store) -> None:
    take(tmp_path, store, f"{HEADER}\nsale,2019-06-01,campaign,1,,,\n")
    later = AS_OF + pd.Timedelta(days=3)
    take(tmp_path, store, f"{HEADER}\nsale,2019-06-01,campaign,0,,,\n", as_of=later, now=later)
    rows = store.read(SIGNALS)
    assert rows["value"].tolist() == [1.0, 0.0]
    assert rows["known_at"].tolist() == [JUST_BEFORE, later - pd.Timedelta(1, "us")]


def test_what_is_not_known_yet_is_left_for_later(tmp_path: Path, store: Store) -> None:
    text = f"""{HEADER}
told later,2019-06-01,campaign,1,,,2019-05-05T06:00Z
happened since,2019-05-05T03:00Z,outage,1,,,
planned,2019-06-02,release,1,,,
"""
    result = take(tmp_path, store, text)
    assert (result.taken, result.not_yet_known, result.quarantined) == (1, 2, 0)
    assert store.read(SIGNALS)["name"].tolist() == ["planned"]
    next_day = AS_OF + pd.Timedelta(days=1)
    assert take(tmp_path, store, text, as_of=next_day, now=next_day).taken == 2


def test_broken_rows_are_quarantined_with_a_reason(tmp_path: Path, store: Store) -> None:
    text = f"""{HEADER}
good,2019-04-01,release,,,,
,2019-04-01,release,,,,
no time,,release,,,,
odd time,soon,release,,,,
no kind,2019-04-01,,,,,
odd value,2019-04-01,release,many,,,
not finite,2019-04-01,release,inf,,,
odd known,2019-04-01,release,1,,,yesterday
known in future,2019-04-01,release,1,,,2019-07-01
call jane.doe@example.org,2019-04-01,,1,,,
too,many,cells,1,2,3,4,5
"""
    result = take(tmp_path, store, text)
    assert result.taken == 1
    assert result.quarantined == 10
    rows = store.read(QUARANTINE)
    assert set(rows["source"]) == {"signals"}
    assert (
        rows["reason"].value_counts().to_dict()
        == result.reasons
        == {
            "kind is empty": 2,
            "value is not a number": 2,
            "8 cells where the header has 7": 1,
            "at cannot be read as a time": 1,
            "at is empty": 1,
            "known_at cannot be read as a time": 1,
            "known_at lies in the future": 1,
            "name is empty": 1,
        }
    )
    assert not rows["payload"].str.contains("jane").any()
    take(tmp_path, store, text)
    assert len(store.read(QUARANTINE)) == 10


def test_personal_data_is_hidden(tmp_path: Path, store: Store) -> None:
    take(tmp_path, store, f"{HEADER}\nask jane.doe@example.org,2019-04-01,release,,,,\n")
    assert "jane" not in store.read(SIGNALS)["name"].iloc[0]


def test_a_wrong_file_is_refused_and_nothing_stored(tmp_path: Path, store: Store) -> None:
    with pytest.raises(DataContractError, match=r"need the columns name, at and kind.*no kind"):
        take(tmp_path, store, "name,at,type\na,2019-01-01,release\n")
    rows = "".join(f"r{i},never,release,,,,\n" for i in range(30))
    with pytest.raises(DataContractError, match="30 of 30 signals are broken"):
        take(tmp_path, store, f"{HEADER}\n{rows}")
    assert not store.has(SIGNALS)
    assert not store.has(QUARANTINE)


def test_parquet_and_json_lines_are_read_too(tmp_path: Path, store: Store) -> None:
    frame = pd.DataFrame(
        {"name": ["a"], "at": [pd.Timestamp("2019-04-01")], "kind": ["release"], "value": [2.0]}
    )
    frame.to_parquet(tmp_path / "made.parquet")
    take(tmp_path, store, (tmp_path / "made.parquet").read_bytes(), name="s.parquet")
    take(tmp_path, store, '{"name": "b", "at": "2019-04-02", "kind": "release"}', name="s.jsonl")
    rows = store.read(SIGNALS)
    assert rows["name"].tolist() == ["a", "b"]
    assert rows["value"].tolist() == [2.0, 1.0]


def test_a_dry_run_stores_nothing(tmp_path: Path, store: Store) -> None:
    assert take(tmp_path, store, GOOD, dry_run=True).taken == 3
    assert not store.has(SIGNALS)


def test_a_slip_in_a_kind_is_pointed_at_and_a_broken_line_named(
    tmp_path: Path, store: Store
) -> None:
    rows = ["a,2019-04-01,release_", "b,2019-04-02,Price change", "c,2019-04-03,press"]
    text = "\n".join(["name,at,kind", *rows, "d,May the fourth,release", ""])
    found = take(tmp_path, store, text)
    assert found.new_kinds == {"press": "", "price change": "price_change", "release_": "release"}
    assert found.places == {
        "at cannot be read as a time": "signals.csv line 5, write 2026-11-02 or 2026-11-02T08:00Z"
    }
    # What has been taken once is known, and the usual kinds always are.
    later = take(tmp_path, store, "name,at,kind\ne,2019-04-05,press\nf,2019-04-06,outage\n")
    assert later.new_kinds == {}
