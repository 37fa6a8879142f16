from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
from prometheus_client.parser import text_string_to_metric_families

from pipelines.console import Console, StepFacts
from pipelines.heartbeat import Ended
from pipelines.metrics import write_metrics
from pipelines.run_figures import RunFigures, as_markdown, figures_of, in_all, summary_lines

STEPS = [
    StepFacts("start", 2.0),
    StepFacts("ingest", 1.5, 1204, 1200),
    StepFacts("themes", 3.0, 1200, 1100),
    StepFacts("themes", 4.0, 1200, 1150),  # found anew: the same step again
]
FIGURES = RunFigures("r-1", "2020-06-29T00:00:00Z", 1200, 4, {1: 2, 2: 0, 3: 1, 4: 0}, 5400.0)
GOOD = Ended("2020-06-29T00:00:00Z", "r-1", 0, "2020-06-29T06:20:00Z")


def _values(path: Path) -> dict[tuple[str, str], float]:
    families = text_string_to_metric_families(path.read_text(encoding="utf-8"))
    samples = [sample for family in families for sample in family.samples]
    return {(it.name, "".join(it.labels.values())): it.value for it in samples}


def test_a_good_runs_metrics_are_read_by_prometheus_own_parser(tmp_path: Path) -> None:
    path = tmp_path / "metrics.prom"
    write_metrics(path, ended=GOOD, steps=STEPS, figures=FIGURES, good=GOOD)
    found = _values(path)
    assert found["issuecast_exit_code", ""] == 0
    assert found["issuecast_as_of_timestamp_seconds", ""] == 1_593_388_800  # 2020-06-29 00:00 UTC
    assert found["issuecast_end_timestamp_seconds", ""] == 1_593_388_800 + 6 * 3600 + 20 * 60
    assert found["issuecast_step_seconds", "themes"] == 7.0
    assert found["issuecast_step_rows_out", "themes"] == 1150
    assert found["issuecast_step_rows_in", "ingest"] == 1204
    assert ("issuecast_step_rows_in", "start") not in found
    assert found["issuecast_quarantined_rows", ""] == 4
    assert found["issuecast_data_age_seconds", ""] == 5400
    assert [found["issuecast_warnings_open", str(level)] for level in (1, 2, 3, 4)] == [2, 0, 1, 0]
    assert list(tmp_path.iterdir()) == [path]


def test_a_run_without_a_report_shows_no_old_numbers(tmp_path: Path) -> None:
    path = tmp_path / "metrics.prom"
    write_metrics(path, ended=GOOD, steps=STEPS, figures=FIGURES, good=GOOD)
    failed = Ended("2020-06-30T00:00:00Z", "", 3, "2020-06-30T06:20:00Z")
    write_metrics(path, ended=failed, steps=STEPS[:2], figures=None, good=GOOD)
    found = _values(path)
    assert found["issuecast_exit_code", ""] == 3
    assert found["issuecast_good_end_timestamp_seconds", ""] == 1_593_411_600
    assert ("issuecast_data_age_seconds", "") not in found
    assert ("issuecast_warnings_open", "1") not in found


def test_figures_are_read_from_the_runs_folder(tmp_path: Path) -> None:
    record = {
        "run_id": "r-1",
        "as_of": "2020-06-29T00:00:00Z",
        "data": {"complaints": 1200, "last_at": "2020-06-28T22:30:00Z"},
        "steps": {"ingest": {"quarantined": 4}},
    }
    (tmp_path / "run.json").write_text(json.dumps(record))
    rows = [("open", 1, None), ("grown", 1, None), ("open", 3, None)]
    rows += [("closed", 4, None), ("open", 2, "another")]
    frame = pd.DataFrame(rows, columns=["state", "severity", "joined_to"])
    frame.astype({"joined_to": "string"}).to_parquet(tmp_path / "warnings.parquet")
    assert figures_of(tmp_path) == FIGURES


def test_the_summary_has_ten_lines_at_most_and_each_steps_rows() -> None:
    many = [StepFacts(f"step{i}", 1.0, i, i) for i in range(14)]
    lines = summary_lines(FIGURES, many)
    assert len(lines) == 10
    assert all(any(f"step{i} " in line for line in lines) for i in range(14))
    few = summary_lines(FIGURES, STEPS)
    assert few[0] == "Summary: 10 s in 3 steps; rows in -> out"  # 2 + 1.5 + 7 s, to the even
    assert few[1].split() == ["ingest", "1,204", "->", "1,200", "themes", "1,200", "->", "1,150"]
    assert "the newest 1.5 h old; 4 rows in quarantine" in few[2]


def test_the_artifact_holds_names_of_steps_and_numbers() -> None:
    text = as_markdown(FIGURES, STEPS)
    assert "| themes | 7.0 | 1,200 | 1,150 |" in text
    assert "| start | 2.0 |  |  |" in text
    assert "| 3 | 1 |" in text


def test_steps_of_one_name_keep_the_rows_that_were_counted() -> None:
    steps = [StepFacts("themes", 1.0, 10, 9), StepFacts("themes", 2.0)]
    assert in_all(steps) == [StepFacts("themes", 3.0, 10, 9)]


def test_json_lines_hold_numbers_and_nothing_that_was_said(capsys) -> None:  # type: ignore[no-untyped-def]
    console = Console()
    console.begin(quiet=False, as_json=True)
    with console.step("themes") as report:
        report("my router wifi drops")
        report.rows(10, 9)
    with console.step("start"):
        pass
    console.say("Report: my router wifi drops")
    console.say_more("my router wifi drops")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [it.pop("seconds") >= 0 for it in lines] == [True, True]
    assert lines == [
        {"step": "themes", "rows_in": 10, "rows_out": 9},
        {"step": "start", "rows_in": None, "rows_out": None},
    ]


def test_a_second_command_of_a_process_begins_with_no_steps() -> None:
    console = Console()
    with console.step("ingest"):
        pass
    console.begin(quiet=True, as_json=False)
    assert (console.steps, console.seconds) == ([], {})
