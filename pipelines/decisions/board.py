"""The themes as they stand now, decisions included: what people look at before they decide."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from models.contracts import COMPLAINTS, THEMES
from models.errors import DataContractError
from models.themes.deciding import LIVE, Decided
from models.themes.decisions import Decision, check_decisions, standing
from pipelines.decisions.file import read_decisions
from pipelines.settings import Settings, load_settings
from pipelines.steps.births.stored import born_themes
from pipelines.steps.embed import read_vectors
from pipelines.steps.themes.apart import assign_apart, mark_apart
from pipelines.steps.themes.decisions import decide
from pipelines.steps.themes.unborn import without_unborn
from pipelines.steps.themes.versions import emerging_of, is_in, with_founders
from pipelines.store import Store
from pipelines.workspace import Workspace

_SUGGESTED = 3
_KNOWN = ["complaint_id", "created_at", "received_at", "text_hash"]
Place = Workspace | Path | str


def load_decisions(place: Workspace) -> tuple[Decision, ...]:
    """Return the entries of a workspace's file, checked against each other and the themes.

    Raises
    ------
    DataContractError
        If an entry is broken, contradicts another, or names a theme that never was.
    """
    decisions = read_decisions(place.decisions)
    if decisions:
        known = Store(place.store).read(THEMES, columns=["theme_id"])["theme_id"]
        check_decisions(decisions, known_ids=frozenset(known))
    return decisions


@dataclass(frozen=True)
class Board:
    """The newest themes of a workspace, as people decided.

    Attributes
    ----------
    version : str
        Of the fit.
    found : DataFrame
        ``contracts.THEMES`` rows as they were found.
    decided : Decided
        What people made of them.
    decisions : tuple of Decision
        All entries, also those that were undone or replaced.
    store : Store
        Where the complaints are.
    """

    version: str
    found: pd.DataFrame
    decided: Decided
    decisions: tuple[Decision, ...]
    store: Store

    @property
    def live(self) -> pd.DataFrame:
        """Return the themes that have complaints of their own, by id."""
        rows = self.decided.themes
        return rows[rows["status"].isin(LIVE)].set_index("theme_id")

    @property
    def encoder(self) -> str:
        """Return the name of the encoder that the themes rest on."""
        return str(self.found["encoder"].iloc[0])

    @property
    def sizes(self) -> pd.Series:
        """Return the complaints of each theme today, by id."""
        return self.decided.assignments["theme_id"].value_counts()

    def find(self, asked: str) -> str:
        """Return the id of the theme that has an id or a title.

        Raises
        ------
        DataContractError
            If there is none; the message names the nearest.
        """
        live = self.live
        if asked in live.index:
            return asked
        self._check_ended(asked)
        wanted = " ".join(asked.split()).casefold()
        then = self.found.set_index("theme_id")["title"]
        # The title of today comes first; the one it was found under is remembered, too.
        for titles in (live["title"], then[then.index.isin(live.index)]):
            mine = titles[titles.str.casefold() == wanted]
            if len(mine) == 1:
                return str(mine.index[0])
        rows = self.decided.themes
        for theme_id in rows.loc[rows["title"].str.casefold() == wanted, "theme_id"]:
            self._check_ended(theme_id)
        raise DataContractError(f"No theme is called {asked!r}.{self._suggestion(wanted)}")

    def _check_ended(self, asked: str) -> None:
        rows = self.decided.themes.set_index("theme_id")
        if asked in rows.index:
            heirs = self.live[[asked in parents for parents in self.live["parents"]]]
            now = ", ".join(f"{title} ({name})" for name, title in heirs["title"].items())
            was, status = rows.loc[asked, "title"], rows.loc[asked, "status"]
            raise DataContractError(f"{was!r} ({asked}) is {status}; now: {now or 'gone'}.")

    def _suggestion(self, wanted: str) -> str:
        titles = self.live["title"]
        folded = titles.str.casefold()
        close = list(folded[folded.str.contains(wanted, regex=False)].index[:_SUGGESTED])
        close += [
            folded.index[folded == name][0]
            for name in difflib.get_close_matches(wanted, folded, n=_SUGGESTED, cutoff=0.5)
        ]
        close += difflib.get_close_matches(wanted, list(titles.index), n=1, cutoff=0.8)
        named = [f"{titles[name]!r} ({name})" for name in dict.fromkeys(close)][:_SUGGESTED]
        if not named:
            return " `issuecast theme list` shows all."
        return f" Nearest: {', '.join(named)}."

    def complaints(self, theme_id: str, columns: Sequence[str]) -> pd.DataFrame:
        """Return a theme's complaints, by id."""
        rows = self.decided.assignments
        mine = rows.loc[rows["theme_id"] == theme_id, "complaint_id"]
        return _complaints(self.store, ["complaint_id", *columns], mine)

    def typical(self, rows: pd.DataFrame, *, count: int) -> pd.DataFrame:
        """Return the complaints nearest to the middle of those given, each text once."""
        texts = rows.sort_values(["text_hash", "complaint_id"]).drop_duplicates("text_hash")
        if texts.empty:
            return texts
        vectors = read_vectors(self.store, self.encoder, texts["text_hash"])
        closeness = np.round(vectors @ vectors.mean(axis=0), 6)
        return texts.iloc[np.argsort(-closeness, kind="stable")[:count]]


