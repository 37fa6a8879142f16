"""The newest report at its lasting address: links lead where they led, a failed morning is told."""

from __future__ import annotations

import json

from pipelines.report.latest import FAILED, write_latest

PAGE = (
    '<body><header class="masthead"></header><a href="#cards">a</a> <a href="crisis.html">b</a> '
    '<a href="../index.html">c</a> <a href="mailto:x@y">d</a></body>'
)


def _runs(tmp_path, *names):
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.html").write_text(PAGE, encoding="utf-8")
    return tmp_path


def test_links_lead_where_they_led_from_one_folder_up(tmp_path):
    page = write_latest(_runs(tmp_path, "2026-11-01", "2026-11-02")).read_text(encoding="utf-8")
    assert 'href="#cards"' in page
    assert 'href="2026-11-02/crisis.html"' in page
    assert 'href="index.html"' in page
    assert 'href="mailto:x@y"' in page
    assert "banner" not in page


def test_a_failed_morning_is_told_until_a_later_one_is_good(tmp_path):
    runs = _runs(tmp_path, "2026-11-01")
    said = {"name": "2026-11-02", "lines": ["Only 1 <b>complaints</b> came in"]}
    (runs / FAILED).write_text(json.dumps(said), encoding="utf-8")
    page = write_latest(runs).read_text(encoding="utf-8")
    assert "No new report on 2 Nov 2026" in page
    assert "Only 1 &lt;b&gt;complaints&lt;/b&gt; came in" in page
    assert page.index("No new report") < page.index('class="masthead"')
    assert "No new report" not in write_latest(_runs(runs, "2026-11-02")).read_text("utf-8")


def test_word_of_a_failure_that_is_broken_stops_no_report(tmp_path):
    runs = _runs(tmp_path, "2026-11-01")
    (runs / FAILED).write_text("{half", encoding="utf-8")
    assert "banner" not in write_latest(runs).read_text(encoding="utf-8")


def test_without_a_report_there_is_none(tmp_path):
    assert write_latest(tmp_path) is None
