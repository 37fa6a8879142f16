from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.compute as compute
import pytest
from deltalake import write_deltalake

from models.contracts import COUNTS, STORED_TABLES, THEMES, Table, check, conform
from models.errors import DataContractError
from pipelines.store import Store, _to_arrow, digest


def _counts(values: list[int]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "series_id": [f"s{i}" for i in range(len(values))],
            "date": pd.Timestamp("2020-01-01"),
            "count": values,
            "is_provisional": False,
            "is_revised": False,
        }
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_every_table_reads_empty_before_its_first_write(store: Store) -> None:
    for table in STORED_TABLES:
        check(store.read(table), table)
        assert store.count(table) == 0
        assert store.version(table) is None


def test_the_same_rows_twice_make_no_new_version(store: Store) -> None:
    assert store.upsert(COUNTS, _counts([1, 2, 3])) == (3, 0)
    assert store.upsert(COUNTS, _counts([1, 2, 3])) == (0, 0)
    assert store.version(COUNTS) == 0


def test_a_changed_row_updates_and_a_new_one_is_inserted(store: Store) -> None:
    store.upsert(COUNTS, _counts([1, 2]))
    assert store.upsert(COUNTS, _counts([1, 5, 7])) == (1, 1)
    assert store.read(COUNTS)["count"].tolist() == [1, 5, 7]
    assert store.read(COUNTS, version=0)["count"].tolist() == [1, 2]


def test_what_is_read_keeps_the_contract_and_the_filter(store: Store) -> None:
    store.upsert(COUNTS, _counts([4, 5, 6]))
    rows = check(store.read(COUNTS), COUNTS)
    assert rows["date"].dtype == "datetime64[us]"
    assert len(store.read(COUNTS, where=compute.field("count") > 4)) == 2
    assert list(store.read(COUNTS, columns=["count"]).columns) == ["count"]


def test_texts_are_compared_in_what_a_merge_has_written(store: Store) -> None:
    store.upsert(COUNTS, _counts([4, 5, 6]))
    store.upsert(COUNTS, _counts([4, 7, 6, 8]))  # one updated, one inserted
    wanted = compute.field("series_id").isin(["s1", "s3"])
    assert store.read(COUNTS, where=wanted)["count"].tolist() == [7, 8]
    assert store.read(COUNTS, where=wanted, columns=["count"])["count"].tolist() == [7, 8]
    wanted = (compute.field("series_id") == "s2") & (compute.field("count") > 1)
    assert store.read(COUNTS, where=wanted)["count"].tolist() == [6]
    assert store.read(COUNTS, where=compute.field("series_id") == "s9").empty


def test_a_frame_that_breaks_its_contract_is_refused_before_anything_is_written(
    store: Store,
) -> None:
    with pytest.raises(DataContractError, match="contract broken"):
        store.upsert(COUNTS, _counts([-1]))
    with pytest.raises(DataContractError, match="missing column"):
        store.upsert(COUNTS, _counts([1]).drop(columns="date"))
    twice = pd.concat([_counts([1]), _counts([2])])
    with pytest.raises(DataContractError, match="contract broken"):
        store.upsert(COUNTS, twice)
    assert not store.has(COUNTS)


def test_a_contract_error_shows_no_values() -> None:
    frame = conform(pd.DataFrame([_theme("t", status="jane@example.org")]), THEMES)
    with pytest.raises(DataContractError) as caught:
        check(frame, THEMES)
    assert "jane" not in str(caught.value)


def test_the_digest_follows_the_values_alone() -> None:
    frame = _counts([1, 2])
    assert digest(frame) == digest(frame.set_index(pd.Index([7, 9])))
    assert digest(frame) != digest(_counts([2, 1]))


def _theme(name: str, **more: object) -> dict[str, object]:
    row: dict[str, object] = {"theme_id": name, "version": "v", "label": "l", "title": name}
    row |= {"keywords": [], "exemplars": [], "parents": [], "status": "active", "size": 1}
    return row | {"born_on": pd.Timestamp("2020-01-01"), "encoder": "e", "centroid": b"", **more}


def _earlier(store: Store, *left_out: str) -> None:
    """Write a table of themes as a release without some columns would have."""
    columns = {name: column for name, column in THEMES.columns.items() if name not in left_out}
    table = Table(THEMES.name, THEMES.key, columns)
    rows = _to_arrow(conform(pd.DataFrame([_theme("old")]), table), table)
    store.root.mkdir()
    write_deltalake(str(store.root / THEMES.name), rows)


def test_a_table_without_a_needed_column_says_what_to_do(store: Store) -> None:
    _earlier(store, "encoder")
    for work in (store.read, lambda table: store.append(table, pd.DataFrame([_theme("new")]))):
        with pytest.raises(DataContractError, match=r"has no encoder: .* older issuecast"):
            work(THEMES)


@pytest.mark.parametrize("how", ["upsert", "append", "replace"])
def test_a_table_of_an_earlier_release_gains_its_new_columns(store: Store, how: str) -> None:
    new = ("is_hidden", "is_pinned")
    _earlier(store, *new)
    assert store.read(THEMES)[list(new)].to_numpy().tolist() == [[False, False]]
    added = pd.DataFrame([_theme("new", is_hidden=True, is_pinned=False)])
    getattr(store, how)(THEMES, added)
    found = check(store.read(THEMES), THEMES).set_index("theme_id")["is_hidden"].to_dict()
    assert found == ({"new": True} if how == "replace" else {"new": True, "old": False})


def test_a_purge_leaves_the_newest_rows_and_nothing_of_older_ones(store: Store) -> None:
    first = _counts([1, 2]).assign(series_id=["secret-zebra", "s1"])
    store.upsert(COUNTS, first)
    store.change(COUNTS, lambda rows: rows.slice(1))
    number = store.version(COUNTS)
    store.purge(COUNTS)
    folder = store.root / "counts"
    assert all(b"zebra" not in it.read_bytes() for it in folder.rglob("*") if it.is_file())
    assert len(list(folder.glob("*.parquet"))) == 1
    assert list(store.read(COUNTS)["series_id"]) == ["s1"]
    assert store.version(COUNTS) > number
    # It goes on as before, and may be purged again.
    assert store.upsert(COUNTS, _counts([5, 6])) == (1, 1)
    store.purge(COUNTS)
    assert list(store.read(COUNTS)["count"]) == [5, 6]
