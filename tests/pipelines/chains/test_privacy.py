"""Personal data is planted in every field and looked for in every file that is left."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from deltalake import DeltaTable

from tests import small_corpus
from tests.pipelines.command_line import issuecast

AS_OF = "2020-06-29"
PLANTED = {
    "e-mail": "jane.roe@example.org",
    "phone": "+44 7700 900123",
    "card": "4111 1111 1111 1111",
    "IBAN": "GB33BUKB20201555555555",
    "IP": "203.0.113.77",
    "account": "account number 4471203388",
    "handle": "@janeroe1987",
    "URL with a token": "https://shop.example.org/pay?token=s3cr3tT0ken99",
}
# What must never be found: the telling part of each, as it would survive a partial redaction.
SECRETS = (
    *("jane.roe", "example.org/pay", "7700 900123", "4111 1111", "4111111111111111"),
    *("GB33BUKB20201555555555", "203.0.113.77", "4471203388", "janeroe1987", "s3cr3tT0ken99"),
    *("customer-7x7x7",),
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("privacy")
    rows = small_corpus.rows(days=181)
    sample = list(PLANTED.values())
    for number, planted in enumerate(sample * 6):
        row = rows[-1 - number]
        row["text"] = f"the router wifi drops, reach me: {planted} thanks"
        row["customer"] = "customer-7x7x7"
    # ... and in every other field, of good rows and of broken ones.
    for number, field in enumerate(("id", "channel", "brand", "product", "region", "reach")):
        rows[number * 3][field] = sample[number]
    for number, planted in enumerate(sample):
        broken = dict(rows[-100], id=f"broken{number}", created_at=f"not a date {planted}")
        rows.append(broken)
        rows.append(dict(rows[-100], id=f"bare{number}", text="", product=planted))
    file = small_corpus.write(root / "from jane.roe@example.org.csv", rows)
    params = small_corpus.write_params(root / "params.yaml")
    issuecast(
        *("run", "--input", str(file), "--params", str(params), "--as-of", AS_OF),
        *("--workspace", str(root / "work")),
    )
    return root / "work"


def _texts_of(path: Path) -> str:
    """Return all that can be read in a file: tables and books decoded, the rest as it is."""
    if path.suffix == ".parquet":
        frame = pd.read_parquet(path)
        return "\n".join(str(value) for column in frame for value in frame[column])
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return "\n".join(book.read(name).decode("utf-8") for name in book.namelist())
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    return data.decode("utf-8", errors="replace")


@pytest.mark.slow
def test_no_planted_secret_is_left_anywhere_in_the_workspace(workspace: Path) -> None:
    files = [p for p in workspace.rglob("*") if p.is_file()]
    assert len(files) > 30
    assert any("mlflow.db" in p.name for p in files)
    assert any(p.is_relative_to(workspace / "prefect") for p in files)
    found = []
    for path in files:
        text = _texts_of(path)
        found += [(path.name, secret) for secret in SECRETS if secret in text]
        found += [(path.name, "in its name") for secret in SECRETS if secret in str(path)]
    assert found == []


@pytest.mark.slow
def test_the_marks_stand_where_the_secrets_stood(workspace: Path) -> None:
    texts = DeltaTable(str(workspace / "store" / "complaints")).to_pandas()["text"]
    for mark in ("<EMAIL>", "<PHONE>", "<CARD>", "<IBAN>", "<IP>", "<ACCOUNT>", "<HANDLE>"):
        assert texts.str.contains(mark, regex=False).any(), mark
    payloads = DeltaTable(str(workspace / "store" / "quarantine")).to_pandas()["payload"]
    assert len(payloads) >= 2 * len(PLANTED)
