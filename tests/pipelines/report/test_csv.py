"""The tables beside the page: no cell starts a formula."""

import csv
import re

import pytest

from tests.pipelines.report.run_folders import MOODS


@pytest.mark.parametrize("mood", MOODS)
def test_no_cell_of_a_csv_starts_a_formula(reports, mood):
    files = reports(mood)
    assert len(files.tables) == 26
    for path in files.tables:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        assert len({len(row) for row in rows}) == 1, path.name
        for cell in (cell for row in rows for cell in row):
            is_number = re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell)
            assert is_number or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell


def test_a_formula_is_kept_as_a_text(reports):
    folder = reports.folder("hostile")
    with (folder / "tables" / "themes.csv").open(encoding="utf-8-sig", newline="") as file:
        titles = [row["theme"] for row in csv.DictReader(file)]
    assert '\'=HYPERLINK("http://evil.example","click") 4' in titles
