"""What a session computes when asked: the scheduled flows' own work, on what was known then."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from models.errors import SettingsError
from pipelines.session import estimates, frames, shadowing
from pipelines.session.exploring import explore
from pipelines.session.living import encoder_of, lived, tell, working
from pipelines.session.results import Backtested, Forecast, Quality, Replayed
from pipelines.session.shadowing import Shadowed

if TYPE_CHECKING:
    from pipelines.session.session import Session


def forecast(session: Session) -> Forecast:
    """Return the session's forecast, made by the daily flow's own code."""
    job = session.job
    own = lived(job)
    members = job.settings.forecast.members
    tell(f"Forecast by {', '.join(members)}", estimates.for_forecast(job))
    with working(job):
        from pipelines.flows.forecast import forecast_as

        found = forecast_as(own, job.settings)
    titles = frames.titles_of(session.themes)
    made = Forecast(
        tuple(members),
        frames.named(found.forecasts, titles),
        frames.named(found.outlook, titles),
        frames.named(found.scores, titles),
        frames.named(found.not_covered, titles),
        found.metrics,
        session.counts,
    )
    if session.track:
        asked = {"members": list(members), "horizon": job.settings.forecast.horizon_days}
        tables = {"forecasts": found.forecasts, "outlook": found.outlook, "scores": found.scores}
        explore(job, "forecast", asked=asked, metrics=found.metrics, tables=tables)
    return made


def backtest(session: Session, origins: int) -> Backtested:
    """Return the session's back-test, measured by the scheduled one's own code."""
    _check_counts("backtest", origins=origins)
    job = session.job
    encoder = encoder_of(job)
    own = lived(job)
    tell(f"Back-test at {origins} origins", estimates.for_backtest(job, origins))
    with working(job):
        from pipelines.flows.backtest import measure, metrics_of

        found = measure.fn(own, encoder, origins)
    if session.track:
        asked = {"origins": origins, "members": list(job.settings.forecast.members)}
        tables = {"rows": found.rows, "summary": found.summary}
        explore(job, "backtest", asked=asked, metrics=metrics_of(found), tables=tables)
    return Backtested(found)


def replay(session: Session, first: str, last: str, every_days: int) -> Replayed:
    """Return the session's replay, lived by the code of ``issuecast replay``."""
    _check_counts("replay", every_days=every_days)
    job = session.job
    for option, day in (("first", first), ("last", last)):
        _check_date(option, day)
    encoder = encoder_of(job)
    with working(job):
        from pipelines.flows import replay as again

        # The place shares the complaints; what is lived in it stays apart from all else.
        own = lived(job)
        mornings = again.mornings_asked(own, first, last, every_days, encoder)
        tell(f"Replay of {len(mornings)} mornings", estimates.for_replay(job, len(mornings)))
        scratch = own.places.replays / f".{first}_{last}_{every_days}d.mornings"
        told = again.live.fn(own, scratch, mornings, encoder, hourly=False)
        found = again.hold.fn(own, scratch, told, encoder, every_days=every_days)
        shutil.rmtree(scratch, ignore_errors=True)
    made = Replayed(found, job.settings.time_zone)
    if session.track:
        figures = {
            "warnings": len(made.warnings),
            "missed": len(made.missed),
            "forecasts_scored": len(made.scores),
            "crps": float(made.scores["crps"].mean()) if len(made.scores) else float("nan"),
        }
        asked = {"first": first, "last": last, "every_days": every_days}
        # Warnings quote complaints: figures alone are logged.
        tables = {"scores": made.scores}
        explore(job, "replay", asked=asked, metrics=figures, tables=tables)
    return made


def quality(session: Session) -> Quality:
    """Return how good the session's themes are, measured by the scheduled page's own code."""
    job = session.job
    own = lived(job)
    refits = job.settings.quality.refits
    tell(f"Quality of the themes, {refits} refits", estimates.for_quality(job, refits))
    with working(job):
        from pipelines.flows.quality import measure

        found = measure.fn(own)
    if session.track:
        explore(job, "themes quality", asked={"refits": refits}, metrics=found.metrics(), tables={})
    return Quality(found)


def shadow(
    session: Session,
    challenger: Mapping[str, Any],
    folder: Path,
    mornings: int,
    every_days: int,
) -> Shadowed:
    """Return a copy of the session's workspace with a challenger in shadow."""
    _check_counts("shadow", mornings=mornings, every_days=every_days)
    return shadowing.shadow(
        session.job, challenger, folder, mornings=mornings, every_days=every_days
    )


def _check_counts(who: str, **counts: int) -> None:
    for name, count in counts.items():
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise SettingsError(f"{who}: {name}: expected a whole number from 1, got {count!r}.")


def _check_date(option: str, value: str) -> None:
    try:
        pd.Timestamp(value).date().isoformat()
    except ValueError as err:
        raise SettingsError(f"replay: {option}: {value!r} is no date; write 2019-05-05.") from err
