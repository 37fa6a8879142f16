"""Step: what was born lately, as warnings that stand on page one of the report."""

from __future__ import annotations

from typing import Any

import pandas as pd

from models.contracts import WARNINGS, conform
from models.series.calendar import local_date, local_dates
from models.spikes.concentration import concentration
from models.spikes.episodes import warning_id
from models.spikes.routing import Subject
from models.spikes.severity import severity
from pipelines.settings import Settings
from pipelines.steps.warnings.levels import is_wide, level_rules
from pipelines.steps.warnings.reach import reach_columns, window_reach
from pipelines.steps.warnings.told import theme_subjects, told

_HOURS = 24


def warn_of_births(
    warnings: pd.DataFrame,
    births: pd.DataFrame,
    complaints: pd.DataFrame,
    themes: pd.DataFrame,
    *,
    settings: Settings,
    as_of: pd.Timestamp,
    by_people: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the warnings with those of births added.

    A birth is told of until it is ``warnings.quiet_days`` old, and as closed for as long again.
    A theme has one warning: where its count is an alarm already, that one is called emerging if
    the theme is. Observed and expected are complaints of the theme in a day.

    Parameters
    ----------
    warnings : DataFrame
        A WARNINGS frame of the morning, see :func:`pipelines.steps.warnings.warnings.watch_now`.
    births : DataFrame
        The BIRTHS rows that the morning knows.
    complaints : DataFrame
        With ``theme_id`` and ``is_counted``.
    themes : DataFrame
        A THEMES frame, as people decided: of themes that are hidden or ended nothing is said.
    settings : Settings
        ``warnings, severity, report, themes`` and ``time_zone`` are read.
    as_of : Timestamp
        UTC.
    by_people : DataFrame, optional
        Of :func:`pipelines.steps.themes.decisions.events_of_people`: of a newborn theme that people
        split, the birth is told of its largest part.
    """
    if by_people is not None:
        births = _of_parts(births, by_people, complaints)
    quiet = pd.Timedelta(days=settings.warnings.quiet_days)
    is_live = themes["status"].isin(("active", "emerging")) & ~themes["is_hidden"].astype(bool)
    known = births[births["is_birth"] & births["theme_id"].isin(themes.loc[is_live, "theme_id"])]
    known = known[known["moment"] > as_of - 2 * quiet].sort_values(["moment", "birth_id"])
    newborn = set(themes.loc[themes["status"] == "emerging", "theme_id"])
    out = warnings.copy()
    is_renamed = out["theme_id"].isin(newborn & set(known["theme_id"]))
    out.loc[is_renamed, "kind"] = "emerging"
    rows = [
        _warning(birth, complaints, themes, settings, as_of)
        for _, birth in known.drop_duplicates("theme_id", keep="last").iterrows()
        if birth["theme_id"] not in set(out["theme_id"])
    ]
    if not rows:
        return out
    return pd.concat([out, conform(pd.DataFrame(rows), WARNINGS)], ignore_index=True)


def _of_parts(
    births: pd.DataFrame, by_people: pd.DataFrame, complaints: pd.DataFrame
) -> pd.DataFrame:
    sizes = complaints["theme_id"].value_counts()
    splits = by_people[by_people["event"] == "split"]
    order = splits.assign(size=splits["other_id"].map(sizes).fillna(0)).sort_values(
        ["size", "other_id"], ascending=[False, True]
    )
    largest = order.drop_duplicates("theme_id").set_index("theme_id")["other_id"]
    return births.assign(theme_id=births["theme_id"].replace(largest.to_dict()))


def _usual_a_day(birth: pd.Series, moments: pd.Series) -> float:
    """Return how many complaints of the theme would come in a day, wrote people as before.

    The scan counts people near one text; a warning counts complaints of the theme:

        usual = (λ / c) n 24 / w

    with c people near it in the birth's window of w hours, λ to be expected there, and n
    complaints of the theme in that window. Where the theme has none there, one person is taken for
    one complaint: n = c.
    """
    hours = max(int(birth["window_hours"]), 1)
    start = birth["moment"] - pd.Timedelta(hours=hours)
    complaints = int(((moments >= start) & (moments < birth["moment"])).sum())
    people = max(int(birth["people"]), 1)
    return float(birth["expected"]) * (complaints or people) / people * _HOURS / hours


def _warning(
    birth: pd.Series,
    complaints: pd.DataFrame,
    themes: pd.DataFrame,
    settings: Settings,
    as_of: pd.Timestamp,
) -> dict[str, Any]:
    theme_id = str(birth["theme_id"])
    counted = complaints[complaints["is_counted"].astype(bool)]
    counted = counted.sort_values(["created_at", "complaint_id"])
    dates = local_dates(counted["created_at"], settings.time_zone)
    opened_on = local_date(birth["moment"] - pd.Timedelta(microseconds=1), settings.time_zone)
    mine = counted["theme_id"] == theme_id
    # The day that ends now, and the one on which it was born: what people said then.
    today = counted[mine & (counted["created_at"] >= as_of - pd.Timedelta(hours=_HOURS))]
    day_of_birth = counted[mine & (dates >= opened_on - pd.Timedelta(days=1))]
    past = counted[dates < opened_on - pd.Timedelta(days=1)]
    expected = _usual_a_day(birth, counted.loc[mine, "created_at"])
    carried = concentration(
        today["customer_key"],
        past.loc[past["theme_id"] == theme_id, "customer_key"],
        concentrated_share=settings.warnings.concentrated_share,
    )
    reach = window_reach(today, past[past["theme_id"] == theme_id], past)
    level = severity(
        len(today), expected, float(birth["p_value"]),
        usual_total=len(past) / max(past["created_at"].dt.date.nunique(), 1),
        is_concentrated=carried.is_concentrated,
        is_widely_seen=is_wide(reach, settings.severity),
        rules=level_rules(settings.severity),
    )  # fmt: skip
    age = as_of - birth["moment"]
    state = "open" if len(today) > expected else "eased"
    if age >= pd.Timedelta(days=settings.warnings.quiet_days):
        state = "closed"
    return {
        "warning_id": warning_id(theme_id, opened_on),
        "as_of": as_of,
        "theme_id": theme_id,
        "kind": "emerging",
        "state": state,
        "severity": level,
        "window_days": 1,
        "observed": len(today),
        "expected": expected,
        "p_value": float(birth["p_value"]),
        "opened_on": opened_on,
        "cells": [],
        **reach_columns(reach),
        **told(
            day_of_birth,
            past["text"],
            level=level,
            carried=carried,
            subject=theme_subjects(themes).get(theme_id, Subject(theme_id)),
            settings=settings,
        ),
    }
