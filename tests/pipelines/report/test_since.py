"""What has changed since the last report, where themes were found anew in between."""

import dataclasses

import pandas as pd
import pytest

from pipelines.report.facts.since import since_facts
from pipelines.report.inputs import read_run
from pipelines.settings import load_settings
from tests.pipelines.report.run_folders import make_previous, make_run


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Return a run, and the one before it under other themes."""
    root = tmp_path_factory.mktemp("since")
    redaction = load_settings().redaction
    make_run(root / "now", "spike")
    make_previous(root / "before")
    return read_run(root / "now", redaction), read_run(root / "before", redaction)


def _told(run, before, *, opened_on):
    """Return kinds of change of the part that split off, which nobody warned of before."""
    (split,) = run.lineage[run.lineage["event"] == "split"].itertuples()
    row = run.warnings.iloc[[0]]
    whole = row.assign(warning_id="w-whole", theme_id=split.theme_id, state="grown")
    part = row.assign(
        warning_id="w-part", theme_id=split.other_id, state="grown", opened_on=opened_on
    )
    found = since_facts(
        dataclasses.replace(run, warnings=pd.concat([whole, part], ignore_index=True)),
        dataclasses.replace(before, warnings=whole.reset_index(drop=True)),
        {split.theme_id: "Whole", split.other_id: "Part"},
    )
    return {change.word: [name.text for name in change.themes] for change in found.changes}


def test_a_part_of_a_rise_that_was_told_of_as_one_has_not_opened(runs):
    run, before = runs
    known = pd.Timestamp(before.origin) - pd.Timedelta(days=1)
    told = _told(run, before, opened_on=known)
    assert told["Opened"] == []
    assert sorted(told["Grown"]) == ["Part", "Whole"]


def test_a_part_that_rose_since_has_opened(runs):
    run, before = runs
    told = _told(run, before, opened_on=pd.Timestamp(before.origin))
    assert told["Opened"] == ["Part"]
    assert told["Grown"] == ["Whole"]
