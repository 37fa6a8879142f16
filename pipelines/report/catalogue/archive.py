"""Where the archive's pages stand, and what leads to them."""

from __future__ import annotations

from datetime import date

ARCHIVE_PAGE = "index.html"  # in the folder of runs


def month_page(when: date) -> str:
    """Return the archive's page that holds the warnings opened in a date's month."""
    return f"month-{when:%Y-%m}.html"


ARCHIVE_LABELS = {
    "all_reports": "All reports and how they fared",
    "history": "This warning in all reports, and what came of it",
}
