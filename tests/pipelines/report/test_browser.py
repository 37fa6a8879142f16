import re
from pathlib import Path

import pytest

from tests.pipelines.report.browsing import open_page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("mood", ["spike", "hostile", "stale"])
@pytest.mark.parametrize("width", [360, 700, 1280])
def test_nothing_is_fetched_said_or_scrolled_sideways(browser, reports, mood, width):
    path = reports(mood).html
    page, asked, said = open_page(browser, path, width=width)
    assert asked == [path.as_uri()]
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


@pytest.mark.parametrize("width", [360, 700, 1280])
def test_the_crisis_page_neither_fetches_nor_scrolls_sideways(browser, reports, width):
    path = reports("spike").crisis
    page, asked, said = open_page(browser, path, width=width, scripts=False)
    assert (asked, said) == ([path.as_uri()], [])
    page.context.close()
    page, _, _ = open_page(browser, path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_page_one_leads_to_the_crisis_page_and_back(browser, reports):
    page, _, _ = open_page(browser, reports("spike").html, scripts=False)
    page.get_by_role("link", name="Open the crisis page").click()
    assert page.locator("h1").inner_text() == "Crisis: Add-ons disabled"
    page.get_by_role("link", name="All of the report").click()
    assert page.url == reports("spike").html.as_uri()
    page.context.close()


def test_a_crisis_prints_on_two_sheets(browser, reports, tmp_path):
    page, _, _ = open_page(browser, reports("spike").crisis)
    page.pdf(path=tmp_path / "crisis.pdf", format="A4", prefer_css_page_size=True)
    assert 1 <= _sheets(tmp_path / "crisis.pdf") <= 2
    page.context.close()


def test_page_one_reads_without_scripts(browser, reports):
    page, _, _ = open_page(browser, reports("spike").html, scripts=False)
    first = page.locator(".messages .head").first.inner_text()
    assert first.startswith("Add-ons disabled will very likely stay above usual: ")
    assert page.locator(".warnings tbody tr").count() == 3
    page.context.close()


def test_a_chart_keeps_its_letters_on_a_phone(browser, reports):
    heights = []
    for width in (360, 1280):
        page, _, _ = open_page(browser, reports("spike").html, width=width)
        box = page.locator("svg.fan text").first.bounding_box()
        heights.append(box["height"])
        page.context.close()
    assert heights[0] == pytest.approx(heights[1], abs=0.5)
    assert heights[0] >= 12


def test_page_one_prints_on_two_sheets(browser, reports, tmp_path):
    page, _, _ = open_page(browser, reports("spike").html)
    page.emulate_media(media="print")
    # A4 less its margins, at 96 pixels an inch.
    page.set_viewport_size({"width": 695, "height": 1020})
    top = page.locator("#cards").bounding_box()["y"]
    assert top <= 2 * 1020
    page.context.close()


@pytest.mark.parametrize("mood", ["spike", "bare_first", "quiet", "stale", "silent"])
def test_page_one_is_two_sheets_of_paper_at_most(browser, reports, tmp_path, mood):
    page, _, _ = open_page(browser, reports(mood).html)
    # What stands before the warnings' cards, or before the first section after page one.
    page.evaluate("""() => {
      const end = document.querySelector('nav.contents');
      while (end.nextElementSibling) end.nextElementSibling.remove();
      document.querySelector('footer')?.remove();
    }""")
    page.pdf(path=tmp_path / "one.pdf", format="A4", prefer_css_page_size=True)
    assert 1 <= _sheets(tmp_path / "one.pdf") <= 2
    page.context.close()


def _sheets(pdf: Path) -> int:
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf.read_bytes()))
