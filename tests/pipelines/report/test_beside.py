"""What stands beside a warning in the report: signals, the last rise like it, who may be next."""

import csv
import re

from tests.pipelines.report.reading import parse, words_of


def table_of(reports, name, *, mood="spike"):
    path = reports.folder(mood) / "tables" / f"{name}.csv"
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_what_coincides_is_told_and_never_called_a_cause(reports):
    page = words_of(parse(reports.html("spike")))
    assert page.count("4 May 2019: outage Add-on signing (product desktop)") == 2  # row and card
    assert "because" not in page.lower()
    told = {row["theme"]: row["coincides"] for row in table_of(reports, "warnings")}
    assert told["Add-ons disabled"] == "4 May 2019: outage Add-on signing (product desktop)"
    assert told["Late parcels"] == ""
    hostile = words_of(parse(reports.html("hostile")))
    assert "4 May 2019: release <script>alert('x')</script>" in hostile


def test_the_last_time_is_told_with_rounded_figures_that_name_their_row(reports):
    html_page = reports.html("spike")
    page = words_of(parse(html_page))
    said = (
        "The last time it was like this (opened 3 Sep 2018) it lasted 12 days, rose to 8.1\u00d7 "
        "the usual and brought about 480 extra complaints; its warning closed on 21 Sep 2018."
    )
    assert page.count(said) == 1
    assert re.search(r'<data value="482\.4" data-row="warnings [^"]* past_extra">480<', html_page)
    assert page.count("No rise of this theme, or of one alike in words, has ended before.") == 2


def test_who_may_be_next_is_listed_on_the_card_and_in_a_table(reports):
    page = words_of(parse(reports.html("spike")))
    assert (
        "Product desktop, Region FR: 41 customers wrote 57 complaints of any kind in 56 days and "
        "none of this; their product stands out in the rise (74\u00d7). They followed 2 of 3 times "
        "before, within a week."
    ) in page
    rows = table_of(reports, "who_next")
    assert [row["segment"] for row in rows] == [
        "Product desktop, Region FR",
        "Product mobile, Region DE",
    ]
    assert [(row["customers"], row["lift"], row["followed"]) for row in rows] == [
        ("41", "73.8", "2"),
        ("5", "62", ""),
    ]
    hostile = words_of(parse(reports.html("hostile")))
    assert "Product <script>alert('x')</script>, Region a & b: 9 customers wrote" in hostile
