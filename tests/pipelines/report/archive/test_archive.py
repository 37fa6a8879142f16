"""The archive: every report with its verdicts in hindsight, every warning with its history."""

import re
import shutil
from pathlib import Path
from xml.etree.ElementTree import Element

import pandas as pd
import pytest

from pipelines.report import write_report
from pipelines.report.archive import page as pages
from pipelines.report.archive.page import write_archive
from tests.pipelines.report.archive.case import RUNS, feedback, make_runs
from tests.pipelines.report.reading import parse, words_of
from tests.pipelines.report.run_folders import make_run


@pytest.fixture
def runs(tmp_path):
    return make_runs(tmp_path / "runs")


@pytest.fixture
def write(settings):
    def written(runs: Path, **more: pd.DataFrame) -> Path:
        index = write_archive(runs, redaction=settings.redaction, **more)
        assert index == runs / "index.html"
        return index

    return written


def _rows(page: Path) -> list[str]:
    """Return the words of each report's row, first to last."""
    root = parse(page.read_text(encoding="utf-8"))
    section = next(e for e in root.iter("section") if e.get("id") == "reports")
    return [words_of(row) for row in section.iter("tr")][1:]


def _by_id(page: Path, name: str) -> Element:
    return next(e for e in parse(page.read_text("utf-8")).iter() if e.get("id") == name)


def test_each_report_stands_with_what_came_of_it_newest_first(runs, write):
    rows = _rows(write(runs))
    assert [row[:11].strip() for row in rows] == [
        *("2 Nov 2026", "26 Oct 2026", "12 Oct 2026", "14 Sep 2026"),
    ]
    # Of 7 days 3 came inside, of 10 days 8, of 10 days 9; of today's nothing is due.
    assert "Bookmarks lost new, level 2: ◌ not settled yet none due yet" in rows[0]
    assert "web chat silent since 20 Oct none 43 % of 7 days" in rows[1]
    assert "Late parcels new, level 2: ● right" in rows[2]
    assert "Login fails grown, level 2: ○ false" in rows[2]
    assert "80\u00a0% of 10 days Digest · Crisis page" in rows[2].replace("80 %", "80\u00a0%")
    assert "90\u00a0% of 10 days Digest" in rows[3].replace("90 %", "90\u00a0%")


def test_what_is_not_over_is_not_settled(tmp_path, write):
    # The morning after the warnings opened, nobody can say that there was no rise; the one whose
    # week holds 60 + 5 × 2 = 70 complaints already, where 14 are usual, is right at once.
    rows = _rows(write(make_runs(tmp_path / "runs", days=RUNS[:2])))
    assert "Login fails grown, level 2: ◌ not settled yet" in rows[0]
    assert "Late parcels new, level 2: ● right" in rows[0]


def test_last_times_report_is_held_against_what_came(tmp_path, write):
    runs = make_runs(tmp_path / "runs", days=(RUNS[1], RUNS[3]))
    told = words_of(_by_id(write(runs), "last"))
    # Late parcels rose; of the two others nothing came.
    assert (
        "The report of 12 Oct 2026: of its warnings, 1 right, 2 false, 0 not settled yet." in told
    )
    assert "Of the 10 days that it forecast and that have come due, 80 % came" in told.replace(
        "\u00a0", " "
    )


def test_peoples_word_counts_as_far_as_the_newest_run_knows_it(runs, write):
    early = feedback("w-said", "useful", "2026-10-30")
    late = feedback("w-said", "not useful", "2026-11-03")
    row = _rows(write(runs, feedback=pd.concat([early, late])))[2]
    assert "<i> new, level 2: ● right, as people said" in row


def test_a_warnings_history_has_a_row_for_each_change(runs, write):
    write(runs)
    told = words_of(_by_id(runs / "month-2026-10.html", "w-up"))
    assert told.startswith("Late parcels Opened 10 Oct 2026 · ● right · most on one day: 30 on ")
    assert "12 Oct 2026 new 2 40 in its window, usual 6" in told
    assert "26 Oct 2026 closed 2" in told


def test_every_link_leads_somewhere_and_the_pages_are_sealed(runs, write):
    write(runs)
    made = sorted(runs.glob("*.html"))
    assert [page.name for page in made] == [
        *("index.html", "month-2026-09.html", "month-2026-10.html", "month-2026-11.html"),
    ]
    ids = {page.name: {e.get("id") for e in parse(page.read_text("utf-8")).iter()} for page in made}
    for page in made:
        text = page.read_text("utf-8")
        root = parse(text)
        assert not list(root.iter("script"))
        assert "<i>" not in text  # a title of strangers
        for link in root.iter("a"):
            file, _, anchor = link.get("href").partition("#")
            assert (runs / (file or page.name)).is_file(), link.get("href")
            assert not anchor or anchor in ids[file or page.name]


def test_a_reports_card_leads_to_its_warnings_history(settings, tmp_path, write):
    runs = tmp_path / "runs"
    files = write_report(make_run(runs / "2019-05-05", "spike"), settings=settings)
    write(runs)
    links = re.findall(r'href="\.\./([^"#]+)#([^"]+)"', files.html.read_text("utf-8"))
    assert len(links) == 3  # a card each
    for file, anchor in links:
        assert f'id="{anchor}"' in (runs / file).read_text("utf-8")


def test_a_folder_that_holds_no_run_is_named_and_left_out(runs, write):
    (runs / "2026-10-05").mkdir()
    (runs / "2026-10-05" / "run.json").write_text("{", encoding="utf-8")
    (runs / "2026-10-26" / "warnings.parquet").write_bytes(b"PAR1")
    (runs / ".2026-11-03.draft").mkdir()
    index = write(runs)
    told = words_of(_by_id(index, "unread"))
    assert "2026-10-05: no readable run.json" in told
    assert "2026-10-26: no readable warnings.parquet" in told
    assert "draft" not in told
    assert len(_rows(index)) == 3


def test_older_reports_stand_by_month(runs, write, monkeypatch):
    monkeypatch.setattr(pages, "RECENT", 2)
    index = write(runs)
    assert len(_rows(index)) == 2
    assert "The last 2 of 4 reports, newest first." in words_of(parse(index.read_text("utf-8")))
    assert len(_rows(runs / "month-2026-10.html")) == 2
    assert "September 2026" in words_of(_by_id(index, "months"))


def test_the_same_runs_give_the_same_bytes_and_what_is_gone_goes(runs, write):
    write(runs)
    before = {page.name: page.read_bytes() for page in runs.glob("*.html")}
    write(runs)
    assert {page.name: page.read_bytes() for page in runs.glob("*.html")} == before
    shutil.rmtree(runs / "2026-09-14")
    write(runs)
    assert not (runs / "month-2026-09.html").exists()


def test_nobody_is_judged_by_what_the_newest_run_does_not_know(runs, write):
    before = write(runs).read_bytes()
    for day in RUNS[:-1]:
        for name in ("counts", "themes", "lineage"):
            (runs / day / f"{name}.parquet").unlink()
    assert write(runs).read_bytes() == before


def test_strangers_titles_are_shown_as_texts(settings, tmp_path, write):
    runs = tmp_path / "runs"
    make_run(runs / "2019-05-05", "hostile")
    index = write(runs)
    text = index.read_text("utf-8")
    assert "<script>alert" not in text
    assert "<script>alert('x')</script> 0" in words_of(parse(text))


def test_without_a_run_there_is_no_archive(settings, tmp_path):
    (tmp_path / "runs").mkdir()
    assert write_archive(tmp_path / "runs", redaction=settings.redaction) is None
    assert not list((tmp_path / "runs").iterdir())