def workspace_of(place: Place) -> Workspace:
    """Return the workspace, given as such or as its folder (``~`` is the home)."""
    return place if isinstance(place, Workspace) else Workspace.at(Path(place).expanduser())


def look_at_themes(
    place: Place, *, settings: Settings | None = None, has_words: bool = False
) -> Board:
    """Return the newest themes of a workspace with every decision that stands.

    Parameters
    ----------
    place : Workspace, Path or str
        Read only.
    settings : Settings, optional
        The parameters of the runs; those of ``params.yaml`` by default.
    has_words : bool, default False
        Whether parts of split themes have keywords of their own, which takes a second more.

    Raises
    ------
    DataContractError
        If no themes were found yet, or the decisions are broken.
    """
    workspace = workspace_of(place)
    store = Store(workspace.store)
    settings = settings or load_settings()
    decisions = load_decisions(workspace)
    versions = store.read(THEMES, columns=["version"])["version"]
    if versions.empty:
        raise DataContractError(
            f"No themes in {workspace.store.parent} yet: `issuecast run --input FILE` finds them."
        )
    version = str(versions.max())
    found, assignments = _found(store, settings, version)
    assignments = _with_languages(store, settings, version, found, assignments)
    stand = standing(decisions)
    columns = [*_KNOWN, "text"] if has_words else _KNOWN
    decided = decide(
        store,
        stand,
        encoder_name=str(found["encoder"].iloc[0]),
        options=settings.themes,
        version=version,
        themes=found,
        assignments=assignments,
        complaints=store.read(COMPLAINTS, columns=columns) if stand else pd.DataFrame(),
        left_out=frozenset(),
        has_words=has_words,
    )
    return Board(version, found, decided, decisions, store)


def _found(store: Store, settings: Settings, version: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a version's themes and assignments, without what a killed run left of a birth."""
    found = store.read(THEMES, where=pc.field("version") == version)
    born = born_themes(store, version=version)
    is_unborn = (found["status"] == "emerging") & ~found["theme_id"].isin(list(born))
    if not is_unborn.any():
        return found, with_founders(store, version, born=emerging_of(found))
    unborn, found = found.loc[is_unborn, "theme_id"], found[~is_unborn].reset_index(drop=True)
    assignments = without_unborn(
        store,
        str(found["encoder"].iloc[0]),
        settings,
        version=version,
        complaints=store.read(COMPLAINTS, columns=_KNOWN),
        newborn={name: born[name] for name in emerging_of(found)},
        unborn=unborn,
    )
    return found, assignments


def _complaints(store: Store, columns: list[str], ids: pd.Series) -> pd.DataFrame:
    # Said to be strings: of none, arrow could not tell.
    where = pc.field("complaint_id").isin(pa.array(ids.tolist(), type=pa.string()))
    return store.read(COMPLAINTS, columns=columns, where=where)


def _with_languages(
    store: Store,
    settings: Settings,
    version: str,
    found: pd.DataFrame,
    assignments: pd.DataFrame,
) -> pd.DataFrame:
    """Return the assignments with those of other languages, which are decided by rule.

    Of the complaints that were known before a fit, only those that shaped it are stored.
    """
    if settings.embedding.multilingual:
        return assignments
    rows = store.read(COMPLAINTS, columns=["complaint_id", "language"])
    is_asked = rows["language"].notna() & ~rows["language"].isin(settings.languages)
    is_asked &= ~is_in(rows["complaint_id"], assignments["complaint_id"])
    columns = ["complaint_id", "text", "text_hash", "language"]
    rows = _complaints(store, columns, rows.loc[is_asked, "complaint_id"])
    if rows.empty:
        return assignments
    rows = rows.join(mark_apart(rows, settings))
    apart = rows[rows["foreign"].notna()]
    more = assign_apart(apart, version=version, theme_ids=set(found["theme_id"]))
    return pd.concat([assignments, more]).sort_values("complaint_id", ignore_index=True)
