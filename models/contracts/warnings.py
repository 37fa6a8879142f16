"""What a team is warned of."""

from __future__ import annotations

from models.contracts.feedback import NOT_USEFUL, USEFUL
from models.contracts.table import (
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

WARNING_KINDS = ("now", "next", "emerging")
WARNING_STATES = ("open", "grown", "eased", "closed")

WARNINGS = Table(
    "warnings",
    ("warning_id", "as_of"),
    {
        "warning_id": required(TEXT),
        "as_of": required(TIMESTAMP),
        "theme_id": required(TEXT),
        "kind": required(TEXT, one_of=WARNING_KINDS),
        "state": required(TEXT, one_of=WARNING_STATES),
        "severity": required(COUNT, at_least=1, at_most=4),
        "window_days": required(COUNT, at_least=1),  # the window the alarm was raised on
        "observed": required(COUNT, at_least=0),
        "expected": required(NUMBER, at_least=0),
        "p_value": required(NUMBER, at_least=0, at_most=1),
        "p_exceed_7": optional(NUMBER, at_least=0, at_most=1),
        "p_exceed_28": optional(NUMBER, at_least=0, at_most=1),
        "p_lasts": optional(NUMBER, at_least=0, at_most=1),
        "extra_to_come": optional(NUMBER, at_least=0),  # above usual, until the warning closes
        "opened_on": required(DATE),
        "customers": optional(COUNT, at_least=0),  # distinct people in the window, if known
        "top_customer_share": optional(NUMBER, at_least=0, at_most=1),
        "is_concentrated": required(FLAG),  # one or a few sources carry the rise
        # People who can have seen the window's complaints, as far as that is known, and who sees
        # as many complaints as a rule: the median, and what 19 in 20 stay below.
        "reach": optional(NUMBER, at_least=0),
        "usual_reach": optional(NUMBER, at_least=0),
        "high_reach": optional(NUMBER, at_least=0),
        "cells": required(LIST),  # "channel=web: 40 against 3.1 usual (13x)"
        "wording": required(LIST),  # what people say now more than usual, a phrase first
        "exemplars": required(LIST),
        "owner": required(TEXT),
        "action": required(TEXT),
        # The warning that tells of the same issue and leads; this one is listed in it.
        "joined_to": optional(TEXT),
        "window_hours": optional(COUNT, at_least=1),  # of an alarm between mornings
        # What people said of it (the table feedback), as far as the morning knows.
        "verdict": optional(TEXT, one_of=(USEFUL, NOT_USEFUL)),
        "snoozed_until": optional(DATE),  # empty where no snooze holds
        "snoozed_by": optional(TEXT),
        # How many new warnings its owner looks at in a week, where this one waits beyond them.
        "held_back": optional(COUNT, at_least=1),
        "coincides": optional(LIST),  # "2019-05-04 release: Firefox 66.0.4 (product desktop)"
        # The most similar rise before, of this theme or of one most alike in words: how it ended.
        "past_theme_id": optional(TEXT),
        "past_opened_on": optional(DATE),
        "past_closed_on": optional(DATE),
        "past_days": optional(COUNT, at_least=1),  # from its first to its last alarm
        "past_ratio": optional(NUMBER, at_least=0),  # at most so many times the usual
        "past_extra": optional(NUMBER, at_least=0),  # complaints above the usual in all
        # "product=Fibre & region=East: 30 customers, 41 complaints, product 7.0x, followed 2 of 3"
        "who_next": optional(LIST),
    },
)

# How likely a theme that is quiet exceeds its threshold soon, and how often such themes do.
CHANCES = Table(
    "chances",
    ("theme_id", "as_of"),
    {
        "theme_id": required(TEXT),
        "as_of": required(TIMESTAMP),
        "p_exceed_7": required(NUMBER, at_least=0, at_most=1),
        "p_exceed_28": required(NUMBER, at_least=0, at_most=1),
        "usual_7": required(NUMBER, at_least=0, at_most=1),
        "usual_28": required(NUMBER, at_least=0, at_most=1),
    },
)
