"""The demo, with the real encoder, held against what the sample's truth says is planted."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from tests.pipelines.command_line import issuecast

SAMPLE = Path(__file__).resolve().parents[3] / "data" / "sample"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("demo")
    said = issuecast("demo", "--workspace", str(root))
    lines = said.strip().splitlines()
    report = next(i for i, line in enumerate(lines) if line.startswith("Report: "))
    assert Path(lines[report].removeprefix("Report: ")).exists()
    assert len(lines[report + 1 :]) == 3
    return root


@pytest.fixture(scope="module")
def truth() -> dict:
    return json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def planted(demo: Path, truth: dict) -> pd.DataFrame:
    """Return each complaint's theme as found beside the planted one."""
    given = pd.read_csv(SAMPLE / "truth_themes.csv.gz").rename(columns={"theme": "truth"})
    found = pd.read_parquet(demo / "runs" / truth["as_of"] / "assignments.parquet")
    found["id"] = found["complaint_id"].str.removeprefix("sample:")
    return found.merge(given, on="id")


def _main_theme(planted: pd.DataFrame, key: str) -> str:
    return str(planted.loc[planted["truth"] == key, "theme_id"].value_counts().index[0])


def test_every_row_is_where_the_truth_says(demo: Path, truth: dict) -> None:
    ingest = json.loads((demo / "runs" / truth["as_of"] / "run.json").read_text())
    steps = ingest["steps"]["ingest"]
    assert steps["rows_read"] == truth["rows"]["in_file"]
    assert steps["accepted"] == truth["rows"]["accepted"]
    assert steps["quarantined"] == truth["rows"]["quarantined"]
    assert steps["capped"] == 1


def test_the_rising_issue_is_the_first_warning(
    demo: Path, truth: dict, planted: pd.DataFrame
) -> None:
    warnings = pd.read_parquet(demo / "runs" / truth["as_of"] / "warnings.parquet")
    assert warnings["theme_id"].iloc[0] == _main_theme(planted, "router_fault")
    assert warnings["state"].iloc[0] in ("open", "grown")
    assert not warnings["is_concentrated"].iloc[0]
    # The build-up began on 23 October with one extra complaint a day.
    opened = warnings["opened_on"].iloc[0]
    assert pd.Timestamp("2026-10-23") < opened < pd.Timestamp("2026-10-30")


def test_floods_are_counted_by_people_and_raise_no_warning(
    demo: Path, truth: dict, planted: pd.DataFrame
) -> None:
    folder = demo / "runs" / truth["as_of"]
    floods = pd.read_parquet(folder / "floods.parquet")
    events = {event["key"]: event for event in truth["events"]}
    assert floods["texts"].sum() >= 0.9 * (
        events["crypto_spam"]["count"] + events["hundred_repeats"]["count"]
    )
    assert floods["counted_as"].sum() <= 10
    warned = set(pd.read_parquet(folder / "warnings.parquet")["theme_id"])
    assert _main_theme(planted, "exit_fee") not in warned


def test_the_theme_born_late_is_a_theme_of_its_own(planted: pd.DataFrame) -> None:
    theme = _main_theme(planted, "esim_activation")
    inside = planted[planted["theme_id"] == theme]
    assert (inside["truth"] == "esim_activation").mean() > 0.6


def test_the_themes_are_the_planted_ones(planted: pd.DataFrame) -> None:
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    known = planted.dropna(subset=["truth", "theme_id"])
    assert normalized_mutual_info_score(known["truth"], known["theme_id"]) > 0.8
    assert adjusted_rand_score(known["truth"], known["theme_id"]) > 0.75


def test_no_planted_personal_string_is_in_what_a_run_leaves(demo: Path, truth: dict) -> None:
    kinds = set(truth["personal_data"]) - {"person"}  # names are not promised
    secrets = [text for kind in sorted(kinds) for text in truth["personal_data"][kind]]
    assert len(secrets) > 100
    folder = demo / "runs" / truth["as_of"]
    texts = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.suffix == ".parquet":
            frame = pd.read_parquet(path)
            texts += [str(value) for column in frame for value in frame[column]]
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                texts += [book.read(name).decode("utf-8") for name in book.namelist()]
        else:
            texts.append(path.read_text(encoding="utf-8"))
    stored = pd.read_parquet(sorted((demo / "store" / "complaints").glob("*.parquet")))
    texts += stored["text"].tolist()
    everything = "\n".join(texts)
    assert [secret for secret in secrets if str(secret) in everything] == []
    assert re.search(truth["customer_id_pattern"], everything) is None
