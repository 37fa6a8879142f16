"""How bad a rise is, and what its complaints say: the same for a day's alarm and for an hour's."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from models.spikes.concentration import concentration, over_represented
from models.spikes.routing import Subject
from models.spikes.severity import severity
from pipelines.settings import Settings
from pipelines.steps.warnings.levels import is_wide, level_rules
from pipelines.steps.warnings.reach import reach_columns, window_reach
from pipelines.steps.warnings.told import told

_CELL_COLUMNS = ("channel", "brand", "product", "region")


class Rise(NamedTuple):
    """The counts of a window in alarm.

    Attributes
    ----------
    observed, expected : float
        Complaints of the theme in the window.
    p_value : float
        The chance of as many or more.
    usual_total : float
        Expected complaints of all themes in a window as long.
    """

    observed: float
    expected: float
    p_value: float
    usual_total: float


def judged(
    rise: Rise,
    window: pd.DataFrame,
    past: pd.DataFrame,
    all_past: pd.DataFrame,
    *,
    subject: Subject,
    settings: Settings,
) -> dict[str, Any]:
    """Return the columns of a WARNINGS row that are read off the complaints, and the severity.

    Parameters
    ----------
    rise : Rise
        The window's counts.
    window, past, all_past : DataFrame
        The theme's complaints in the window and in the days that it is held against, and those
        of all themes in these days, each in order of time.
    subject : Subject
        The theme, see :func:`pipelines.steps.warnings.told.theme_subjects`.
    settings : Settings
        ``warnings.concentrated_share, severity, report`` and ``themes.brand_words`` are read.
    """
    carried = concentration(
        window["customer_key"],
        past["customer_key"],
        concentrated_share=settings.warnings.concentrated_share,
    )
    reach = window_reach(window, past, all_past)
    level = severity(
        rise.observed,
        rise.expected,
        rise.p_value,
        usual_total=rise.usual_total,
        is_concentrated=carried.is_concentrated,
        is_widely_seen=is_wide(reach, settings.severity),
        rules=level_rules(settings.severity),
    )
    return {
        "severity": level,
        "cells": over_represented(window, past, expected=rise.expected, columns=_CELL_COLUMNS),
        **reach_columns(reach),
        **told(
            window,
            past["text"],
            level=level,
            carried=carried,
            subject=subject,
            settings=settings,
        ),
    }
