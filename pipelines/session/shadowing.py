"""A challenger tried in a throw-away copy: the last mornings lived with it in shadow.

The copy's runs are real ones: recorded, and the last of them tracked and registered, so that the
product's own gate can be asked. The workspace that the session looks at is only read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from models.errors import DataContractError, NotEnoughHistory, SettingsError
from models.forecasting.scoring.challenge import Comparison, compare, faults, in_words
from models.series.calendar import day_starts, local_date
from pipelines.flows.job import Job
from pipelines.moments import iso
from pipelines.session import estimates
from pipelines.session.living import encoder_of, furnish, tell, working
from pipelines.session.showing import as_html, as_lines
from pipelines.whole import give_name
from pipelines.workspace import Workspace


@dataclass(frozen=True, repr=False)
class Shadowed:
    """A copy of a workspace in which champion and challenger have forecast the same mornings.

    Parameters
    ----------
    workspace : Path
        The copy's folder; remove it when you are done.
    job : Job
        Of its last morning.
    mornings : tuple of str
        Names of its runs, oldest first.
    """

    workspace: Path
    job: Job = field(repr=False)
    mornings: tuple[str, ...]

    def compare(self) -> Comparison:
        """Return how the challenger did against the champion on the days that have come.

        Raises
        ------
        NotEnoughHistory
            If no morning could be forecast, or no forecast day has come.
        """
        lived = [self.job.places.runs / name for name in self.mornings]
        # On a morning of old data nobody forecasts.
        folders = [it for it in lived if (it / "challenger_forecasts.parquet").exists()]
        if not folders:
            raise NotEnoughHistory("On none of these mornings could anything be forecast.")
        one, other = (
            pd.concat([pd.read_parquet(folder / f"{name}.parquet") for folder in folders])
            for name in ("forecasts", "challenger_forecasts")
        )
        counts = pd.read_parquet(folders[-1] / "counts.parquet")
        gate = self.job.settings.forecast.challenger
        seed = self.job.settings.seed
        return compare(one, other, counts, confidence=gate.confidence, seed=seed)

    def missing(self) -> list[str]:
        """Return what the challenger has not shown yet, by the parameters' gate; none: it may."""
        gate = self.job.settings.forecast.challenger
        return faults(
            self.compare(),
            margin=gate.margin,
            min_origins=gate.min_origins,
            coverage_80=gate.coverage_80,
            coverage_95=gate.coverage_95,
        )

    def promote(self) -> str:
        """Let the challenger take over in the copy, by the same gate as `issuecast promote`.

        Returns
        -------
        str
            Why it has taken over.

        Raises
        ------
        GateFailed
            If it has not shown enough; the message says what is missing.
        """
        with working(self.job):
            from pipelines.forecasters.promotion import promote

            done = promote(self.job.places, settings=self.job.settings, as_of=self.job.moment)
        return f"Version {done.version} is champion: {done.reason}."

    def _facts(self) -> dict[str, Any]:
        missing = self.missing()
        return {
            "copy": str(self.workspace),
            "mornings": f"{len(self.mornings)}, {self.mornings[0]} to {self.mornings[-1]}",
            "challenger": dict(self.job.settings.forecast.challenger.changes),
            "comparison": in_words(self.compare()),
            "the gate": "; ".join(missing) if missing else "open: it may take over",
        }

    def __repr__(self) -> str:
        return as_lines("Challenger in shadow", self._facts())

    def _repr_html_(self) -> str:
        return as_html("Challenger in shadow", self._facts())


def shadow(
    job: Job, challenger: Mapping[str, Any], folder: Path, *, mornings: int, every_days: int
) -> Shadowed:
    """Live mornings up to the session's in a copy of its workspace, a challenger in shadow.

    Parameters
    ----------
    job : Job
        The session's; its parameters are the champion's.
    challenger : mapping
        What the other way to forecast does otherwise: names below ``forecast``.
    folder : Path
        Of the copy: absent or empty, and outside the workspace.
    mornings, every_days : int
        How many, so many days apart; the last is the session's.
    """
    folder = _checked(job, folder)
    settings = replace(job, changes={**job.changes}).settings
    tree = settings.as_dict()
    tree["forecast"]["challenger"]["changes"] = dict(challenger)
    copy = Job(job.as_of, str(folder), given=tree)
    if not challenger or copy.settings.forecast == settings.forecast:
        raise SettingsError(
            "shadow: challenger: expected what it does otherwise, e.g. {'members': ['nb_glm']}."
        )
    encoder = encoder_of(job)
    furnish(job.places, Workspace.at(folder), history=False)
    tell(f"{mornings} mornings with a challenger", 1.3 * estimates.for_replay(job, mornings))
    rows = job.complaints()
    last = local_date(job.moment, settings.time_zone)
    days = pd.DatetimeIndex(
        [last - pd.Timedelta(days=every_days * k) for k in reversed(range(mornings))]
    )
    names = []
    with working(copy):
        for moment in [it.as_unit("us") for it in day_starts(days, settings.time_zone)]:
            own = replace(copy, as_of=iso(moment), remembered=rows)
            _live(own, encoder)
            names.append(own.name)
        _track(own)
    return Shadowed(folder, replace(copy, as_of=own.as_of), tuple(names))


def _checked(job: Job, folder: Path) -> Path:
    folder = folder.expanduser().resolve()
    root = job.places.store.parent.resolve()
    if folder == root or root in folder.parents or folder in root.parents:
        raise DataContractError(f"{folder}: name a folder outside the workspace {root}.")
    if folder.exists() and any(folder.iterdir()):
        raise DataContractError(f"{folder}: is not empty; the copy needs a folder of its own.")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _live(own: Job, encoder: str) -> None:
    """Live a morning as the daily flow does, but for files to take in and the report's pages."""
    from pipelines.console import console
    from pipelines.flows import forecast as chain
    from pipelines.flows.gates import gates, is_stale
    from pipelines.flows.refit import fit
    from pipelines.flows.report import record
    from pipelines.flows.themes import discover, note_floods
    from pipelines.flows.warn import warn

    with console.hushed():
        gates.fn(own)
        note_floods.fn(own)
        own.note("embed", {"encoder": encoder})
        reason = discover.fn(own, refit=False)
        if reason:
            fit.fn(own, reason)
        chain.count.fn(own)
        chain.check.fn(own)
        if is_stale(own):
            chain.leave_out.fn(own)
        else:
            chain.predict.fn(own)
            chain.challenge.fn(own)
            warn.fn(own)
        record.fn(own)
    for leftover in own.draft.glob("*.step.json"):
        leftover.unlink()
    give_name(own.draft, own.folder)
    console.say_more(f"  {own.name}")


def _track(own: Job) -> None:
    from pipelines.console import console
    from pipelines.flows.track import track

    with console.hushed():
        track.fn(own)
