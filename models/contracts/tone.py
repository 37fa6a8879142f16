"""How people write of each theme."""

from __future__ import annotations

from models.contracts.table import COUNT, FLAG, NUMBER, TEXT, TIMESTAMP, Table, optional, required

# In the last days, and as a rule: see models.text.tone.
TONE = Table(
    "tone",
    ("theme_id", "days", "as_of"),
    {
        "theme_id": required(TEXT),
        "days": required(COUNT, at_least=1),  # of the window: 7 or 28
        "as_of": required(TIMESTAMP),
        "texts": required(COUNT, at_least=0),  # in English; a customer's of a week count as one
        "usual_texts": required(COUNT, at_least=0),
        "usual_weeks": required(COUNT, at_least=0),
        "mean": optional(NUMBER, at_least=-1, at_most=1),
        "usual_mean": optional(NUMBER, at_least=-1, at_most=1),
        "p_value": optional(NUMBER, at_least=0, at_most=1),  # empty: too few texts to say
        "is_clear": required(FLAG),  # more than chance, and large enough to be heard
    },
)
