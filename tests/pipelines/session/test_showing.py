"""How values are shown, and that nothing a stranger wrote gets through."""

from __future__ import annotations

import pandas as pd

from pipelines.session import Session
from pipelines.session.showing import as_html, as_lines, in_words

HOSTILE = "<img src=x onerror=alert(1)>\x1b]0;owned\x07 & \"'"


def test_values_are_shown_as_people_write_them() -> None:
    assert in_words(12345) == "12,345"
    assert in_words(0.12345) == "0.123"
    assert in_words(float("nan")) == ""
    assert in_words(None) == in_words(pd.NaT) == in_words(pd.NA) == ""
    assert in_words(pd.Timestamp("2020-06-29")) == "2020-06-29"
    assert in_words(pd.Timestamp("2020-06-29T06:30Z")) == "2020-06-29 06:30"
    assert in_words(["a", 2]) == "a, 2"
    assert in_words(True) == "yes"


def test_html_and_lines_of_hostile_values_are_inert() -> None:
    frame = pd.DataFrame({HOSTILE: [HOSTILE] * 12})
    page = as_html(HOSTILE, {HOSTILE: HOSTILE}, frame)
    assert "<img" not in page
    assert "\x1b" not in page
    assert "and 2 more rows" in page
    lines = as_lines(HOSTILE, {HOSTILE: HOSTILE}, [HOSTILE])
    assert not {"\x1b", "\x07"} & set(lines)
    long = as_html("t", {"text": "x" * 10_000})
    assert len(long) < 600


def test_a_session_shows_what_it_holds(session: Session) -> None:
    said = repr(session)
    assert said.startswith("Session as of 2020-06-29T00:00:00Z\n")
    assert f"{len(session.complaints):,}, 2020-01-01 to 2020-06-28" in said
    assert "the run of 2020-06-29" in said
    page = session._repr_html_()
    assert session.themes["title"].iloc[0] in page
    assert "files:" not in page  # no complaint's id or text
