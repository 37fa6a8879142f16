from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.report import catalogue as words
from pipelines.report.charts import nice_ticks
from pipelines.report.facts.series import chance_above
from pipelines.report.figures import people, span, times, whole
from pipelines.report.plain import clean, csv_cell, markdown

COUNTS = st.floats(0, 1e6)


@pytest.mark.parametrize(
    ("p", "shown"),
    [
        (0.99, "more than 9 in 10 (very likely)"),
        (0.90, "about 9 in 10 (very likely)"),
        (0.71, "about 7 in 10 (likely)"),
        (0.55, "about 6 in 10 (even)"),
        (0.67, "about 7 in 10 (likely)"),
        (0.39, "about 4 in 10 (even)"),
        (0.06, "about 1 in 10 (unlikely)"),
        (0.0, "less than 1 in 10 (very unlikely)"),
    ],
)
def test_chances_are_said_in_tens_with_their_bound_word(p, shown):
    assert words.chance(p).shown == shown
    assert words.chance(p).value == p


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (118.2, 191.8, "120–190"),  # noqa: RUF001
        (12, 31, "12–31"),  # noqa: RUF001
        (101, 149, "100–150"),  # noqa: RUF001
        (3, 3, "3"),
        (1180, 2390, "1,200–2,400"),  # noqa: RUF001
    ],
)
def test_ranges_are_rounded_to_what_their_width_supports(low, high, shown):
    assert span(low, high).shown == shown


@given(COUNTS, COUNTS)
def test_rounding_moves_no_end_by_more_than_a_tenth_of_the_width(one, other):
    low, high = min(one, other), max(one, other)
    it = span(low, high)
    ends = [int(end.shown.replace(",", "")) for end in (it.low, it.high)]
    allowed = max(0.5, (high - low) / 10) + 1e-6
    assert abs(ends[0] - low) <= allowed
    assert abs(ends[1] - high) <= allowed
    assert ends[0] <= ends[1]


@given(COUNTS, st.lists(COUNTS, min_size=7, max_size=7))
def test_the_chance_of_more_never_grows_with_the_value(value, values):
    quantiles = np.sort(np.array(values))
    here = chance_above(value, quantiles)
    assert 0.05 - 1e-9 <= here <= 0.95 + 1e-9
    assert chance_above(value + 1, quantiles) <= here + 1e-9


@given(st.text())
def test_cleaned_text_is_one_short_line_without_controls(text):
    out = clean(text, 40)
    assert len(out) <= 40
    assert "\n" not in out
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in out)
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(out)
    assert clean(out, 40) == out


@given(st.text(min_size=1))
def test_a_cell_never_starts_a_formula(text):
    cell = str(csv_cell(text))
    assert cell.lstrip(" ")[:1] not in {"=", "+", "-", "@", "\t", "\r"}
    assert cell.endswith(text)


def test_markdown_neither_links_nor_formats():
    assert markdown("[a](http://b)") == "\\[a\\](http:\\//b)"
    assert markdown("<!channel> www.b.example") == "\\<!channel\\> www\\.b.example"


def test_small_numbers_keep_a_decimal_and_few_people_are_hidden():
    assert [whole(v).shown for v in (0, 0.04, 1.94, 9.96, 84.6, 1240)] == [
        *("0", "0", "1.9", "10", "85", "1,240"),
    ]
    assert people(4).shown == "<5"
    assert people(4).value is None
    assert people(5).shown == "5"
    assert times(5, 0).value is None


@given(st.floats(0, 1e7))
def test_ticks_are_few_and_reach_the_top(highest):
    ticks = nice_ticks(highest)
    assert 2 <= len(ticks) <= 4
    assert ticks[-1] >= highest
    assert ticks[-2] < max(highest, 1)


def test_dates_read_as_people_write_them():
    assert words.days(date(2026, 11, 2), date(2026, 11, 8)) == "2\u20138 Nov"
    assert words.days(date(2026, 10, 30), date(2026, 11, 5)) == "30 Oct\u2009\u2013\u20095 Nov"
    assert words.heading("Outlook", date(2026, 11, 2)) == "Outlook, week of 2 Nov 2026"
    assert words.heading("Outlook", date(2026, 11, 3)) == "Outlook, week from 3 Nov 2026"
