"""A theme's identity across refits: which new cluster is which old theme."""

from __future__ import annotations

import hashlib
from collections.abc import Set
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

PARENT_SHARE = 0.2  # an old theme that gave so large a share of a new one's texts is its parent
_SPLIT_SHARE = 0.2  # ... and one that so large a share of an old theme's texts went to is its part
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
    events : DataFrame of ``theme_id, event, other_id, share, texts``
        What happened, theme by theme: rows of ``contracts.LINEAGE`` without the version.
    """

    names: pd.DataFrame
    ended: pd.DataFrame
    events: pd.DataFrame


def carry_names(
    new_labels_by_hash: pd.Series,
    old_theme_by_hash: pd.Series,
    *,
    version: str,
    min_overlap: float,
    prefix: str = "t",
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
    prefix : str, default "t"
        What new ids begin with.
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
        theme_id = kept.get(cluster) or _new_id(prefix, version, str(lowest[cluster]), taken)
        taken.add(theme_id)
        given = shared.loc[cluster] / sizes[cluster]
        parents = [p for p in given[given >= PARENT_SHARE].index if p != theme_id]
        rows.append((cluster, theme_id, cluster not in kept, parents))
    names = pd.DataFrame(rows, columns=["cluster", "theme_id", "is_new", "parents"])
    ended = _ended(shared, names)
    return Lineage(names=names, ended=ended, events=_events(shared, sizes, names, ended))


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


def _new_id(prefix: str, version: str, lowest_hash: str, taken: Set[str]) -> str:
    salt = ""
    while True:
        digest = hashlib.sha256(f"{version}{lowest_hash}{salt}".encode()).hexdigest()
        theme_id = f"{prefix}-{digest[:_ID_DIGITS]}"
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


def _events(
    shared: pd.DataFrame, sizes: pd.Series, names: pd.DataFrame, ended: pd.DataFrame
) -> pd.DataFrame:
    """Return what became of each old theme and which new ones are born."""
    ids = names.set_index("cluster")["theme_id"]
    counts = shared.rename(index=ids)
    sizes = sizes.rename(index=ids)
    into = dict(zip(ended["theme_id"], ended["into"], strict=True))
    rows: list[tuple[str, str, str, float, int]] = []
    for theme_id in counts.columns:
        went = counts[theme_id]
        total = max(1, int(went.sum()))
        end = into.get(theme_id)
        if theme_id not in into:
            stayed = int(went[theme_id])
            rows.append((theme_id, "continued", theme_id, stayed / total, stayed))
        elif isinstance(end, str):
            rows.append((theme_id, "merged", end, went[end] / total, int(went[end])))
        else:
            rows.append((theme_id, "retired", theme_id, 1.0, int(went.sum())))
        for other_id, texts in went[went > 0].items():
            is_part = texts >= _SPLIT_SHARE * total or texts >= PARENT_SHARE * sizes[other_id]
            if other_id not in (theme_id, end) and is_part:
                rows.append((theme_id, "split", str(other_id), texts / total, int(texts)))
    for row in names[names["is_new"]].itertuples():
        known = counts.loc[row.theme_id]
        size = int(sizes[row.theme_id])
        if not (known >= PARENT_SHARE * size).any():
            share = 1.0 - float(known.sum()) / size
            rows.append((row.theme_id, "born", row.theme_id, share, size))
    return pd.DataFrame(rows, columns=["theme_id", "event", "other_id", "share", "texts"])


def follow(theme_ids: pd.Series, lineage: pd.DataFrame, *, after: str, until: str) -> pd.Series:
    """Return what themes of one version are called in a later one; missing where they ended.

    A theme keeps its name or takes that of the theme it merged into; a part that split off is
    left to the theme it came from, which is what was known when its texts were counted.

    Parameters
    ----------
    theme_ids : Series of str
        Ids, or missing.
    lineage : DataFrame of ``version, theme_id, event, other_id``
        Of :data:`models.contracts.LINEAGE`, of any versions.
    after, until : str
        The version that the ids are of, and the version asked for.
    """
    steps = lineage[(lineage["version"] > after) & (lineage["version"] <= until)]
    out = theme_ids.copy()
    for _, events in steps.groupby("version", sort=True):
        ended = events[events["event"].isin(["merged", "retired"])]
        to = {
            row.theme_id: row.other_id if row.event == "merged" else None
            for row in ended.itertuples()
        }
        out = out.map(lambda name, to=to: to.get(name, name)).astype("str").where(out.notna())
    return out.where(out.notna(), None)


def heirs_of(theme_id: str, lineage: pd.DataFrame) -> list[str]:
    """Return the themes in which the texts of a theme are now: what took its name comes first.

    Parameters
    ----------
    theme_id : str
        A theme of the version before those of the events.
    lineage : DataFrame of ``version, theme_id, event, other_id``
        Of :data:`models.contracts.LINEAGE`.

    Examples
    --------
    >>> columns = ["version", "theme_id", "event", "other_id"]
    >>> rows = [("v2", "A", "merged", "B"), ("v2", "A", "split", "C"), ("v3", "B", "split", "D")]
    >>> heirs_of("A", pd.DataFrame([*rows, ("v3", "B", "continued", "B")], columns=columns))
    ['B', 'D', 'C']
    """
    columns = (lineage[name].tolist() for name in ("version", "theme_id", "event", "other_id"))
    events: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for version, name, event, other in zip(*columns, strict=True):
        events.setdefault(version, {}).setdefault(name, []).append((event, other))
    heirs = [theme_id]
    for version in sorted(events):
        now: list[str] = []
        for name in heirs:
            its = events[version].get(name)
            if its is None:
                now.append(name)
                continue
            now += [other for event, other in its if event in ("continued", "merged")]
            now += [other for event, other in its if event == "split"]
        heirs = list(dict.fromkeys(now))
    return heirs
