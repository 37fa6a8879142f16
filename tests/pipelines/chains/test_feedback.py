"""What people say of a warning, through the whole chain: known the next morning, not before."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from pipelines.decisions import feedback
from tests import small_corpus
from tests.pipelines import command_line as commands

EVE, MORNING = "2020-06-29", "2020-06-30"
pytestmark = pytest.mark.slow


def test_what_is_said_at_noon_is_known_the_next_morning_and_never_before(
    tmp_path: Path, prefect_server: str
) -> None:
    params = small_corpus.write_params(tmp_path / "params.yaml")
    file = small_corpus.write(tmp_path / "complaints.csv", small_corpus.rows())
    root = tmp_path / "w"
    options = ("--workspace", str(root), "--params", str(params))
    signals = tmp_path / "signals.csv"
    signals.write_text("name,at,kind,known_at\nFirmware 7,2020-06-27,release,2020-06-27T09:00Z\n")
    taken = ("--input", str(file), "--signals", str(signals))
    commands.issuecast("run", *taken, "--as-of", EVE, *options, server=prefect_server)
    before = pd.read_parquet(root / "runs" / EVE / "warnings.parquet")
    leads = before[(before["state"] == "open") & before["joined_to"].isna()]
    router = leads.loc[leads["observed"].idxmax(), "warning_id"]
    assert before.set_index("warning_id").loc[router, "coincides"].tolist() == [
        "2020-06-27 release: Firmware 7"
    ]
    said = {"by": "Ada", "at": "2020-06-29T12:00Z"}
    feedback.say(root, router, "useful", **said)
    feedback.say(root, router, "snooze", by="Bo", at="2020-06-29T12:01Z", until="2020-07-02")

    runs = [("run", "--as-of", MORNING, *options), ("run", "--as-of", EVE, "--force", *options)]
    told = commands.issuecast_each(*runs, server=prefect_server)
    after = pd.read_parquet(root / "runs" / MORNING / "warnings.parquet").set_index("warning_id")
    row = after.loc[router]
    assert row["verdict"] == "useful"
    assert (row["snoozed_by"], row["snoozed_until"]) == ("Bo", pd.Timestamp("2020-07-02"))
    notes = [json.loads((root / "runs" / day / "run.json").read_text()) for day in (EVE, MORNING)]
    counted = [
        {name: note["steps"]["warnings"][name] for name in ("useful", "verdicts")} for note in notes
    ]
    assert counted == [{"useful": 0, "verdicts": 0}, {"useful": 1, "verdicts": 1}]
    page = (root / "runs" / MORNING / "report.html").read_text(encoding="utf-8")
    assert "Snoozed by <bdi>Bo</bdi> until 2 Jul 2020." in page
    title = pd.read_parquet(root / "runs" / MORNING / "themes.parquet").set_index("theme_id")
    first = told.split("report.html\n")[1].splitlines()[0]  # of the next morning's three lines
    assert not first.strip().startswith(title.loc[row["theme_id"], "title"])
    # The morning before it was said, made again, is what it was.
    again = pd.read_parquet(root / "runs" / EVE / "warnings.parquet")
    pd.testing.assert_frame_equal(again, before)
