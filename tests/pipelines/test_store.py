from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as arrow
import pyarrow.compute as compute
import pytest
from deltalake import write_deltalake

from models.contracts import ASSIGNMENTS, COUNTS, STORED_TABLES, THEMES, check, empty
from models.errors import DataContractError
from pipelines.store import Store, digest


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
    frame = empty(THEMES)
    frame.loc[0, "status"] = "jane@example.org"
    with pytest.raises(DataContractError) as caught:
        check(frame, THEMES)
    assert "jane" not in str(caught.value)


def test_the_digest_follows_the_values_alone() -> None:
    frame = _counts([1, 2])
    assert digest(frame) == digest(frame.set_index(pd.Index([7, 9])))
    assert digest(frame) != digest(_counts([2, 1]))


def test_a_table_from_before_the_contract_had_a_column_is_refused(
    store: Store, tmp_path: Path
) -> None:
    (tmp_path / "store").mkdir(exist_ok=True)
    older = arrow.table({"complaint_id": ["a"], "version": ["v"], "strength": [1.0]})
    write_deltalake(str(tmp_path / "store" / "assignments"), older)
    with pytest.raises(DataContractError, match=r"assignments: .* has no text_hash, theme_id"):
        store.read(ASSIGNMENTS)
