"""Texts are untrusted and people private: nothing runs, nothing leaks."""

import json
import re
import zipfile

import pandas as pd
import pytest

from pipelines.report import write_report
from tests.pipelines.report.reading import parse, words_of
from tests.pipelines.report.run_folders import HOSTILE, MOODS, make_run


def test_fewer_than_five_people_are_never_counted_out(reports):
    folder = reports.folder("spike")
    page = reports.html("spike")
    assert "&lt;5 different customers" in page
    assert "by &lt;5 customers were counted as" in page
    tables = "".join(p.read_text(encoding="utf-8-sig") for p in (folder / "tables").iterdir())
    assert "3 different customers" not in page + tables
    assert "2 customers" not in page + tables


def test_hostile_texts_are_shown_as_texts(reports):
    page = reports.html("hostile")
    root = parse(page)
    shown = words_of(root)
    assert "<script>alert('x')</script>" in shown
    assert "</style><svg onload=alert(1)><style>*{display:none}" in shown
    assert page.count("<style>") == 1
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x08]", page)
    assert max(len(word) for word in shown.split()) < 400
    assert HOSTILE[3] not in page


@pytest.mark.parametrize("mood", MOODS)
def test_the_digest_is_short_and_inert(reports, mood):
    files = reports(mood)
    told = files.markdown.read_text(encoding="utf-8")
    assert len(told.splitlines()) <= 12
    assert not re.search(r"(?<!\\)<", told)
    assert "](" not in told.replace("\\]", "")
    assert len(files.summary) == 3
    assert all(line and "\n" not in line for line in files.summary)


def test_personal_data_that_slipped_through_is_hidden(settings, tmp_path):
    folder = make_run(tmp_path / "run", "spike")
    planted = "write to jane.doe@example.org or +1 212 555 0187"
    themes = pd.read_parquet(folder / "themes.parquet")
    themes.assign(
        title=themes["title"] + " jane.doe@example.org",
        label=planted,
        keywords=[["jane.doe@example.org"]] * len(themes),
    ).to_parquet(folder / "themes.parquet", index=False)
    warnings = pd.read_parquet(folder / "warnings.parquet")
    warnings.assign(
        exemplars=[[planted]] * len(warnings), cells=[[f"region={planted}: 1"]] * len(warnings)
    ).to_parquet(folder / "warnings.parquet", index=False)
    floods = pd.read_parquet(folder / "floods.parquet")
    floods.assign(example=planted).to_parquet(folder / "floods.parquet", index=False)
    info = json.loads((folder / "run.json").read_text())
    info["data"]["sources"] = {"jane.doe@example.org": 3}
    (folder / "run.json").write_text(json.dumps(info))

    files = write_report(folder, settings=settings)
    out = "".join(
        path.read_text(encoding="utf-8") for path in (files.html, files.markdown, *files.tables)
    )
    with zipfile.ZipFile(files.workbook) as book:
        out += "".join(book.read(name).decode("utf-8") for name in book.namelist())
    assert "jane.doe" not in out + "".join(files.summary)
    assert "555 0187" not in out
    assert "&lt;EMAIL&gt;" in out
