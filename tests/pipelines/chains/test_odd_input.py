"""Input of which no theme can be made still gives a report that says so."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import pytest

from tests import small_corpus
from tests.pipelines import command_line as commands

pytestmark = pytest.mark.slow

AS_OF = "2020-03-01"
ODD = {
    "emoji alone": ["\U0001f621" * n for n in range(1, 6)],
    "German alone": [
        "Mein Router verliert jeden Abend die Verbindung und niemand hilft mir",
        "Die Rechnung ist falsch und ich habe zweimal bezahlt im letzten Monat",
        "Die Lieferung ist immer noch nicht angekommen und niemand antwortet",
    ],
}


@pytest.mark.parametrize("name", list(ODD))
def test_a_report_is_made_of_texts_without_a_theme_of_content(
    name: str, prefect_server: str, tmp_path: Path
) -> None:
    issuecast = functools.partial(commands.issuecast, server=prefect_server)
    rows = small_corpus.rows(days=40)[:120]
    for place, row in enumerate(rows):
        row["text"] = ODD[name][place % len(ODD[name])]
    file = small_corpus.write(tmp_path / "complaints.csv", rows)
    params = small_corpus.write_params(tmp_path / "params.yaml")
    place = ("--params", str(params), "--workspace", str(tmp_path / "work"))
    said = issuecast("run", "--input", str(file), "--as-of", AS_OF, *place)
    assert "Report:" in said
    record = json.loads((tmp_path / "work" / "runs" / AS_OF / "run.json").read_text())
    kept_out = record["steps"]["themes"]["no_complaint"] or record["steps"]["themes"]["foreign"]
    assert sum(kept_out.values()) == 120
    assert "quality" not in record["steps"]
    # Asked for, the page says what is missing.
    said = issuecast("themes", "--report", "--as-of", AS_OF, *place, code=2)
    assert "No themes are known" in said or "no text in a main language" in said
