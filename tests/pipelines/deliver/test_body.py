from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from pipelines.deliver.body import body_of
from pipelines.report.plain import clean, markdown

_UNSEEN = "\u2060"


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert attrs == []

    def handle_data(self, data: str) -> None:
        self.words += data


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_whatever_a_title_is_both_bodies_say_just_that(title: str) -> None:
    said = clean(title, 80)
    body = body_of(f"- ▲ **{markdown(said)}** rises")
    seen = _Seen()
    seen.feed(body.html)
    seen.close()
    assert seen.tags == ["ul", "li", "strong"]
    assert seen.words.replace(_UNSEEN, "").strip() == f"▲ {said} rises"
    assert body.text.replace(_UNSEEN, "") == f"- ▲ {said} rises\n"
    assert "://" not in body.text


def test_lines_keep_their_order_and_their_kind() -> None:
    body = body_of("# Outlook\nData complete.\n- one\n- two\n\nWarnings: none.")
    assert body.text == "Outlook\nData complete.\n- one\n- two\nWarnings: none.\n"
    assert body.html == (
        "<h2>Outlook</h2>\n<p>Data complete.</p>\n<ul><li>one</li><li>two</li></ul>\n"
        "<p>Warnings: none.</p>\n"
    )
