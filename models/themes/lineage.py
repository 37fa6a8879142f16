"""A theme's identity across refits: which new cluster is which old theme."""

from __future__ import annotations

import hashlib
from collections.abc import Set
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

PARENT_SHARE = 0.2  # an old theme that gave so large a share of a new one's texts is its parent
_MERGED_SHARE = 0.5  # an ended theme of which so many texts went to one theme merged into it
_ID_DIGITS = 8


@dataclass(frozen=True)
class Lineage:
    """What became of clusters and themes at a refit.

    Attributes
    ----------
    names : DataFrame of ``cluster, theme_id, is_new, parents``
        One row a new cluster, by cluster; ``parents`` lists other old themes that gave at least
        a fifth of its texts.
    ended : DataFrame of ``theme_id, status, into``
        One row an old theme without a successor, by id: ``merged`` into a theme, or ``retired``
        (``into`` is missing).
    """

    names: pd.DataFrame
    ended: pd.DataFrame


def carry_names(
    new_labels_by_hash: pd.Series, old_theme_by_hash: pd.Series, *, version: str, min_overlap: float
) -> Lineage:
    """Return the theme id of each new cluster: an old one where it is the same theme.

    Old and new are matched one to one so that as many texts as possible keep their theme
    (Kuhn 1955, doi:10.1002/nav.3800020109). A pair counts if, among the texts that both fits
    know, it shares at least ``min_overlap`` of its texts (Jaccard); other clusters get a new id,
    made from the version and their lowest text hash.

    Parameters
    ----------
    new_labels_by_hash : Series of int
        Cluster of each text, by text hash.
    old_theme_by_hash : Series of str
        Theme of each text at the older fit, by text hash; empty at the first fit.
    version : str
        Of the new fit.
    min_overlap : float
        In 0..1.
    """
    new = new_labels_by_hash.sort_index()
    clusters = np.sort(new.unique())
    old = old_theme_by_hash.dropna()
    both = pd.DataFrame({"cluster": new, "theme_id": old.reindex(new.index)}).dropna()
    shared = pd.crosstab(both["cluster"], both["theme_id"]).reindex(
        index=clusters, columns=sorted(old.unique()), fill_value=0
    )
    kept = _match(shared, min_overlap)
    sizes = new.value_counts()
    lowest = pd.Series(new.index, index=new.to_numpy()).groupby(level=0).first()
    taken = set(shared.columns)
    rows = []
    for cluster in clusters.tolist():
        theme_id = kept.get(cluster) or _new_id(version, str(lowest[cluster]), taken)
        taken.add(theme_id)
        given = shared.loc[cluster] / sizes[cluster]
        parents = [p for p in given[given >= PARENT_SHARE].index if p != theme_id]
        rows.append((cluster, theme_id, cluster not in kept, parents))
    names = pd.DataFrame(rows, columns=["cluster", "theme_id", "is_new", "parents"])
    return Lineage(names=names, ended=_ended(shared, names))


def _match(shared: pd.DataFrame, min_overlap: float) -> dict[int, str]:
    counts = shared.to_numpy()
    if not counts.size:
        return {}
    union = counts.sum(axis=1)[:, None] + counts.sum(axis=0)[None] - counts
    overlap = counts / np.maximum(union, 1)
    is_possible = (overlap >= min_overlap) & (counts > 0)
    # Equal numbers of texts: the pair that overlaps more.
    rows, columns = linear_sum_assignment(is_possible * (counts + overlap / 2), maximize=True)
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return {int(shared.index[r]): str(shared.columns[c]) for r, c in pairs if is_possible[r, c]}


def _new_id(version: str, lowest_hash: str, taken: Set[str]) -> str:
    salt = ""
    while True:
        digest = hashlib.sha256(f"{version}{lowest_hash}{salt}".encode()).hexdigest()
        theme_id = f"t-{digest[:_ID_DIGITS]}"
        if theme_id not in taken:  # eight digits can meet by chance
            return theme_id
        salt += "+"


def _ended(shared: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    ids = names.set_index("cluster")["theme_id"]
    rows: list[tuple[str, str, str | None]] = []
    for theme_id in shared.columns:
        if theme_id in set(ids):
            continue
        went = shared[theme_id]
        if went.sum() and went.max() >= _MERGED_SHARE * went.sum():
            rows.append((theme_id, "merged", ids[went.idxmax()]))
        else:
            rows.append((theme_id, "retired", None))
    return pd.DataFrame(rows, columns=["theme_id", "status", "into"])
