"""In a real browser: axe-core finds nothing, and each look reads small, zoomed and in grey."""

import json
import shutil
from pathlib import Path

import pytest

from pipelines.report.archive.page import write_archive
from pipelines.report.latest import write_latest
from tests.pipelines.report.archive.case import make_runs
from tests.pipelines.report.browsing import open_page

pytestmark = pytest.mark.browser

LOOKS = (
    *("spike", "first", "bare_first", "quiet", "stale", "silent", "hostile", "crisis"),
    *("failed", "archive", "month"),
)


@pytest.fixture(scope="module")
def look(reports, settings, tmp_path_factory):
    """Return the page of a special look by its name."""
    runs = make_runs(tmp_path_factory.mktemp("looks") / "runs")
    shutil.copy(reports("spike").html, runs / "2026-11-02" / "report.html")
    write_archive(runs, redaction=settings.redaction)
    failed = {"name": "2026-11-03", "lines": ["180 complaints came in, usual are 410"]}
    (runs / "failed.json").write_text(json.dumps(failed), encoding="utf-8")
    own = {
        "crisis": reports("spike").crisis,
        "failed": write_latest(runs),
        "archive": runs / "index.html",
        "month": runs / "month-2026-10.html",
    }

    def path_of(name: str) -> Path:
        return own[name] if name in own else reports(name).html

    return path_of


@pytest.mark.parametrize(
    ("name", "width"),
    [
        *((name, 1280) for name in LOOKS),
        ("spike", 360),
        ("hostile", 360),
        ("crisis", 360),
        ("archive", 360),
    ],
)
def test_axe_finds_no_violation(browser, look, name, width):
    from axe_playwright_python.sync_playwright import Axe

    page, _, _ = open_page(browser, look(name), width=width)
    found = Axe().run(page).response
    assert len(found["passes"]) > 15  # it did look
    told = [
        (rule["id"], node["html"], node["failureSummary"])
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
    assert told == []
    page.context.close()


def test_axe_would_see_a_violation(browser, look, tmp_path):
    from axe_playwright_python.sync_playwright import Axe

    broken = look("quiet").read_text(encoding="utf-8").replace(' lang="en"', "", 1)
    (tmp_path / "broken.html").write_text(broken, encoding="utf-8")
    page, _, _ = open_page(browser, tmp_path / "broken.html")
    found = Axe().run(page).response["violations"]
    assert [rule["id"] for rule in found] == ["html-has-lang"]
    page.context.close()


# WCAG's contrast ratio of every text's colour against the nearest ground that is painted, as it
# is and as CSS's grayscale(1) would show it.
_CONTRASTS = """(inGrey) => {
  const parse = c => c.match(/[0-9.]+/g).map(Number);
  const grey = ([r, g, b]) => Array(3).fill(.2126 * r + .7152 * g + .0722 * b);
  const light = c => (inGrey ? grey(c) : c).slice(0, 3).map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = e => { for (; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0) return c; } return [255, 255, 255]; };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let worst = 99;
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim()) continue;
    const style = getComputedStyle(e);
    const a = light(parse(e.closest('svg') ? style.fill : style.color)), b = light(ground(e));
    worst = Math.min(worst, (Math.max(a, b) + .05) / (Math.min(a, b) + .05));
  }
  return worst;
}"""


@pytest.mark.parametrize("in_grey", [False, True])
@pytest.mark.parametrize(
    "name", ["first", "stale", "hostile", "crisis", "failed", "archive", "month"]
)
def test_text_stands_out_from_its_ground(browser, look, name, in_grey):
    page, _, _ = open_page(browser, look(name))
    assert page.evaluate(_CONTRASTS, in_grey) >= 4.5
    page.context.close()


def test_the_bands_of_a_chart_differ_in_grey(browser, look):
    page, _, _ = open_page(browser, look("spike"))
    greys = page.evaluate("""() => ['band-90', 'band-80', 'band-50'].map(name => {
      const [r, g, b] = getComputedStyle(document.querySelector('svg.fan .' + name)).fill
        .match(/[0-9.]+/g).map(Number);
      return .2126 * r + .7152 * g + .0722 * b;
    })""")
    steps = [255, *greys]
    assert all(lighter - darker >= 20 for lighter, darker in zip(steps, greys, strict=False))
    page.context.close()


# What can be read is not cut off: no element hides a part of its text.
_CUT_OFF = """() => [...document.querySelectorAll('body *')]
  .filter(e => !e.closest('thead') && getComputedStyle(e).overflowX === 'hidden'
    && e.scrollWidth > e.clientWidth + 1)
  .map(e => e.outerHTML.slice(0, 200))"""
_SMALLEST = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let least = 99;
  while (walker.nextNode()) {
    if (!walker.currentNode.data.trim()) continue;
    const e = walker.currentNode.parentElement;
    least = Math.min(least, parseFloat(getComputedStyle(e).fontSize));
  }
  return least;
}"""


@pytest.mark.parametrize("name", LOOKS)
def test_a_phone_shows_all_of_it_in_letters_that_can_be_read(browser, look, name):
    page, _, _ = open_page(browser, look(name), width=360, scripts=False)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate(_CUT_OFF) == []
    assert page.evaluate(_SMALLEST) >= 12
    page.context.close()


@pytest.mark.parametrize("name", LOOKS)
def test_zoomed_to_twice_the_size_nothing_scrolls_sideways_or_is_cut_off(browser, look, name):
    # A browser's zoom of 200 % gives a desk of 1280 half as many pixels, each twice as large.
    page, _, _ = open_page(browser, look(name), width=640, scale=2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    assert page.evaluate(_CUT_OFF) == []
    page.context.close()
    # Letters alone twice as large, as phones can be set to.
    page, _, _ = open_page(browser, look(name))
    page.add_style_tag(content="html { font-size: 200% }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.evaluate(_CUT_OFF) == []
    page.context.close()
