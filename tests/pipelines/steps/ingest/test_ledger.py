import dataclasses

import pandas as pd
import pytest

from models.contracts import COMPLAINTS, LEDGER
from pipelines.settings import load_settings
from pipelines.steps.ingest import safe as ingest_safe
from pipelines.steps.ingest.ingest import ingest_files
from pipelines.store import Store

SETTINGS = load_settings()
TEXT = (
    "id,created_at,text,channel\n"
    "1,2024-01-02,Mail a@b.com please,chat\n"
    "2,2024-01-03,No signal,web\n"
)


@pytest.fixture
def looked_at(monkeypatch):
    """Count the texts that redaction is given."""
    seen = []
    redact = ingest_safe.redact

    def counting(texts, **kwargs):
        seen.extend(texts.dropna().tolist())
        return redact(texts, **kwargs)

    monkeypatch.setattr(ingest_safe, "redact", counting)
    return seen


def ingest(root, content, *, params=SETTINGS, columns=None):
    path = root / "a.csv"
    path.write_text(content)
    return ingest_files(
        [str(path)],
        source="crm",
        columns=columns or {},
        settings=params,
        store=Store(root / "store"),
        as_of=pd.Timestamp("2024-02-01", tz="UTC"),
        now=pd.Timestamp("2024-03-01", tz="UTC"),
        salt=b"salt" * 8,
    )


def test_a_row_that_comes_again_is_not_redacted_again(tmp_path, looked_at):
    first = ingest(tmp_path, TEXT)
    assert "No signal" in looked_at
    looked_at.clear()
    again = ingest(tmp_path, TEXT + "3,2024-01-04,Write to c@d.com,chat\n")
    assert sorted(looked_at) == ["Write to c@d.com", "chat"]
    assert (again.inserted, again.updated, again.unchanged) == (1, 0, 2)
    # The counts are of all accepted rows, whether they were looked at now or earlier.
    assert (first.redactions, again.redactions) == ({"EMAIL": 1}, {"EMAIL": 2})


def test_a_corrected_row_is_looked_at_and_then_taken_over(tmp_path, looked_at):
    ingest(tmp_path, TEXT)
    looked_at.clear()
    corrected = TEXT.replace("No signal", "No signal at x@y.org")
    assert ingest(tmp_path, corrected).updated == 1
    assert "No signal at x@y.org" in looked_at
    looked_at.clear()
    assert ingest(tmp_path, corrected).updated == 0
    assert looked_at == []


def test_other_rules_or_another_mapping_look_at_every_row(tmp_path, looked_at):
    ingest(tmp_path, TEXT)
    looked_at.clear()
    kept = dataclasses.replace(
        SETTINGS, redaction=dataclasses.replace(SETTINGS.redaction, handles=False)
    )
    ingest(tmp_path, TEXT, params=kept)
    assert len(looked_at) == 4
    looked_at.clear()
    ingest(tmp_path, TEXT, params=kept, columns={"brand": "channel"})
    assert "No signal" in looked_at
    assert Store(tmp_path / "store").read(COMPLAINTS)["brand"].tolist() == ["chat", "web"]


def test_a_ledger_ahead_of_its_complaints_is_not_believed(tmp_path):
    # A killed run: the correction was written, its ledger row was not, and then it is undone.
    ingest(tmp_path, TEXT)
    store = Store(tmp_path / "store")
    stored = store.read(COMPLAINTS)
    store.upsert(COMPLAINTS, stored.assign(text_hash="0" * 64, text="something else"))
    result = ingest(tmp_path, TEXT)
    assert result.updated == 2
    assert store.read(COMPLAINTS)["text"].tolist() == stored["text"].tolist()


def test_identical_rows_without_ids_stay_apart(tmp_path):
    rows = "created_at,text\n" + "2024-01-02,No signal\n" * 2
    ingest(tmp_path, rows)
    again = ingest(tmp_path, rows)
    assert (again.accepted, again.unchanged) == (2, 2)
    ledger = Store(tmp_path / "store").read(LEDGER)
    assert ledger["came"].nunique() == 2


def test_the_ledger_holds_nothing_that_a_customer_wrote(tmp_path):
    ingest(tmp_path, TEXT)
    ledger = Store(tmp_path / "store").read(LEDGER)
    assert ledger["kinds"].map(list).tolist() == [["EMAIL"], []]
    assert ledger["came"].str.fullmatch("[0-9a-f]{32}").all()
    assert "signal" not in ledger.to_csv()
