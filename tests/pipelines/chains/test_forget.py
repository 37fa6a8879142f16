"""A person is planted in a whole workspace, forgotten, and looked for by other means than ours."""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import pandas as pd
import pyarrow.parquet as parquet
import pytest

from models.contracts import COMPLAINTS, COUNTS, FORECASTS, THEMES
from pipelines.store import Store
from tests import small_corpus
from tests.pipelines.command_line import issuecast, issuecast_each

pytestmark = pytest.mark.slow

MORNING, LATER, END = "2020-06-29", "2020-06-30", "2020-07-04"
NAME = "Zebedee Quillfeather"
# The telling part of each: the person's words, ids and key, however little of them is left.
SECRETS = ("quillfeather", "zanzibar", "zx-7712003", "zx-broken9")
COUNT = 6


def _plant(rows: list[dict[str, str]]) -> None:
    """Give the loudest day's first rows to one person, who writes what nobody else does."""
    spike = [row for row in rows if row["created_at"] > "2020-06-28" and "wifi" in row["text"]]
    for number, row in enumerate(spike[:COUNT]):
        row["id"], row["customer"] = f"zx-7712003{number}", NAME
        row["text"] = (
            "my router firmware restart wifi quillfeather lantern flickers "
            f"beside zanzibar aquarium {number} times"
        )
    broken = {"id": "zx-broken9", "created_at": "no date", "customer": NAME}
    rows.append({**rows[-1], **broken, "text": "my quillfeather lantern is broken in pieces"})


def _read(path: Path) -> str:
    """Return all that can be read in a file: Parquet decoded, databases dumped, text as it is."""
    if path.suffix == ".parquet":
        return str(parquet.read_table(path).to_pydict())
    data = path.read_bytes()
    text = data.decode("utf-8", errors="replace")
    if data.startswith(b"SQLite format 3"):
        with sqlite3.connect(path) as database:
            text += "\n".join(database.iterdump())
    if path.suffix == ".gz":
        text += gzip.decompress(data).decode("utf-8", errors="replace")
    return text


def _who_holds(place: Path, secrets: tuple[str, ...]) -> list[str]:
    files = [path for path in place.rglob("*") if path.is_file()]
    assert len(files) > 100
    found = []
    for path in files:
        text = f"{path} {_read(path)}".casefold()
        found += [str(path.relative_to(place)) for secret in secrets if secret in text]
    return sorted(set(found))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[str, ...]]:
    folder = tmp_path_factory.mktemp("forgotten")
    rows = [{**row, "received_at": row["created_at"]} for row in small_corpus.rows()]
    _plant(rows)
    file = small_corpus.write(folder / "complaints.csv", rows)
    params = small_corpus.write_params(folder / "params.yaml")
    return file, ("--params", str(params), "--workspace", str(folder / "work"))


def test_nothing_of_a_person_is_left_and_the_numbers_stay(
    corpus: tuple[Path, tuple[str, ...]], prefect_server: str
) -> None:
    file, given = corpus
    place = Path(given[-1])
    take = ("run", "--input", str(file))
    span = ("--from", MORNING, "--to", LATER, "--as-of", END)
    # With a Prefect server of its own, whose database is searched below.
    issuecast_each(
        (*take, "--as-of", MORNING, *given),
        ("run", "--as-of", LATER, *given),
        ("themes", "--report", "--as-of", LATER, *given),
        ("replay", *span, *given),
    )
    store = Store(place / "store")
    own = store.read(COMPLAINTS)
    is_theirs = own["source_id"].str.startswith("zx-")
    assert is_theirs.sum() == COUNT
    keys, hashes = set(own.loc[is_theirs, "customer_key"]), own.loc[is_theirs, "text_hash"]
    secrets = (*SECRETS, *keys, *hashes)
    before = _who_holds(place, secrets)
    for room in ("store", "runs", "replay", "mlflow"):
        assert any(name.startswith(room) for name in before), room
    assert f"runs/{MORNING}/report.html" in before
    numbers = {table.name: store.read(table) for table in (COUNTS, FORECASTS)}
    runs = [place / "runs" / name for name in (MORNING, LATER)]
    kept = {run / n: (run / n).read_bytes() for run in runs for n in ("counts.parquet",)}

    said = issuecast("forget", "--customer", NAME, *given, server=prefect_server, code=2)
    assert "Write --yes" in said
    said = issuecast("forget", "--customer", NAME, "--dry-run", *given, server=prefect_server)
    assert f"To forget: {COUNT} complaints, 1 rows of the quarantine." in said
    assert _who_holds(place, secrets) == before

    said = issuecast("forget", "--customer", NAME, "--yes", *given, server=prefect_server)
    assert "no file of the workspace holds" in said
    assert _who_holds(place, secrets) == []
    for name, table in numbers.items():
        now = store.read({"counts": COUNTS, "forecasts": FORECASTS}[name])
        pd.testing.assert_frame_equal(now, table)
    for path, data in kept.items():
        assert path.read_bytes() == data
    assert store.count(COMPLAINTS) == len(own) - COUNT
    _check_reports(place)

    # The same file again brings nobody back, and the next morning is lived without them.
    said = issuecast_each((*take, "--as-of", END, *given), server=prefect_server)
    assert f"{COUNT + 1} forgotten, left out" in said
    assert _who_holds(place, secrets) == []
    said = issuecast("forget", "--customer", NAME, "--yes", *given, server=prefect_server)
    assert "Forgotten already" in said


def _check_reports(place: Path) -> None:
    """Past reports are whole: their warnings, numbers and the rest of their words still stand."""
    for name in (MORNING, LATER):
        run = place / "runs" / name
        warned = pd.read_parquet(run / "warnings.parquet")
        page = (run / "report.html").read_text(encoding="utf-8")
        assert len(warned)
        for observed in warned.loc[warned["joined_to"].isna(), "observed"]:
            assert f">{observed:,}</data>" in page
        titles = pd.read_parquet(run / "themes.parquet")["title"]
        assert titles.is_unique
        assert any(title in page for title in titles)
        copies = [it.parent for it in (place / "mlflow").rglob("run.json")]
        own = {it.relative_to(run): it.read_bytes() for it in run.rglob("*") if it.is_file()}
        copies = [it for it in copies if (it / "run.json").read_bytes() == own[Path("run.json")]]
        assert len(copies) == 1
        for path, data in own.items():  # MLflow's copy is the run, as it was
            assert (copies[0] / path).read_bytes() == data, path
    texts = Store(place / "store").read(THEMES)["exemplars"].explode().dropna()
    assert len(texts)
