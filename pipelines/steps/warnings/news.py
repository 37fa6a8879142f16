"""Step: what no earlier morning told is told only while it is news."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.series.calendar import local_date
from pipelines.steps.warnings.warnings import Watched


def leave_old_news_out(
    found: pd.DataFrame,
    earlier: pd.DataFrame,
    watched: Watched | None,
    *,
    before: pd.Timestamp | None,
    time_zone: str,
) -> pd.DataFrame:
    """Return the warnings without those whose alarms lay before a morning that did not tell them.

    Themes that are found anew count their past anew, and so do thresholds that are set anew: a
    week ago there would have been an alarm, by what is known now. The reader who was not told
    then has nothing from being told now, unless it still goes on.

    Parameters
    ----------
    found : DataFrame
        Today's WARNINGS rows, under the names they had.
    earlier : DataFrame
        The WARNINGS rows told last.
    watched : Watched, optional
        What was seen in each theme's counts.
    before : Timestamp, optional
        The morning before; without one everything is news.
    time_zone : str
        Of the days that were counted.
    """
    if watched is None or before is None or found.empty:
        return found
    seen = watched.detection
    last = {
        theme: seen.dates[np.flatnonzero(alarms)[-1]]
        for theme, alarms in zip(watched.theme_ids, seen.is_alarm, strict=True)
        if alarms.any()
    }
    first_news = local_date(before, time_zone)
    is_told = found["warning_id"].isin(earlier["warning_id"])
    is_news = found["theme_id"].map(last) >= first_news
    return found[is_told | is_news].reset_index(drop=True)
