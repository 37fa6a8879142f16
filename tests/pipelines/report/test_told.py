"""The warnings' own record: rights, wrongs and misses of the year, and people's word."""

import json

from pipelines.report.facts.told import kept_sentence, verdicts_sentence
from pipelines.report.figures import text
from pipelines.report.inputs import read_run
from pipelines.settings import load_settings
from tests.pipelines.report.run_folders import make_run

YEAR = {"false_alarms": 3, "theme_years": 7.5, "warnings": 14, "rises": 12, "missed": 2}


def _run(folder, **told):
    make_run(folder, "spike")
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    record["steps"]["warnings"] |= told
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return read_run(folder, load_settings().redaction)


def test_the_year_is_told_with_its_misses(tmp_path):
    run = _run(tmp_path, **YEAR, verdicts=4, useful=3)
    told = text(verdicts_sentence(run))
    assert told.startswith(
        "Warnings of the last year, lived again with today's themes: 14 were raised, 3 of them "
        "with no real rise behind; 2 of 12 real rises had none."
    )
    assert "3 of" in told.split("had none.")[1]
    assert text(kept_sentence(run)) == "; last year it was 0.4"


def test_a_run_that_counted_no_rises_claims_nothing(tmp_path):
    run = _run(tmp_path)
    assert text(verdicts_sentence(run)) == "Nobody has said yet whether a warning was useful."
    assert kept_sentence(run) == ()
