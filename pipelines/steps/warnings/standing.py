"""Step: what a look between mornings sees of an issue that is warned of goes on in its warning."""

from __future__ import annotations

import pandas as pd

_CLOSED = "closed"
COLUMNS = ["warning_id", "theme_id", "opened_on", "state", "joined_to"]


def go_on(found: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """Return the look's warnings; those of themes that are warned of under the name they have.

    One thread an issue: a rise that was told this morning, or by an earlier look, is no new
    warning an hour after midnight.

    Parameters
    ----------
    found : DataFrame
        WARNINGS rows of the look, one a theme.
    told : DataFrame
        What the looks and the mornings of the last day told, COLUMNS of WARNINGS, the latest
        last. Of several open warnings of a theme that which was told last goes on, and of one
        look the one that opened first.

    Returns
    -------
    DataFrame
        As `found`: ``warning_id, opened_on, state`` and ``joined_to`` are those of the thread.
    """
    last = told.drop_duplicates("warning_id", keep="last")
    last = last[last["state"] != _CLOSED]
    by_theme = last.drop_duplicates("theme_id", keep="last").set_index("theme_id")
    stands = found["theme_id"].isin(by_theme.index)
    if not stands.any():
        return found
    out = found.copy()
    themes = out.loc[stands, "theme_id"]
    for column in ("warning_id", "opened_on", "joined_to"):
        out.loc[stands, column] = by_theme.loc[themes, column].to_numpy()
    is_on = stands & (out["state"] == "open")
    out.loc[is_on, "state"] = "grown"
    return out
