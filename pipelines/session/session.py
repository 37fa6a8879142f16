"""What was known at one moment, to look at and to ask: the object of ``open_session``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from models.contracts import LINEAGE, THEMES, conform
from models.series.hierarchy import series_id
from models.themes.deciding import Decided
from pipelines.decisions.board import Board
from pipelines.flows.job import Job
from pipelines.session import asking, frames
from pipelines.session.living import check_changes, finished, tables_of
from pipelines.session.results import Backtested, Forecast, Quality, Replayed
from pipelines.session.shadowing import Shadowed
from pipelines.session.showing import as_html, as_lines
from pipelines.session.theme import Theme
from pipelines.settings import Settings
from pipelines.settings.changing import nested


@dataclass(frozen=True, repr=False)
class Session:
    """A workspace as it was known at a moment. Nothing in it can be changed, or written to.

    Frames are made when they are first asked for: of a finished run of that morning they are
    read, else the morning is lived by the run's own steps, once, in a place of its own.

    Parameters
    ----------
    job : Job
        Where, as of when, with which parameters.
    track : bool
        Whether what is computed is logged in MLflow, as exploration.
    """

    job: Job
    track: bool = True

    @property
    def as_of(self) -> pd.Timestamp:
        """Return the moment, UTC: what was created or received then or later is not known."""
        return self.job.moment

    @property
    def settings(self) -> Settings:
        """Return the parameters."""
        return self.job.settings

    @cached_property
    def run(self) -> Path | None:
        """Return the folder of the finished run that the frames are read from, if there is one."""
        return finished(self.job)

    @frames.frame
    def complaints(self) -> pd.DataFrame:
        """Return the complaints known at the moment, redacted: COMPLAINTS columns."""
        return self.job.complaints()

    @frames.frame
    def themes(self) -> pd.DataFrame:
        """Return the morning's themes, the largest first: ``theme_id, title, complaints, ...``."""
        return frames.themes(self._counted)

    @frames.frame
    def assignments(self) -> pd.DataFrame:
        """Return the theme of each complaint, or why it has none: ASSIGNMENTS columns."""
        return pd.read_parquet(self._counted / "assignments.parquet")

    @frames.frame
    def lineage(self) -> pd.DataFrame:
        """Return what refits made of themes up to the moment: LINEAGE columns."""
        return pd.read_parquet(self._counted / f"{LINEAGE.name}.parquet")

    @frames.frame
    def counts(self) -> pd.DataFrame:
        """Return complaints a day of every series: COUNTS columns, and what each counts."""
        return self._named(pd.read_parquet(self._counted / "counts.parquet"))

    @frames.frame
    def forecasts(self) -> pd.DataFrame:
        """Return the morning's forecasts, a row a series and day, and what each counts."""
        return self._named(pd.read_parquet(self._warned / "forecasts.parquet"))

    @frames.frame
    def outlook(self) -> pd.DataFrame:
        """Return the morning's forecasts, a row a series and week, and what each counts."""
        return self._named(pd.read_parquet(self._warned / "outlook.parquet"))

    @frames.frame
    def warnings(self) -> pd.DataFrame:
        """Return the morning's warnings with their themes' titles: WARNINGS columns."""
        return frames.warnings(self._warned, self._titles)

    @frames.frame
    def scores(self) -> pd.DataFrame:
        """Return how forecasts did whose days had come by the moment: SCORES columns.

        ``is_told`` marks those that a team was shown; the others were made anew, on what was
        known at their origin.
        """
        return frames.scores(self.job, self._warned, self._titles)

    def theme(self, name: str) -> Theme:
        """Return a theme by its title, in any case, or its id.

        Raises
        ------
        DataContractError
            If there is none; the message names the nearest.
        """
        theme_id = self._board.find(name)
        forecasts, warnings = self.forecasts, self.warnings
        mine = forecasts[forecasts["series_id"] == series_id(theme_id)]
        told = warnings[warnings["theme_id"] == theme_id]
        return Theme(
            theme_id,
            self._board,
            self._counted,
            mine.reset_index(drop=True),
            told.reset_index(drop=True),
        )

    def with_params(self, changes: Mapping[str, Any], /) -> Session:
        """Return a session of the same moment with some parameters changed, checked at once.

        Parameters
        ----------
        changes : mapping
            Nested as in ``params.yaml``, or under dotted names:
            ``{"forecast.members": ["nb_glm", "tsb"], "warnings": {"min_observed": 12}}``.

        Raises
        ------
        SettingsError
            As for ``params.yaml``; or if the parameter decides how complaints are taken in.
        """
        both = nested({**self.job.changes}, where="with_params")
        for name, value in nested(changes, where="with_params").items():
            old = both.get(name)
            is_nested = isinstance(old, Mapping) and isinstance(value, Mapping)
            both[name] = {**old, **value} if is_nested else value  # type: ignore[dict-item]
        job = replace(self.job, changes=both)
        _ = job.settings
        check_changes(job)
        return replace(self, job=job)

    def forecast(
        self, members: Sequence[str] | None = None, horizon: int | None = None
    ) -> Forecast:
        """Return the forecast of the morning's counts, by the run's own step.

        Parameters
        ----------
        members : sequence of str, optional
            Whose median it is; the parameters' by default.
        horizon : int, optional
            Days ahead, 7 to 366.
        """
        return asking.forecast(self._as_asked(members, horizon))

    def backtest(self, origins: int = 4, *, members: Sequence[str] | None = None) -> Backtested:
        """Return how every member would have forecast earlier mornings, by the scheduled code.

        Parameters
        ----------
        origins : int, default 4
            Earlier mornings, 28 days apart.
        members : sequence of str, optional
            Which members; the parameters' by default.
        """
        return asking.backtest(self._as_asked(members, None), origins)

    def replay(self, first: str, last: str, *, every_days: int = 1) -> Replayed:
        """Return what mornings would have said, and what came of it, as `issuecast replay` does.

        Parameters
        ----------
        first, last : str
            Dates; what came is known up to the session's moment.
        every_days : int, default 1
            Days between mornings.
        """
        return asking.replay(self, str(first), str(last), every_days)

    def quality(self, refits: int = 1) -> Quality:
        """Return how good the themes are, as ``issuecast themes --report`` measures it.

        Parameters
        ----------
        refits : int, default 1
            On random subsamples: which themes come again? Each takes a fit's time; 0: none.
        """
        return asking.quality(self.with_params({"quality": {"refits": refits}}))

    def shadow(
        self,
        challenger: Mapping[str, Any],
        folder: str | Path,
        *,
        mornings: int = 14,
        every_days: int = 1,
    ) -> Shadowed:
        """Return a throw-away copy in which the last mornings were lived with a challenger.

        The session's own parameters are the champion's. Nothing of it touches the workspace.

        Parameters
        ----------
        challenger : mapping
            What it does otherwise, names below ``forecast``: ``{"members": ["nb_glm", "tsb"]}``.
        folder : str or Path
            Of the copy: absent or empty, outside the workspace.
        mornings, every_days : int
            How many mornings up to the session's, so many days apart.
        """
        return asking.shadow(self, challenger, Path(folder), mornings, every_days)

    def _as_asked(self, members: Sequence[str] | None, horizon: int | None) -> Session:
        changes: dict[str, Any] = {}
        if members is not None:
            changes["members"] = [members] if isinstance(members, str) else list(members)
        if horizon is not None:
            changes |= {"horizon_days": horizon, "horizon_weeks": max(1, int(horizon) // 7)}
        return self.with_params({"forecast": changes}) if changes else self

    @property
    def _counted(self) -> Path:
        return tables_of(self.job, warned=False)

    @property
    def _warned(self) -> Path:
        return tables_of(self.job, warned=True)

    @cached_property
    def _titles(self) -> dict[str, str]:
        return frames.titles_of(self.themes)

    def _named(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frames.named(frame, self._titles)

    @cached_property
    def _board(self) -> Board:
        folder = self._counted
        found = conform(pd.read_parquet(folder / "themes.parquet"), THEMES)
        decided = Decided(
            found, pd.read_parquet(folder / "assignments.parquet"), self.job.decisions, ()
        )
        version = str(found["version"].max())
        return Board(version, found, decided, self.job.decisions, self.job.store)

    def _facts(self) -> dict[str, Any]:
        known = self.complaints["created_at"]
        facts: dict[str, Any] = {
            "workspace": str(self.job.places.store.parent),
            "complaints": f"{len(known):,}, {known.min():%Y-%m-%d} to {known.max():%Y-%m-%d}",
        }
        if self.job.changes:
            facts["changed"] = {k: str(v) for k, v in self.job.changes.items()}
        if self.run is None:
            facts["tables"] = "no run of this morning: made when first asked for"
            return facts
        facts["tables"] = f"the run of {self.run.name}"
        live = self.themes["status"].isin(["active", "emerging"])
        facts["themes"] = int(live.sum())
        still_open = self.warnings[self.warnings["state"] != "closed"]
        facts["open warnings"] = f"{len(still_open)}: {', '.join(still_open['title'])}".rstrip(": ")
        return facts

    def __repr__(self) -> str:
        return as_lines(f"Session as of {self.job.as_of}", self._facts())

    def _repr_html_(self) -> str:
        title = f"Session as of {self.job.as_of}"
        if self.run is None:
            return as_html(title, self._facts())
        columns = ["title", "area_title", "complaints", "status", "born_on", "theme_id"]
        return as_html(title, self._facts(), self.themes[columns])
