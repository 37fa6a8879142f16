"""Step: what a desk cannot look at this week is held back."""

from __future__ import annotations

import pandas as pd

from models.series.calendar import local_date
from models.spikes.desks import Candidate, held_back

_WEEK = pd.Timedelta(days=7)
_CLOSED = "closed"


def hold_back(
    found: pd.DataFrame,
    earlier: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    time_zone: str,
    per_week: int,
) -> pd.DataFrame:
    """Return the warnings, ``held_back`` saying of those that wait how many their desk has a week.

    What is told in another warning takes no place of its own and is held back with its lead.

    Parameters
    ----------
    found : DataFrame
        A WARNINGS frame of the morning, joined.
    earlier : DataFrame
        The WARNINGS rows told last.
    as_of : Timestamp
        The morning, UTC.
    time_zone : str
        Of ``opened_on``.
    per_week : int
        New warnings that an owner looks at in seven days.
    """
    told = set(earlier.loc[earlier["held_back"].isna(), "warning_id"])
    since = local_date(as_of, time_zone) - _WEEK
    if len(earlier):
        since = min(since, local_date(earlier["as_of"].max(), time_zone))
    is_led = found["joined_to"].isin(found["warning_id"])
    waiting = held_back(
        [
            Candidate(
                name=str(row.warning_id),
                owner=str(row.owner),
                severity=int(row.severity),
                extra=float(row.observed) - float(row.expected),
                is_told=row.warning_id in told,
                is_this_weeks=earlier.empty or row.opened_on >= since,
                is_open=row.state != _CLOSED,
            )
            for row in found[~is_led].itertuples()
        ],
        per_week=per_week,
    )
    lead = found["joined_to"].where(is_led, found["warning_id"])
    is_waiting = lead.isin(list(waiting)) & (found["state"] != _CLOSED)
    held = pd.Series(per_week, index=found.index, dtype="Int64").where(is_waiting)
    return found.assign(held_back=held)
