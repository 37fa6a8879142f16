"""What may come next: quiet themes that are likelier than usual, and how such chances came true."""

import csv
import json

import pandas as pd
import pytest

from pipelines.report.facts.ahead import ahead_facts
from pipelines.report.figures import text
from pipelines.report.inputs import read_run
from pipelines.settings import load_settings
from tests.pipelines.report.reading import parse, words_of
from tests.pipelines.report.run_folders import make_run


def section(page: str) -> str:
    found = [it for it in parse(page).iter("section") if it.get("id") == "ahead"]
    return words_of(found[0]) if found else ""


def read(folder):
    return read_run(folder, load_settings().redaction)


def test_the_likeliest_quiet_themes_are_listed_beside_what_is_usual(reports):
    told = section(reports.html("spike"))
    chances = pd.read_parquet(reports.folder("spike") / "chances.parquet")
    assert f"Of {len(chances)} quiet themes these are likelier than usual" in told
    assert "usually 10 % do within 28 days" in told
    with (reports.folder("spike") / "tables" / "what_may_come.csv").open(
        encoding="utf-8-sig"
    ) as file:
        rows = list(csv.DictReader(file))
    likely = chances[chances["p_exceed_28"] >= 0.15].sort_values("p_exceed_28", ascending=False)
    assert [row["theme_id"] for row in rows] == likely["theme_id"].tolist()[:6]
    assert float(rows[0]["p_exceed_28"]) == likely["p_exceed_28"].iloc[0]
    warned = pd.read_parquet(reports.folder("spike") / "warnings.parquet")["theme_id"]
    assert not set(warned) & {row["theme_id"] for row in rows}


def test_where_nothing_is_likelier_the_page_says_so(tmp_path):
    folder = make_run(tmp_path, "spike")
    chances = pd.read_parquet(folder / "chances.parquet")
    chances.assign(p_exceed_28=0.12).to_parquet(folder / "chances.parquet", index=False)
    found = ahead_facts(read(folder), {})
    assert found is not None
    assert found.themes == ()
    assert text(found.note).startswith(f"None of {len(chances)} quiet themes is much likelier")
    assert found.record == ()


def test_how_earlier_chances_came_true_is_told(tmp_path):
    folder = make_run(tmp_path, "spike")
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    record["steps"]["next"] = {
        "themes": 9, "came_true": {"28": {"given": 1240, "said": 0.114, "came": 0.131}}
    }  # fmt: skip
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    found = ahead_facts(read(folder), {})
    assert found is not None
    assert text(found.record) == (
        "Of 1,240 such chances that have come due, 11\u00a0% was said on average and "
        "13\u00a0% came."
    )


@pytest.mark.parametrize("gone", ["file", "rows"])
def test_an_older_run_without_chances_has_no_such_section(tmp_path, gone):
    folder = make_run(tmp_path, "spike")
    if gone == "file":
        (folder / "chances.parquet").unlink()
    else:
        chances = pd.read_parquet(folder / "chances.parquet")
        chances.iloc[:0].to_parquet(folder / "chances.parquet", index=False)
    assert ahead_facts(read(folder), {}) is None
