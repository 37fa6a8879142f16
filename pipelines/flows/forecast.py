"""Themes become counts, counts become forecasts and warnings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from models.contracts import (
    CHANCES,
    CHECKED,
    COUNTS,
    FORECASTS,
    NOT_CHECKED,
    NOT_COVERED,
    OUTLOOK,
    READINGS,
    RESPONSE,
    SCORES,
    WARNINGS,
    empty,
)
from models.contracts import conform as as_contract
from models.forecasting.scoring.member_scores import COLUMNS as MEMBER_SCORES
from models.series.calendar import local_date
from pipelines.console import console
from pipelines.flows.gates import is_stale, stale_reason
from pipelines.flows.job import Job, safely
from pipelines.flows.warn import warn
from pipelines.forecasters.kept import Forecasters, configuration_digest
from pipelines.settings import Settings, with_forecast
from pipelines.steps.forecast.forecast import ForecastResult, forecast_series, nothing_forecast
from pipelines.steps.forecast.forecaster import (
    MorningsForecaster,
    configuration_of,
    fit_day,
    fit_moment,
    said_of,
)
from pipelines.steps.past.checked import check_forecasts
from pipelines.steps.past.readings import themes_then, two_readings
from pipelines.steps.series import SeriesResult, areas_of, count_series, with_themes
from pipelines.steps.themes.decisions import events_of_people
from pipelines.steps.themes.versions import complete_versions


@flow(name="forecast")
def forecast(job: Job) -> None:
    """Count, score what has come due, forecast, try another way in shadow, warn."""
    count(job)
    check(job)
    if is_stale(job):
        leave_out(job)
        return
    predict(job)
    if job.settings.forecast.challenger.changes:
        challenge(job)
    warn(job)


@task(name="count", cache_policy=NO_CACHE)
@safely
def count(job: Job) -> None:
    """Count complaints a day per theme, channel and brand."""
    with console.step("counts") as report:
        result = _count(job, job.moment)
        job.write("counts", result.counts, COUNTS)
        report.rows(len(result.complaints), len(result.counts))
        report(f"{result.counts['series_id'].nunique():,} series")
    note = job.notes()["themes"]
    versions = complete_versions(job.store, job.notes()["embed"]["encoder"], until=note["version"])
    then = themes_then(
        job.store,
        result.complaints,
        version=note["version"],
        versions=versions,
        by_people=events_of_people(job.decisions, job.read("themes")),
    )
    readings = two_readings(
        result.complaints, then, as_of=job.moment, time_zone=job.settings.time_zone
    )
    job.write("readings", readings, READINGS)
    if _is_newest(job):
        job.store.replace(COUNTS, result.counts)
    told = ("series", "incomplete_days", "newest_day", "newest_arrived")
    job.note("counts", {name: result.meta[name] for name in told if name in result.meta})


@task(name="check", cache_policy=NO_CACHE)
@safely
def check(job: Job) -> None:
    """Score the forecasts of earlier mornings whose days are known by now."""
    columns = ["complaint_id", "created_at", "received_at", "channel", "brand"]
    complaints = with_themes(job.complaints(columns), job.read("assignments"), job.read("marks"))
    notes = job.notes()
    version, encoder = notes["themes"]["version"], notes["embed"]["encoder"]
    with console.step("check") as report:
        found = check_forecasts(
            job.store,
            as_contract(job.read("counts"), COUNTS),
            complaints,
            versions=complete_versions(job.store, encoder, until=version),
            as_of=job.moment,
            origin=local_date(job.moment, job.settings.time_zone),
            settings=job.settings,
        )
        job.store.upsert(SCORES, found.new)
        # Counted among those kept, so that the same morning made again says the same.
        due = int((found.recent["as_of"] == job.moment).sum())
        left = int(found.not_checked["forecasts"].sum())
        report.rows(due + left, due)
        report(f"{due:,} forecasts have come due, {left:,} cannot be checked")
    job.write("checked", found.recent, CHECKED)
    job.write("not_checked", found.not_checked, NOT_CHECKED)
    job.note("checked", {"due": due, "left": left, "metrics": found.metrics})


@task(name="predict", cache_policy=NO_CACHE)
@safely
def predict(job: Job) -> None:
    """Forecast each series that has enough history."""
    with console.step("forecast") as report:
        result = forecast_as(job, job.settings)
        report.rows(len(job.read("counts")), len(result.forecasts))
        forecast_count = int(result.forecasts["series_id"].nunique())
        report(f"{forecast_count} series, {len(result.not_covered)} not covered")
        report(f"{len(result.failures)} fell back")
        report(said_of(result.by))
    job.write("forecasts", result.forecasts, FORECASTS)
    job.write("outlook", result.outlook, OUTLOOK)
    job.write("scores", result.scores, SCORES)
    job.write("members", result.member_scores)
    job.write("not_covered", result.not_covered, NOT_COVERED)
    job.store.upsert(FORECASTS, result.forecasts)
    job.note(
        "forecast",
        {
            "series": forecast_count,
            "fallbacks": len(result.failures),
            "fallbacks_by_member": result.failures["member"].value_counts().to_dict(),
            "not_covered": len(result.not_covered),
            "metrics": _finite(result.metrics),
            "forecaster": _about(result.by),
        },
    )


@task(name="leave out", cache_policy=NO_CACHE)
@safely
def leave_out(job: Job) -> None:
    """Forecast nothing and warn of nothing where the data is too old; say so of each series."""
    reason = stale_reason(job)
    with console.step("forecast") as report:
        counts = job.read("counts")
        left = nothing_forecast(counts, reason=reason)
        report.rows(len(counts), 0)
        report(f"0 series, {len(left)} not covered: {reason}")
    for table in (FORECASTS, OUTLOOK, SCORES, WARNINGS, CHANCES, RESPONSE):
        job.write(table.name, empty(table), table)
    job.write("members", pd.DataFrame(columns=list(MEMBER_SCORES)))
    job.write("not_covered", left, NOT_COVERED)
    job.note("forecast", {"series": 0, "fallbacks": 0, "not_covered": len(left), "metrics": {}})


@task(name="challenge", cache_policy=NO_CACHE)
@safely
def challenge(job: Job) -> None:
    """Forecast the same morning as the challenger would, and keep it to be compared."""
    changes = job.settings.forecast.challenger.changes
    settings = with_forecast(job.settings, changes, where="forecast.challenger.changes")
    same = configuration_digest(configuration_of(settings))
    if same == job.notes()["forecast"]["forecaster"]["configuration"]:
        console.say("  The challenger is the champion by now: name another, or none.")
        return
    with console.step("challenger") as report:
        try:
            result = forecast_as(job, settings)
        except Exception as err:  # a shadow must not stop the forecast; what happened is kept
            report(f"failed ({type(err).__name__}): not compared this morning")
            job.note("challenger", {"failed": type(err).__name__})
            return
        report.rows(len(job.read("counts")), len(result.forecasts))
        report(f"{result.forecasts['series_id'].nunique()} series, {said_of(result.by)}")
    job.write("challenger_forecasts", result.forecasts, FORECASTS)
    job.write("challenger_scores", result.scores, SCORES)
    about = {"metrics": _finite(result.metrics), "changes": dict(changes)}
    job.note("challenger", {**about, "forecaster": _about(result.by)})


def forecast_as(job: Job, settings: Settings) -> ForecastResult:
    """Return the forecast of the morning's counts as these parameters make it; write nothing."""
    origin = local_date(job.moment, settings.time_zone)
    day = fit_day(origin, refit_days=settings.forecast.refit_days)
    moment = fit_moment(day, time_zone=settings.time_zone)
    counts = job.read("counts")
    return forecast_series(
        counts,
        settings=settings,
        origin=origin,
        area_of=areas_of(job.read("themes")),
        signals=job.signals(),
        as_of=job.moment,
        # As known on the day of fitting, but under today's themes.
        then=counts if moment == job.moment else _count(job, moment).counts,
        kept=Forecasters(job.places.forecasters),
    )


def _count(job: Job, moment: pd.Timestamp) -> SeriesResult:
    """Return the counts as they were known at a moment, themes as they are known this morning."""
    columns = ["complaint_id", "source", "created_at", "received_at", "channel", "brand"]
    return count_series(
        job.complaints(columns),
        job.read("assignments"),
        job.read("marks"),
        settings=job.settings,
        as_of=moment,
        area_of=areas_of(job.read("themes")),
    )


def _about(by: MorningsForecaster) -> dict[str, Any]:
    known = by.forecaster.configuration
    return {
        "membership": {band: list(names) for band, names in by.forecaster.membership.items()},
        "key": by.key,
        "configuration": str(known["digest"]),
        "fitted_before": str(known["fitted_before"]),
    }


def _finite(metrics: Mapping[str, float]) -> dict[str, float]:
    return {k: float(v) for k, v in metrics.items() if math.isfinite(v)}


def _is_newest(job: Job) -> bool:
    """Return whether no newer morning has been counted: an old one must not replace it."""
    runs = job.places.runs
    newer = [p.name for p in runs.glob("[0-9]*") if p.name > job.name] if runs.exists() else []
    return not newer
