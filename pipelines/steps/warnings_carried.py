"""Step: an open warning goes on under the theme that its own theme merged into."""

from __future__ import annotations

import pandas as pd

from models.themes.lineage import follow


def carry_on(found: pd.DataFrame, earlier: pd.DataFrame, lineage: pd.DataFrame) -> pd.DataFrame:
    """Return today's warnings, those of merged themes under the name they had.

    A warning is named after its theme and the day it opened. Where themes were found anew and a
    theme merged into another, the same rise is seen there: it is the old warning that goes on,
    not a new one.

    Parameters
    ----------
    found : DataFrame
        Today's WARNINGS rows.
    earlier : DataFrame
        The WARNINGS rows of the morning before.
    lineage : DataFrame
        LINEAGE rows of what happened since that morning.
    """
    known = earlier[earlier["state"] != "closed"]
    if found.empty or known.empty or lineage.empty:
        return found
    today = follow(known["theme_id"], lineage, after="", until=lineage["version"].max())
    moved = known.assign(now=today)[today.notna() & (today != known["theme_id"])]
    out = found.copy()
    is_free = ~out["warning_id"].isin(known["warning_id"]) & (out["state"] != "closed")
    for row in moved.sort_values(["opened_on", "warning_id"]).itertuples():
        is_its = is_free & (out["theme_id"] == row.now)
        if not is_its.any():
            continue
        at = out.index[is_its][0]
        out.loc[at, "warning_id"] = row.warning_id
        out.loc[at, "opened_on"] = min(out.loc[at, "opened_on"], row.opened_on)
        if out.loc[at, "state"] == "open":  # it opened before; today's level says how it goes
            is_more = out.loc[at, "observed"] > row.observed
            out.loc[at, "state"] = "grown" if is_more else "eased"
        is_free[at] = False
    return out
