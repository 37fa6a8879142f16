"""The back-test's page: true to its tables, valid, sealed, escaped."""

import csv
import re

import numpy as np
import pandas as pd
import pytest

from models.contracts import QUANTILE_LEVELS
from models.forecasting.scoring.backtested import ENSEMBLE, Backtest, Fan
from models.forecasting.scoring.evaluation import summarise
from models.series.hierarchy import series_id
from pipelines.report.backtest.charts import as_file, pit_chart
from pipelines.report.backtest.page import write_backtest
from tests.pipelines.report.reading import parse
from tests.pipelines.report.run_folders import HOSTILE

_DATA = re.compile(r'<data value="([^"]+)" data-row="summary ([^"]+)">([^<]*)</data>')


def _rows(title):
    rng = np.random.default_rng(2)
    parts = []
    for method, error in ((ENSEMBLE, 0.7), ("tsb", 0.9), ("seasonal_naive", 1.0)):
        for i in range(12):
            parts.append(
                pd.DataFrame(
                    {
                        "method": method, "series_id": series_id(f"t-{i}"), "title": title,
                        "origin": pd.Timestamp("2024-03-04"), "lead": np.arange(1, 29),
                        "band": ("few", "many")[i % 2], "scale": 2.0, "actual": 3, "mean": 3.3,
                        "crps": error * rng.gamma(3.0, 0.4, 28), "pit": rng.uniform(size=28),
                    }
                )
            )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _found(title="Late parcels"):
    rows = _rows(title)
    days = pd.date_range("2024-03-04", periods=28)
    ahead = pd.DataFrame({"date": days, "count": [3] * 27 + [40]})
    ahead = ahead.assign(**{name: 10 * level for name, level in QUANTILE_LEVELS.items()})
    past = pd.DataFrame({"date": pd.date_range("2024-02-01", "2024-03-03"), "count": 2})
    return Backtest(
        origins=(pd.Timestamp("2024-02-05"), pd.Timestamp("2024-03-04")),
        rows=rows,
        summary=summarise(rows, baseline="seasonal_naive"),
        fallbacks=pd.DataFrame(columns=["method", "origin", "series_id", "reason"]),
        fans=(Fan(series_id("t-0"), title, past, ahead),),
        left_out={"2024-01-08": "no complaint was known"},
    )


def _write(folder, settings, found=None):
    return write_backtest(
        folder,
        found or _found(),
        as_of="2024-04-01T00:00:00Z",
        encoder="tiny/1",
        settings=settings,
        code="0.1.0",
    )


@pytest.fixture(scope="module")
def page(tmp_path_factory, settings):
    return _write(tmp_path_factory.mktemp("backtest"), settings)


def test_each_figure_is_its_tables(page):
    summary = pd.read_parquet(page.html.parent / "summary.parquet").set_index(["band", "method"])
    found = _DATA.findall(page.html.read_text())
    assert len(found) > 40
    for value, row, _ in found:
        band, method, column = row.split(" ")
        assert float(value) == pytest.approx(summary.loc[(band, method), column])
    with (page.html.parent / "summary.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(summary)
    assert float(rows[0]["ratio"]) == pytest.approx(summary["ratio"].iloc[0], abs=1e-5)


def test_it_says_in_short_who_is_better_and_what_was_left_out(page):
    text = page.html.read_text()
    summary = pd.read_parquet(page.html.parent / "summary.parquet").set_index(["band", "method"])
    ratio = summary.loc[("all", ENSEMBLE), "ratio"]
    assert ratio < 1
    assert page.summary[0].startswith(f"The forecasts' error is {round(100 * (1 - ratio))}\u00a0%")
    assert page.summary[2].startswith("The best single method over all series was chance")
    assert "2024-01-08" in text
    assert "no complaint was known" in text
    assert "27 days inside their 80\u00a0% range, 1 outside their 90\u00a0% range" in text


def test_worse_than_naive_is_said_so(tmp_path, settings):
    found = _found()
    rows = found.rows.assign(crps=1.0)
    rows.loc[rows["method"] == ENSEMBLE, "crps"] = 1.5
    summary = summarise(rows, baseline="seasonal_naive")
    worse = Backtest(found.origins, rows, summary, found.fallbacks, found.fans, {})
    assert "50\u00a0% larger" in _write(tmp_path, settings, worse).summary[0]


def test_the_page_is_valid_and_sealed(page):
    text = page.html.read_text()
    root = parse(text)
    assert not list(root.iter("script"))
    assert not list(root.iter("link"))
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    charts = [e for e in root.iter() if str(e.tag).endswith("svg") and e.get("role") == "img"]
    assert [bool(e.get("aria-label")) for e in charts] == [True, True]


def test_hostile_titles_are_texts(tmp_path, settings):
    files = _write(tmp_path, settings, _found("</style><svg onload=alert(1)> mail a@b.example"))
    pictures = "".join(path.read_text() for path in files.pictures)
    for text in (files.html.read_text(), pictures):
        assert "<svg onload" not in text
        assert "a@b.example" not in text
    kept = pd.read_parquet(tmp_path / "backtest.parquet")["title"]
    assert not kept.str.contains("a@b.example").any()
    for number, title in enumerate(HOSTILE):
        made = _write(tmp_path / str(number), settings, _found(title))
        parse(made.html.read_text())
        assert "<script" not in made.html.read_text()


def test_pictures_stand_alone(page):
    import xml.etree.ElementTree as ElementTree

    assert sorted(path.name for path in page.pictures) == ["fan-1.svg", "pit.svg"]
    for path in page.pictures:
        root = ElementTree.fromstring(path.read_text())
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert root.get("aria-label")
        assert root.find("{http://www.w3.org/2000/svg}style") is not None


def test_the_pits_bars_are_as_high_as_their_shares():
    chart = str(pit_chart([0.3, 0.1, 0.1, 0.5], "Shares."))
    heights = [float(y) for y in re.findall(r"V([\d.]+)h", chart)]
    assert heights == pytest.approx([120 * (1 - s / 0.6) for s in (0.3, 0.1, 0.1, 0.5)], abs=0.01)
    assert as_file(pit_chart([1.0], "<b>")).count("&lt;b&gt;") == 1


def test_the_same_figures_give_the_same_bytes(tmp_path, settings, page):
    again = _write(tmp_path, settings)
    for one, two in zip((page.html, *page.pictures), (again.html, *again.pictures), strict=True):
        assert one.read_bytes() == two.read_bytes()
