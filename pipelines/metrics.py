"""``metrics.prom``: the last run's figures, as Prometheus' textfile collector reads them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pipelines.console import StepFacts
from pipelines.heartbeat import Ended
from pipelines.run_figures import RunFigures, in_all


def write_metrics(
    path: Path,
    *,
    ended: Ended,
    steps: Sequence[StepFacts],
    figures: RunFigures | None,
    good: Ended | None,
) -> None:
    """Write the figures; a reader finds the old file or the new one, whole.

    Parameters
    ----------
    path : Path
        The file, in a folder that exists.
    ended : Ended
        How the run ended.
    steps : sequence of StepFacts
        Its steps.
    figures : RunFigures or None
        What it found; None where it left no report: then those metrics are absent, so that no
        old number passes for a new one.
    good : Ended or None
        The heartbeat: how the last good run ended.
    """
    # Read here: it takes a tenth of a second that most commands need not wait.
    from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

    registry = CollectorRegistry()

    def gauge(name: str, help_: str, *labels: str) -> Gauge:
        return Gauge(f"issuecast_{name}", help_, labels, registry=registry)

    gauge("exit_code", "Exit code of the last run: 0 is good, 4 is a report not delivered").set(
        ended.exit_code
    )
    gauge("as_of_timestamp_seconds", "The morning that the last run lived").set(_at(ended.as_of))
    gauge("end_timestamp_seconds", "When the last run ended").set(_at(ended.at))
    if good is not None:
        name = "good_end_timestamp_seconds"
        gauge(name, "When the last run that left a report ended").set(_at(good.at))
    seconds = gauge("step_seconds", "How long a step of the last run took", "step")
    rows_in = gauge("step_rows_in", "Rows that a step of the last run read", "step")
    rows_out = gauge("step_rows_out", "Rows that a step of the last run made", "step")
    for step in in_all(steps):
        seconds.labels(step.name).set(step.seconds)
        if step.rows_in is not None and step.rows_out is not None:
            rows_in.labels(step.name).set(step.rows_in)
            rows_out.labels(step.name).set(step.rows_out)
    if figures is not None:
        gauge("complaints", "Complaints known to the last run").set(figures.complaints)
        name, help_ = "quarantined_rows", "Rows of the last run's load that went into quarantine"
        gauge(name, help_).set(figures.quarantined)
        age = gauge("data_age_seconds", "From the newest complaint to the last run's morning")
        age.set(figures.data_age_s)
        opened = gauge("warnings_open", "Open warnings of the last run", "level")
        for level, count in figures.open_by_level.items():
            opened.labels(str(level)).set(count)
    write_to_textfile(str(path), registry)


def _at(moment: str) -> float:
    return float(pd.Timestamp(moment).timestamp())
