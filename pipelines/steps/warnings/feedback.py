"""Step: what people said of warnings, to the days it is about and to the morning's warnings."""

from __future__ import annotations

import pandas as pd

from models.contracts import SNOOZE, USEFUL
from models.series.calendar import local_date, local_dates
from models.spikes.said import Said
from models.themes.lineage import heirs_of
from pipelines.moments import iso

_CLOSED = "closed"


def newest_of(feedback: pd.DataFrame, *, snoozes: bool) -> pd.DataFrame:
    """Return each warning's newest snooze, or its newest verdict: who speaks last is heard.

    Parameters
    ----------
    feedback : DataFrame
        FEEDBACK rows that the morning knows.
    snoozes : bool
        Snoozes; else verdicts. Neither takes the other back.
    """
    rows = feedback[(feedback["verdict"] == SNOOZE) == snoozes]
    return rows.sort_values(["warning_id", "at"]).drop_duplicates("warning_id", keep="last")


def with_todays_themes(
    feedback: pd.DataFrame, lineage: pd.DataFrame, by_people: pd.DataFrame
) -> pd.DataFrame:
    """Return the rows under the themes in which their warnings' texts are counted now.

    Parameters
    ----------
    feedback : DataFrame
        FEEDBACK rows.
    lineage, by_people : DataFrame
        LINEAGE rows: what refits made of themes, and what people made of them.
    """
    heirs = []
    for row in feedback.itertuples():
        since = lineage[lineage["version"] > iso(row.at)]
        now = heirs_of(row.theme_id, pd.concat([since, by_people]))
        heirs.append(now[0] if now else row.theme_id)
    return feedback.assign(theme_id=pd.Series(heirs, index=feedback.index, dtype="str"))


def said_of(
    feedback: pd.DataFrame, theme_ids: list[str], dates: pd.DatetimeIndex, *, time_zone: str
) -> list[Said]:
    """Return verdicts with the rows and days of the counts that they are about.

    Parameters
    ----------
    feedback : DataFrame
        FEEDBACK rows under today's themes; those of other themes are left out.
    theme_ids : list of str
        Of the counts' rows.
    dates : DatetimeIndex
        Of the counts' days, without gaps.
    time_zone : str
        Of ``dates``.
    """
    rows = newest_of(feedback, snoozes=False)
    rows = rows[rows["theme_id"].isin(theme_ids)].sort_values(["at", "warning_id"])
    place = {name: i for i, name in enumerate(theme_ids)}
    given = local_dates(rows["at"], time_zone)
    days = [(column - dates[0]).dt.days for column in (rows["opened_on"], rows["last_on"], given)]
    return [
        Said(place[row.theme_id], int(first), int(last), int(at), row.verdict == USEFUL)
        for row, first, last, at in zip(rows.itertuples(), *days, strict=True)
    ]


def with_feedback(
    found: pd.DataFrame, feedback: pd.DataFrame, *, as_of: pd.Timestamp, time_zone: str
) -> pd.DataFrame:
    """Return the warnings with what people said of them, and which snoozes hold.

    A snooze holds until its date, unless the warning (or one that is told in it) is more severe
    than it was when it was snoozed, or its theme has raised a new warning since.

    Parameters
    ----------
    found : DataFrame
        A WARNINGS frame of the morning.
    feedback : DataFrame
        FEEDBACK rows given before it.
    as_of : Timestamp
        The morning, UTC.
    time_zone : str
        Of dates.
    """
    names = found["warning_id"]
    verdicts, snoozes = (
        newest_of(feedback, snoozes=it).set_index("warning_id").reindex(names).set_axis(found.index)
        for it in (False, True)
    )
    is_open = found["state"] != _CLOSED
    lead = found["joined_to"].where(found["joined_to"].isin(names), names)
    severity = found["severity"].where(is_open, 0).groupby(lead).transform("max")
    newest = found["opened_on"].where(is_open).groupby(found["theme_id"]).transform("max")
    has_time = snoozes["until"] > local_date(as_of, time_zone)
    is_worse = (severity > snoozes["severity"]) | (newest > snoozes["last_on"])
    holds = is_open & has_time & ~is_worse
    return found.assign(
        verdict=verdicts["verdict"].astype("str"),
        snoozed_until=snoozes["until"].where(holds),
        snoozed_by=snoozes["by"].astype("str").where(holds),
    )


def counted(feedback: pd.DataFrame) -> dict[str, int]:
    """Return how many warnings people called useful, of how many that they judged."""
    verdicts = newest_of(feedback, snoozes=False)["verdict"]
    return {"useful": int((verdicts == USEFUL).sum()), "verdicts": len(verdicts)}
