"""Rows of forgotten people do not come back."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from models.contracts import COMPLAINTS, QUARANTINE
from pipelines.forget import forget, look_up
from pipelines.store import Store
from pipelines.workspace import Workspace
from tests.pipelines.forget import case


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("ISSUECAST_SALT", case.SALT.decode())
    places = Workspace.at(tmp_path / "work")
    case.ingest(places, case.ROWS)
    return places


def _forget(places: Workspace, *ids: str, customer: str | None = None) -> None:
    at = case.NOW.as_unit("us")
    found = look_up(places, case.SETTINGS, complaint_ids=ids, customer=customer, now=at)
    assert found is not None
    forget(places, case.SETTINGS, found, tell=lambda _: None)


def _ids(places: Workspace) -> list[str]:
    return list(Store(places.store).read(COMPLAINTS)["complaint_id"])


def test_the_same_file_brings_nobody_back_and_every_row_is_accounted_for(
    places: Workspace,
) -> None:
    _forget(places, customer=case.NAME)
    result = case.ingest(places, case.ROWS)
    assert (result.rows_read, result.accepted, result.quarantined, result.forgotten) == (6, 3, 0, 3)
    assert _ids(places) == ["crm:7", "crm:8", "crm:9"]
    assert Store(places.store).count(QUARANTINE) == 0


def test_what_a_customer_writes_later_is_a_new_complaint(places: Workspace) -> None:
    _forget(places, customer=case.NAME)
    fresh = [
        ("20", "2024-02-29", "An old one that had not come yet", case.NAME),
        ("21", "2024-03-02", "A new one of April", f" {case.NAME} "),
    ]
    later = pd.Timestamp("2024-04-01", tz="UTC")
    result = case.ingest(places, fresh, as_of=later, now=later)
    assert result.forgotten == 1
    assert _ids(places)[:1] == ["crm:21"]


def test_a_single_complaint_stays_out_whatever_it_says_now(places: Workspace) -> None:
    _forget(places, "zx-77120031")
    changed = [("zx-77120031", "2024-05-01", "Corrected since", "Somebody else"), *case.ROWS[1:2]]
    later = pd.Timestamp("2024-06-01", tz="UTC")
    result = case.ingest(places, changed, as_of=later, now=later)
    assert (result.forgotten, result.unchanged) == (1, 1)
    assert "crm:zx-77120031" not in _ids(places)
