"""Step: an open warning goes on where its theme's texts are counted now."""

from __future__ import annotations

import pandas as pd

from models.series.calendar import local_date
from models.themes.lineage import heirs_of

_CLOSED = "closed"


def carry_on(
    found: pd.DataFrame,
    earlier: pd.DataFrame,
    lineage: pd.DataFrame,
    *,
    time_zone: str,
    quiet_days: int,
) -> pd.DataFrame:
    """Return today's warnings, those that the morning before knew under the name they had.

    A warning is named after its theme and the day it opened. Where themes were found anew, the
    same rise may stand in the theme that its own merged into, in a part that split off, or begin
    a day earlier since a few texts moved: it is the old warning that goes on, not a new one. Its
    theme comes first, then the theme with the most extra complaints.

    Parameters
    ----------
    found : DataFrame
        Today's WARNINGS rows.
    earlier : DataFrame
        The WARNINGS rows of the morning before.
    lineage : DataFrame
        LINEAGE rows of what happened since that morning, by people too.
    time_zone : str
        Of ``opened_on``.
    quiet_days : int
        What opened so long after the morning before is another rise.
    """
    lost = earlier[~earlier["warning_id"].isin(found["warning_id"])]
    if found.empty or lost.empty:
        return found
    out = found.copy()
    until = local_date(earlier["as_of"].max(), time_zone) + pd.Timedelta(days=quiet_days)
    is_free = ~out["warning_id"].isin(earlier["warning_id"]) & (out["opened_on"] < until)
    is_closed = out["state"] == _CLOSED
    extra = out["observed"] - out["expected"]
    order = lost.assign(is_closed=lost["state"] == _CLOSED)
    for row in order.sort_values(["is_closed", "opened_on", "warning_id"]).itertuples():
        heirs = heirs_of(row.theme_id, lineage)
        # What had closed stays closed; what was open may have closed this morning.
        can_be = is_free & out["theme_id"].isin(heirs) & (is_closed | (not row.is_closed))
        if not can_be.any():
            continue
        is_moved = out["theme_id"] != heirs[0]
        ranked = pd.DataFrame({"closed": is_closed, "moved": is_moved, "extra": -extra})
        at = ranked[can_be].sort_values(["closed", "moved", "extra"], kind="stable").index[0]
        out.loc[at, "warning_id"] = row.warning_id
        out.loc[at, "opened_on"] = min(out.loc[at, "opened_on"], row.opened_on)
        if out.loc[at, "state"] == "open":  # it opened before; today's level says how it goes
            is_more = out.loc[at, "observed"] > row.observed
            out.loc[at, "state"] = "grown" if is_more else "eased"
        is_free[at] = False
    return out
