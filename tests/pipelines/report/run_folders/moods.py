"""The kinds of morning that a run folder is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from tests.pipelines.report.run_folders.topics import HOSTILE, QUIET, TOPICS, Topic


@dataclass(frozen=True)
class Mood:
    """What kind of morning a run folder is of."""

    topics: tuple[Topic, ...] = TOPICS
    origin: date = date(2019, 5, 5)
    warned: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    is_first: bool = False
    has_scores: bool = True
    hours_old: float = 0.4
    channels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sources: Mapping[str, int] = field(default_factory=lambda: {"firefox": 30157})
    steps: Mapping[str, Any] | None = None
    has_not_covered: bool = True
    has_floods: bool = True


_CRISIS = "Open the crisis plan - one spokesperson and hourly updates until it is fixed."
_PREPARE = "Confirm the cause with the owning team and prepare a reply for all channels."
_EXTRA: dict[str, Any] = {"kind": "now", "p_exceed_7": None, "p_exceed_28": None, "p_lasts": None}
WARNED: dict[str, dict[str, Any]] = {
    "t-01aa": {
        **_EXTRA, "state": "open", "severity": 4, "window_days": 1, "opened_days_ago": 1,
        "customers": 121, "top_customer_share": 0.02, "is_concentrated": False,
        "cells": [
            "product=desktop: 118 against 1.6 usual (74x)",
            "region=DE: 31 against 0.4 usual (78x)",
        ],
        "coincides": ["2019-05-04 outage: Add-on signing (product desktop)"],
        "past_theme_id": "t-01aa", "past_opened_on": pd.Timestamp("2018-09-03"),
        "past_closed_on": pd.Timestamp("2018-09-21"), "past_days": 12, "past_ratio": 8.06,
        "past_extra": 482.4,
        "who_next": [
            "product=desktop & region=FR: 41 customers, 57 complaints, product 73.8x, "
            "followed 2 of 3",
            "product=mobile & region=DE: 5 customers, 12 complaints, region 62.0x",
        ],
        "owner": "Product", "action": _CRISIS,
    },
    "t-02bb": {
        **_EXTRA, "state": "grown", "severity": 2, "window_days": 7, "opened_days_ago": 4,
        "p_exceed_7": 0.71, "p_exceed_28": 0.83, "p_lasts": 0.45,
        "customers": 140, "top_customer_share": 0.03, "is_concentrated": False,
        "cells": ["channel=e-mail: 96 against 44 usual (2.2x)"],
        "owner": "Service", "action": _PREPARE,
    },
    "t-08bb": {
        **_EXTRA, "state": "open", "severity": 2, "window_days": 3, "opened_days_ago": 2,
        "customers": 3, "top_customer_share": 0.96, "is_concentrated": True, "cells": [],
        "owner": "Service", "action": _PREPARE,
    },
}  # fmt: skip

MOODS = {
    "spike": Mood(warned=WARNED),
    "first": Mood(warned=WARNED, is_first=True, sources={"sample": 10012}),
    "bare_first": Mood(topics=QUIET, is_first=True, has_scores=False, steps={}),
    "quiet": Mood(
        topics=QUIET, origin=date(2026, 11, 2), has_not_covered=False, has_floods=False
    ),
    "stale": Mood(
        topics=QUIET,
        hours_old=75,
        channels={
            "web chat": {
                "last_at": "2019-05-01T20:10:00Z", "days_silent": 3.2, "usual_gap_days": 0.4,
            },
            "email": {
                "last_at": "2019-05-04T20:10:00Z", "days_silent": 0.2, "usual_gap_days": 0.4,
            },
            "letter": {
                "last_at": "2019-05-01T20:10:00Z", "days_silent": 3.2, "usual_gap_days": 4.0,
            },
        },
    ),
    "silent": Mood(
        topics=QUIET,
        channels={
            "web chat": {
                "last_at": "2019-05-01T20:10:00Z", "days_silent": 3.2, "usual_gap_days": 0.4,
            },
        },
    ),
    "hostile": Mood(
        topics=tuple(
            Topic(
                f"t-9{number}", HOSTILE[number % len(HOSTILE)] + f" {number}", text,
                tuple(HOSTILE), 5.0, (9.0,), 3.0, HOSTILE,
            )
            for number, text in enumerate(HOSTILE)
        ),
        warned={
            f"t-9{number}": {
                **WARNED["t-02bb"], "cells": [f"channel={text}: 4 against 1 usual (4x)", text],
                "owner": text, "action": text, "coincides": [text, f"2019-05-04 release: {text}"],
                "who_next": [
                    text, f"product={text} & region=a & b: 9 customers, 30 complaints, product 3.1x"
                ],
            }
            for number, text in enumerate(HOSTILE)
        },
        channels={
            "<b>chat</b>": {"last_at": "2019-04-01T20:10:00Z", "days_silent": 34.0}
        },
    ),
}  # fmt: skip
