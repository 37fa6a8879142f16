"""Who can have seen a rise, in the report: on the card, in the table, or honestly missing."""

import csv

import pandas as pd
import pytest

from pipelines.report import write_report
from tests.pipelines.report.reading import parse, words_of
from tests.pipelines.report.run_folders import make_run


@pytest.fixture
def made(settings, tmp_path):
    def make(theme_id, **reach):
        folder = make_run(tmp_path / "run", "spike")
        warnings = pd.read_parquet(folder / "warnings.parquet")
        for name, value in reach.items():
            warnings.loc[warnings["theme_id"] == theme_id, name] = value
        warnings.to_parquet(folder / "warnings.parquet", index=False)
        page = write_report(folder, settings=settings).html.read_text("utf-8")
        with (folder / "tables" / "warnings.csv").open(encoding="utf-8-sig") as file:
            rows = {row["theme_id"]: row for row in csv.DictReader(file)}
        return page, rows

    return make


SAID = (
    "Up to about 120,000 people can have seen it; as many complaints are usually seen by "
    "about 3,000, and 19 in 20 times by at most 20,000."
)


def test_the_card_tells_who_saw_it_and_that_it_raised_the_level(made):
    page, rows = made("t-02bb", reach=118_402.0, usual_reach=2960.0, high_reach=20_010.0)
    told = words_of(parse(page))
    assert told.count(f"{SAID} That counts for one level more, 4 at most.") == 1
    assert 'value="118402.0" data-row="warnings w-t-02bb' in page
    assert (rows["t-02bb"]["reach"], rows["t-02bb"]["usual_reach"]) == ("118402", "2960")
    assert rows["t-01aa"]["reach"] == ""
    # Only what is not known of a warning is called missing on its card.
    assert told.count("Not available yet First-response time.") == 1
    assert told.count("Reach, first-response time.") == 2


def test_one_source_s_reach_is_told_and_raises_nothing(made):
    page, _ = made("t-08bb", reach=118_402.0, usual_reach=2960.0, high_reach=20_010.0)
    told = words_of(parse(page))
    assert SAID in told
    assert "one level more" not in told


def test_without_a_usual_the_reach_stands_alone(made):
    page, _ = made("t-02bb", reach=482.0)
    told = words_of(parse(page))
    assert "Up to about 480 people can have seen it; what is usual is not known yet." in told
    assert "one level more" not in told
