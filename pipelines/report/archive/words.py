"""The archive's own words, in one place: another language is another such file."""

from __future__ import annotations

HEADING = "All reports and how they fared"
MONTH_HEADING = "Reports and warnings, {month} {year}"
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
INTRO = "Reports so far: {n}, newest first. What came is known up to {day}."
INTRO_RECENT = "The last {n} of {all} reports, newest first. What came is known up to {day}."
LAST = "The report of {day}: {warnings} {inside}"
LAST_WARNINGS = "of its warnings, {right} right, {false} false, {open} not settled yet."
LAST_NO_WARNING = "it warned of nothing."
LAST_INSIDE = (
    "Of the {n} days that it forecast and that have come due, {inside} came inside their "
    "80\u00a0% range."
)
LAST_NOT_DUE = "None of the days that it forecast has come due."
INSIDE_OF = "of {n} days"
NOT_DUE = "none due yet"
NONE = "none"
RIGHT, FALSE, UNSETTLED = "right", "false", "unsettled"
VERDICTS = {RIGHT: "right", FALSE: "false", UNSETTLED: "not settled yet"}
MARKS = {RIGHT: "●", FALSE: "○", UNSETTLED: "◌"}
BY_PEOPLE = "as people said"
PEAK = "most on one day: {count} on {day}"
NO_RUN_JSON = "no readable run.json"
NO_WARNINGS_TABLE = "no readable warnings.parquet"
TRUTH = (
    "A warning is right if a real rise was on from three days before it opened to a week after: "
    "seven days that hold more than twice the median of half a year around them, more than 4.5 "
    "robust standard deviations above it, and ten complaints. It is false if there was none, and "
    "not settled while it is open, while these days are not over, or where its theme ended and is "
    "counted in no other. Where people said that a warning was useful, or was not, their word "
    "counts. A warning that is told in another's is not listed."
)
STEP = "{observed} in its window, usual {expected}"
LABELS = {
    "skip": "Skip to the reports",
    "last": "Last time's report against what came",
    "reports": "Reports",
    "report": "Report",
    "status": "Data",
    "warnings": "Its warnings, in hindsight",
    "inside": "Forecast days inside the 80\u00a0% range",
    "pages": "Pages",
    "digest": "Digest",
    "crisis": "Crisis page",
    "months": "By month",
    "episodes": "Warnings opened in this month",
    "level": "level",
    "level_head": "Level",
    "opened": "Opened",
    "from": "Told from",
    "state": "State",
    "seen": "Complaints",
    "unread": "Not read",
    "unread_note": "These folders hold no whole run and are left out:",
    "truth": "What right and false mean",
    "back": "All reports",
    "none": "No warning was opened.",
    "moved": "See",
}
