import re

import pytest

from tests.conftest import CHROMIUM

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = play.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


def _open(browser, path, *, width=1280, scripts=True):
    context = browser.new_context(
        viewport={"width": width, "height": 800}, java_script_enabled=scripts
    )
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(path.as_uri())
    return page, asked, said


@pytest.mark.parametrize("mood", ["spike", "hostile", "stale"])
@pytest.mark.parametrize("width", [360, 700, 1280])
def test_nothing_is_fetched_said_or_scrolled_sideways(browser, reports, mood, width):
    path = reports(mood).html
    page, asked, said = _open(browser, path, width=width)
    assert asked == [path.as_uri()]
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


@pytest.mark.parametrize("width", [360, 700, 1280])
def test_the_crisis_page_neither_fetches_nor_scrolls_sideways(browser, reports, width):
    path = reports("spike").crisis
    page, asked, said = _open(browser, path, width=width, scripts=False)
    assert (asked, said) == ([path.as_uri()], [])
    page.context.close()
    page, _, _ = _open(browser, path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_page_one_leads_to_the_crisis_page_and_back(browser, reports):
    page, _, _ = _open(browser, reports("spike").html, scripts=False)
    page.get_by_role("link", name="Open the crisis page").click()
    assert page.locator("h1").inner_text() == "Crisis: Add-ons disabled"
    page.get_by_role("link", name="All of the report").click()
    assert page.url == reports("spike").html.as_uri()
    page.context.close()


def test_a_crisis_prints_on_two_sheets(browser, reports, tmp_path):
    page, _, _ = _open(browser, reports("spike").crisis)
    page.pdf(path=tmp_path / "crisis.pdf", format="A4", prefer_css_page_size=True)
    sheets = re.findall(rb"/Type\s*/Page[^s]", (tmp_path / "crisis.pdf").read_bytes())
    assert 1 <= len(sheets) <= 2
    page.context.close()


def test_page_one_reads_without_scripts(browser, reports):
    page, _, _ = _open(browser, reports("spike").html, scripts=False)
    first = page.locator(".messages .head").first.inner_text()
    assert first.startswith("Add-ons disabled will very likely stay above usual: ")
    assert page.locator(".warnings tbody tr").count() == 3
    page.context.close()


def test_a_chart_keeps_its_letters_on_a_phone(browser, reports):
    heights = []
    for width in (360, 1280):
        page, _, _ = _open(browser, reports("spike").html, width=width)
        box = page.locator("svg.fan text").first.bounding_box()
        heights.append(box["height"])
        page.context.close()
    assert heights[0] == pytest.approx(heights[1], abs=0.5)
    assert heights[0] >= 12


def test_text_stands_out_from_its_ground(browser, reports):
    # WCAG's contrast ratio of every text's colour against the nearest ground that is painted.
    script = """() => {
      const parse = c => c.match(/[0-9.]+/g).map(Number);
      const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
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
        const svg = e.closest('svg');
        const style = getComputedStyle(e);
        const a = light(parse(svg ? style.fill : style.color)), b = light(ground(e));
        worst = Math.min(worst, (Math.max(a, b) + .05) / (Math.min(a, b) + .05));
      }
      return worst;
    }"""
    paths = [reports(mood).html for mood in ("first", "stale", "hostile")]
    for path in (*paths, reports("first").crisis):
        page, _, _ = _open(browser, path)
        assert page.evaluate(script) >= 4.5
        page.context.close()


def test_page_one_prints_on_two_sheets(browser, reports, tmp_path):
    page, _, _ = _open(browser, reports("spike").html)
    page.emulate_media(media="print")
    # A4 less its margins, at 96 pixels an inch.
    page.set_viewport_size({"width": 695, "height": 1020})
    top = page.locator("#cards").bounding_box()["y"]
    assert top <= 2 * 1020
    page.context.close()
