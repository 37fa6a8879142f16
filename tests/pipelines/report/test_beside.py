"""What stands beside a warning in the report: what it coincides with."""

import csv

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
