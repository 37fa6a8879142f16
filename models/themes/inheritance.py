"""What became of a theme that ended at a refit and that people have decided about."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
import pandas as pd

from models.contracts import THEMES, conform
from models.themes.assignment import assign_by_vote
from models.themes.deciding import Heir
from models.themes.neighbours import Floats

_MOST = 0.5  # of a theme's complaints: so many make another theme its heir


def find_heirs(
    theme_ids: Collection[str], *, old: pd.DataFrame, assignments: pd.DataFrame
) -> dict[str, Heir]:
    """Return where most of each ended theme's complaints are now; none for what fell apart.

    Of the complaints that the old version knew, let s be those that were in the ended theme and
    are in a theme of today. That theme is the heir if s is at least half of the ended theme, and
    it is the same theme if s is also more than half of its own.

    Parameters
    ----------
    theme_ids : collection of str
        Themes of the old version.
    old : DataFrame of ``complaint_id, theme_id``
        The old version's complaints.
    assignments : DataFrame of ``complaint_id, theme_id``
        Today's.
    """
    both = old.merge(assignments[["complaint_id", "theme_id"]], on="complaint_id", how="inner")
    sizes = both["theme_id_y"].value_counts()
    heirs = {}
    for theme_id in theme_ids:
        went = both.loc[both["theme_id_x"] == theme_id, "theme_id_y"]
        counts = went.value_counts().sort_index().sort_values(ascending=False, kind="stable")
        if len(counts) and counts.iloc[0] >= _MOST * len(went):
            heir = str(counts.index[0])
            heirs[theme_id] = Heir(heir, bool(counts.iloc[0] > _MOST * sizes[heir]))
    return heirs


def revive(
    row: pd.Series,
    *,
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    old: pd.DataFrame,
    complaints: pd.DataFrame,
    vectors_of: Callable[[pd.Series], Floats],
    neighbours: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return themes and assignments with a pinned theme back in them that a refit has ended.

    Its old complaints come back to it. What the old version did not know and is now in a theme
    that had taken some of them is voted on by that theme's old complaints: it comes, too, if the
    pinned theme's win. Themes that are left without complaints end. Without any of its complaints
    left, nothing changes.

    Parameters
    ----------
    row : Series
        The theme's last ``contracts.THEMES`` row.
    themes, assignments : DataFrame
        Today's.
    old : DataFrame of ``complaint_id, theme_id``
        The version of the row.
    complaints : DataFrame of ``complaint_id, text_hash, is_fitted``
        All that are known; ``is_fitted``: they count in today's sizes.
    vectors_of : callable
        Text hashes to unit vectors, in their order.
    neighbours : int
        How many complaints vote.
    """
    theme_id = str(row["theme_id"])
    hosted = assignments.dropna(subset=["theme_id"])[["complaint_id", "theme_id"]]
    hosted = hosted.merge(complaints[["complaint_id", "text_hash", "is_fitted"]], on="complaint_id")
    was_mine = hosted["complaint_id"].isin(old.loc[old["theme_id"] == theme_id, "complaint_id"])
    if not was_mine.any():
        return themes, assignments
    is_known = hosted["complaint_id"].isin(old["complaint_id"])
    is_host = hosted["theme_id"].isin(hosted.loc[was_mine, "theme_id"])
    asked = hosted[is_host & ~is_known]
    voters = hosted.assign(label=was_mine.astype(int))[is_host & is_known]
    voters = voters.sort_values(["text_hash", "complaint_id"]).drop_duplicates("text_hash")
    comes = asked["complaint_id"].iloc[:0]
    if len(asked):
        labels, _ = assign_by_vote(
            vectors_of(asked["text_hash"]),
            vectors_of(voters["text_hash"]),
            voters["label"].to_numpy(),
            neighbours=neighbours,
            floor=-1.0,
        )
        comes = asked.loc[labels == 1, "complaint_id"]
    moves = was_mine | hosted["complaint_id"].isin(comes)
    moved = hosted.loc[moves & hosted["is_fitted"], "theme_id"].value_counts()
    is_back = assignments["complaint_id"].isin(hosted.loc[moves, "complaint_id"])
    changed = assignments.assign(theme_id=assignments["theme_id"].where(~is_back, theme_id))
    left = set(changed["theme_id"].dropna())
    ids = themes["theme_id"]
    taken = ids.map(moved).fillna(0).astype(int)
    rest = themes.assign(
        size=np.maximum(themes["size"] - taken, 0),
        status=themes["status"].where(~(taken > 0) | ids.isin(left), "merged"),
    )
    # What the hosts gave is what it gets, so that sizes still add up.
    row["size"] = int((themes["size"] - rest["size"]).sum())
    row["version"], row["status"] = themes["version"].max(), "active"
    back = conform(pd.DataFrame([row.to_dict()]), THEMES)
    rows = pd.concat([conform(rest[ids != theme_id], THEMES), back])
    return rows.sort_values("theme_id", ignore_index=True), changed
