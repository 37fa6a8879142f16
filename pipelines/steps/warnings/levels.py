"""Step: how bad a warning is by the parameters' thresholds, once its chance to last is known."""

from __future__ import annotations

import pandas as pd

from models.spikes.reach import Reach
from models.spikes.severity import LevelNeeds, LevelRules, with_chance_to_last
from pipelines.settings import Settings, Severity
from pipelines.steps.warnings.told import action_at

_CLOSED = "closed"


def level_rules(said: Severity) -> LevelRules:
    """Return the thresholds of levels as the parameters have them."""
    return LevelRules(
        needs=tuple(LevelNeeds(it.level, it.ratio, it.extra, it.share) for it in said.levels),
        sure_p=said.sure_p,
        likely_to_last=said.likely_to_last,
        most_of_one_source=said.one_source,
    )


def is_wide(reach: Reach, said: Severity) -> bool:
    """Return whether far more people than usual can have seen a rise, by the parameters."""
    return reach.is_wide(times=said.reach_times, people=said.reach_people)


def with_levels(warnings: pd.DataFrame, *, settings: Settings) -> pd.DataFrame:
    """Return the warnings at the level and with the action of a rise that is likely to last.

    Parameters
    ----------
    warnings : DataFrame
        A WARNINGS frame with ``p_lasts``. What has closed keeps its level.
    settings : Settings
        ``severity`` and ``report.playbook`` are read.
    """
    rules = level_rules(settings.severity)
    out = warnings.copy()
    for at, row in warnings[warnings["state"] != _CLOSED].iterrows():
        level = with_chance_to_last(
            int(row["severity"]),
            None if pd.isna(row["p_lasts"]) else float(row["p_lasts"]),
            is_concentrated=bool(row["is_concentrated"]),
            rules=rules,
        )
        if level != row["severity"]:
            out.loc[at, "severity"] = level
            out.loc[at, "action"] = action_at(level, settings.report)
    return out
