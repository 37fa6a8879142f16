"""What complaints are about: themes, who belongs to them, what became of them, new ones."""

from __future__ import annotations

from models.contracts.table import (
    BYTES,
    COUNT,
    DATE,
    FLAG,
    LIST,
    NUMBER,
    TEXT,
    TIMESTAMP,
    Table,
    optional,
    required,
)

THEMES = Table(
    "themes",
    ("theme_id", "version"),
    {
        "theme_id": required(TEXT),
        "version": required(TEXT),  # the moment of the fit, ISO 8601 in UTC: versions sort
        "label": required(TEXT),  # the medoid sentence
        "title": required(TEXT),  # 2-5 words, unique within a version
        "keywords": required(LIST),
        "exemplars": required(LIST),
        "parents": required(LIST),
        "status": required(TEXT, one_of=("active", "emerging", "merged", "retired")),
        "born_on": required(DATE),
        "size": required(COUNT, at_least=0),  # complaints at the fit
        "encoder": required(TEXT),  # whose vectors the centroid and the assignments come from
        "area_id": optional(TEXT),  # the broad area that the theme belongs to
        "area_title": optional(TEXT),
        "resolution": optional(NUMBER, at_least=0),  # of the fit: the next one begins there
        "centroid": required(BYTES),  # float16, unit length
        # By people (models.themes.decisions): no fit sets them, the morning's frame has them.
        "is_hidden": optional(FLAG),
        "is_pinned": optional(FLAG),
    },
)

NO_COMPLAINT, UNLIKE_ALL = "no complaint", "unlike any theme"
UNASSIGNED_REASONS = (NO_COMPLAINT, UNLIKE_ALL)
LINEAGE_EVENTS = ("continued", "split", "merged", "born", "retired")

# What became of each theme at a refit, and where the new ones come from.
LINEAGE = Table(
    "lineage",
    ("version", "theme_id", "event", "other_id"),
    {
        "version": required(TEXT),  # of the new fit
        "theme_id": required(TEXT),  # of the version before; of the new one where born
        "event": required(TEXT, one_of=LINEAGE_EVENTS),
        "other_id": required(TEXT),  # where its texts went; the theme itself where nowhere else
        # Of the theme's texts that went there; of a born theme's, those that were new.
        "share": required(NUMBER, at_least=0, at_most=1),
        "texts": required(COUNT, at_least=0),
    },
)

ASSIGNMENTS = Table(
    "assignments",
    ("complaint_id", "version"),
    {
        "complaint_id": required(TEXT),
        "version": required(TEXT),
        "text_hash": required(TEXT),  # of the text that was assigned: a correction shows
        "theme_id": optional(TEXT),
        "strength": required(NUMBER, at_least=0, at_most=1),  # the winner's share of the votes
        "reason": optional(TEXT, one_of=UNASSIGNED_REASONS),  # why there is no theme
    },
)

# One row a look at a moment (`birth_id` empty), and one for each issue that was loud then.
BIRTHS = Table(
    "births",
    ("as_of", "moment", "birth_id"),
    {
        "as_of": required(TIMESTAMP),  # the morning that looked: it knew no more than then
        "moment": required(TIMESTAMP),  # end of the windows that were scanned
        "birth_id": required(TEXT),
        "is_birth": required(FLAG),  # the first alarm
        "score": required(NUMBER, at_least=0),
        "threshold": optional(NUMBER, at_least=0),  # none while the past is too short for one
        "p_value": required(NUMBER, at_least=0, at_most=1),  # of the score, among the past days'
        "nominal_per_month": required(NUMBER, at_least=0),
        "realised_per_month": optional(NUMBER, at_least=0),
        "window_hours": required(COUNT, at_least=0),
        "people": required(COUNT, at_least=0),
        "expected": required(NUMBER, at_least=0),
        "theme_id": optional(TEXT),  # the theme that took an accepted birth in
        "encoder": required(TEXT),
        "centroid": optional(BYTES),  # float16, unit length
        "version": optional(TEXT),  # of the themes that the morning knew; an older row has none
    },
)

# Complaints a day, read twice: under today's themes, and under those that were known when they
# came, whose names are followed to today's.
READINGS = Table(
    "readings",
    ("theme_id", "date"),
    {
        "theme_id": required(TEXT),
        "date": required(DATE),
        "now": required(COUNT, at_least=0),
        "then": required(COUNT, at_least=0),
    },
)
