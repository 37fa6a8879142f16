"""What people said of warnings."""

from __future__ import annotations

from models.contracts.table import COUNT, DATE, TEXT, TIMESTAMP, Table, optional, required

USEFUL, NOT_USEFUL, SNOOZE = "useful", "not useful", "snooze"
FEEDBACK_VERDICTS = (USEFUL, NOT_USEFUL, SNOOZE)

# Nothing is ever changed here: who thinks otherwise later says so in a row of its own.
FEEDBACK = Table(
    "feedback",
    ("warning_id", "at"),
    {
        "warning_id": required(TEXT),
        "at": required(TIMESTAMP),  # mornings before know nothing of it
        "verdict": required(TEXT, one_of=FEEDBACK_VERDICTS),
        "by": required(TEXT),
        "note": optional(TEXT),  # redacted
        "until": optional(DATE),  # of a snooze: the first morning that tells of it again
        # The warning as it was last told by then: themes are found anew, mornings made again.
        "theme_id": required(TEXT),
        "opened_on": required(DATE),
        "last_on": required(DATE),  # the last day that it was on, as far as was known
        "severity": required(COUNT, at_least=1, at_most=4),
    },
)
