"""Step: a morning's themes and assignments as people decided, on the run's frames alone.

The stored fit stays as it was fitted: an entry that is taken out of the file leaves no trace.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from typing import Any

import pandas as pd
import pyarrow.compute as pc

from models.contracts import THEMES, conform
from models.themes.deciding import LIVE, Decided, Heir, apply_decisions
from models.themes.decisions import Decision
from models.themes.inheritance import find_heirs, revive
from models.themes.neighbours import Floats
from models.themes.parts import Parts, split_theme
from pipelines.settings import Themes
from pipelines.steps.births.stored import born_themes
from pipelines.steps.embed import read_vectors
from pipelines.steps.themes.versions import (
    is_known_before,
    stored_assignments,
)
from pipelines.store import Store

_BY_PEOPLE = "~"  # a version after all others, which are moments
# What each action is called in the run's record.
_RECORDED = {
    "rename": "renamed",
    "merge": "merged",
    "split": "split",
    "hide": "hidden",
    "pin": "pinned",
}


def decide(
    store: Store,
    decisions: Sequence[Decision],
    *,
    encoder_name: str,
    options: Themes,
    version: str,
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    complaints: pd.DataFrame,
    left_out: Set[str],
    has_words: bool = True,
) -> Decided:
    """Return the themes and assignments of a morning as people decided.

    Parameters
    ----------
    store : Store
        Read only: vectors, and the versions before, for themes that ended since.
    decisions : sequence of Decision
        Those that stand at the morning.
    encoder_name : str
        Whose vectors are compared.
    options : Themes
        ``vote_neighbours, brand_words``.
    version : str
        Of the themes.
    themes, assignments : DataFrame
        Of :func:`pipelines.steps.themes.themes.find_themes`.
    complaints : DataFrame of ``complaint_id, created_at, received_at, text, text_hash``
        Those known at the morning.
    left_out : set of str
        Complaints (ids) that do not count.
    has_words : bool, default True
        See :func:`models.themes.parts.split_theme`; without words no ``text`` is read.
    """
    if not decisions:
        themes = conform(themes, THEMES)
        return Decided(themes=themes, assignments=assignments, applied=(), dropped=())
    is_fitted = is_known_before(complaints, version) & ~complaints["complaint_id"].isin(left_out)
    complaints = complaints.assign(is_fitted=is_fitted).set_index("complaint_id", drop=False)

    def vectors_of(text_hashes: pd.Series) -> Floats:
        return read_vectors(store, encoder_name, text_hashes)

    def split(row: Mapping[str, Any], decision: Decision, complaint_ids: pd.Series) -> Parts | None:
        return split_theme(
            row,
            decision,
            complaints=complaints.loc[complaint_ids].reset_index(drop=True),
            examples=complaints.reset_index(drop=True)[["complaint_id", "text_hash"]],
            vectors_of=vectors_of,
            brand_words=options.brand_words,
            has_words=has_words,
        )

    ended = _ended(themes, decisions)
    heirs: dict[str, Heir] = {}
    for old_version, ids in _last_versions(store, version, ended).items():
        born = born_themes(store, version=old_version, before=pd.Timestamp(version))
        old = _known_then(store, old_version, complaints, born)
        for theme_id in [name for name in ids if name in _pinned(decisions)]:
            row = store.read(
                THEMES,
                where=(pc.field("version") == old_version) & (pc.field("theme_id") == theme_id),
            ).iloc[0]
            themes, assignments = revive(
                row.copy(),
                themes=themes,
                assignments=assignments,
                old=old,
                complaints=complaints.reset_index(drop=True),
                vectors_of=vectors_of,
                neighbours=options.vote_neighbours,
            )
        heirs |= find_heirs(ids, old=old, assignments=assignments)
    return apply_decisions(themes, assignments, decisions, heirs=heirs, splitter=split)


def told_by_people(
    store: Store,
    decisions: Sequence[Decision],
    *,
    encoder_name: str,
    options: Themes,
    version: str,
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    complaints: pd.DataFrame,
) -> pd.DataFrame:
    """Return the themes as they were found, with people's names and who is hidden and pinned.

    What people merged or split stands as it was found. Parameters are those of :func:`decide`.
    """
    if not decisions:
        return themes
    decided = decide(
        store,
        decisions,
        encoder_name=encoder_name,
        options=options,
        version=version,
        themes=themes,
        assignments=assignments,
        complaints=complaints,
        left_out=frozenset(),
        has_words=False,
    )
    said = decided.themes.set_index("theme_id").loc[themes["theme_id"]]
    names = ["title", "is_hidden", "is_pinned"]
    return themes.assign(**{name: said[name].to_numpy() for name in names})


def _pinned(decisions: Sequence[Decision]) -> set[str]:
    """Return the themes that are pinned and still in a place of their own."""
    moved = {d.theme_id for d in decisions if d.action in ("merge", "split")}
    return {d.theme_id for d in decisions if d.action == "pin"} - moved


def _ended(themes: pd.DataFrame, decisions: Sequence[Decision]) -> list[str]:
    live = set(themes.loc[themes["status"].isin(LIVE), "theme_id"])
    asked = {d.theme_id for d in decisions} | {d.into for d in decisions if d.into}
    return sorted(asked - live)


def _last_versions(store: Store, version: str, theme_ids: Collection[str]) -> dict[str, list[str]]:
    """Return the ended themes by the last version, before this one, in which each was live."""
    if not theme_ids:
        return {}
    # A version by another encoder is as good: what is compared is complaints, not vectors.
    where = (pc.field("version") < version) & pc.field("theme_id").isin(list(theme_ids))
    rows = store.read(THEMES, columns=["theme_id", "version", "status"], where=where)
    last = rows[rows["status"].isin(LIVE)].groupby("theme_id")["version"].max()
    return {str(name): sorted(ids.index) for name, ids in last.groupby(last)}


def _known_then(
    store: Store, version: str, complaints: pd.DataFrame, born: Mapping[str, pd.Timestamp]
) -> pd.DataFrame:
    """Return ``complaint_id, theme_id`` of what was known before a version, as it was then.

    What joined the version later is left out: it depends on which mornings were lived. But for
    what founded the themes that were born since: it was known on the morning of the birth.
    """
    rows = stored_assignments(store, version, complaints).dropna(subset=["theme_id"])
    known = rows["complaint_id"].isin(
        complaints.loc[is_known_before(complaints, version), "complaint_id"]
    )
    since = complaints.reset_index(drop=True)[["complaint_id", "created_at", "received_at"]]
    moments = rows[["complaint_id"]].merge(since, on="complaint_id", how="left")
    morning = pd.to_datetime(rows["theme_id"].map(dict(born)), utc=True).to_numpy()
    is_founder = (moments["created_at"].to_numpy() < morning) & (
        moments["received_at"].to_numpy() < morning
    )
    return rows.loc[known.to_numpy() | is_founder, ["complaint_id", "theme_id"]]


def events_of_people(decisions: Sequence[Decision], themes: pd.DataFrame) -> pd.DataFrame:
    """Return the mergers and splits by people as events that come after all versions.

    Parameters
    ----------
    decisions : sequence of Decision
        Those that stand at the morning.
    themes : DataFrame of ``theme_id, status``
        The morning's, as people decided: what no longer applied has left no trace there.

    Returns
    -------
    DataFrame of ``version, theme_id, event, other_id``
        Fit for :func:`models.themes.lineage.follow` and :func:`models.themes.lineage.heirs_of`.
    """
    status = dict(zip(themes["theme_id"], themes["status"], strict=True))
    into = {d.theme_id: d.into for d in decisions if d.action == "merge"}
    into = {name: other for name, other in into.items() if status.get(name) == "merged"}
    rows = []
    for name in into:
        last = into[name]
        while last in into:
            last = into[last]
        rows.append((_BY_PEOPLE, name, "merged", last))
    for decision in decisions:
        if decision.action == "split" and status.get(decision.theme_id) == "retired":
            parts = [part for part in decision.part_ids if status.get(part) in LIVE]
            rows += [(_BY_PEOPLE, decision.theme_id, "split", part) for part in parts]
    rows = [row for row in rows if status.get(row[3]) in LIVE]
    return pd.DataFrame(rows, columns=["version", "theme_id", "event", "other_id"])


def decided_facts(decided: Decided) -> dict[str, Any]:
    """Return what the run's record says: how many of each kind, and what no longer applies."""
    counts = {
        word: sum(d.action == action for d in decided.applied) for action, word in _RECORDED.items()
    }
    dropped = [
        {
            "action": decision.action,
            "theme_id": decision.theme_id,
            "title": decision.title or decision.name or decision.theme_id,
            "at": decision.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "why": why,
        }
        for decision, why in decided.dropped
    ]
    return {**counts, "no_longer": dropped}
