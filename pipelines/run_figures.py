"""The figures of a finished run that a machine watches: counts and ages, never a text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipelines.console import StepFacts

_LEVELS = (1, 2, 3, 4)
_MOST_STEPS = 14  # two a line: with the other lines ten at most


@dataclass(frozen=True)
class RunFigures:
    """What a run read and found.

    Parameters
    ----------
    run_id, as_of : str
        From its record.
    complaints, quarantined : int
        Complaints known; rows that this run's load put into quarantine.
    open_by_level : dict of int to int
        Open warnings by severity, 1 to 4; those that are told in another's card are left out.
    data_age_s : float
        From the newest complaint to the morning, seconds.
    """

    run_id: str
    as_of: str
    complaints: int
    quarantined: int
    open_by_level: dict[int, int]
    data_age_s: float


def figures_of(folder: Path) -> RunFigures:
    """Return the figures of a finished run's folder."""
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    warnings = pd.read_parquet(folder / "warnings.parquet")
    is_told = (warnings["state"] != "closed") & warnings["joined_to"].isna()
    levels = warnings.loc[is_told, "severity"].value_counts()
    age = pd.Timestamp(record["as_of"]) - pd.Timestamp(record["data"]["last_at"])
    return RunFigures(
        run_id=str(record["run_id"]),
        as_of=str(record["as_of"]),
        complaints=int(record["data"]["complaints"]),
        quarantined=int(record["steps"].get("ingest", {}).get("quarantined", 0)),
        open_by_level={level: int(levels.get(level, 0)) for level in _LEVELS},
        data_age_s=age.total_seconds(),
    )


def in_all(steps: Sequence[StepFacts]) -> list[StepFacts]:
    """Return the steps in their order, one of a name: seconds added, the last one's rows."""
    out: dict[str, StepFacts] = {}
    for step in steps:
        before = out.get(step.name)
        if before is not None:
            rows = step if step.rows_in is not None else before
            seconds = before.seconds + step.seconds
            step = StepFacts(step.name, seconds, rows.rows_in, rows.rows_out)
        out[step.name] = step
    return list(out.values())


def summary_lines(figures: RunFigures, steps: Sequence[StepFacts]) -> list[str]:
    """Return ten lines at most: what the run read and found, and each step's rows in and out."""
    every = in_all(steps)
    counted = [it for it in every if it.rows_in is not None]
    shown = [f"{it.name:<10} {it.rows_in:>9,} -> {it.rows_out:>9,}" for it in counted]
    shown = shown[:_MOST_STEPS]
    half = (len(shown) + 1) // 2
    right = [*shown[half:], ""]
    levels = ", ".join(f"{n} of level {level}" for level, n in figures.open_by_level.items())
    return [
        f"Summary: {sum(it.seconds for it in every):.0f} s in {len(every)} steps; rows in -> out",
        *(f"  {left}   {right[i]}".rstrip() for i, left in enumerate(shown[:half])),
        f"  {figures.complaints:,} complaints known, the newest {figures.data_age_s / 3600:.1f} h "
        f"old; {figures.quarantined:,} rows in quarantine",
        f"  open warnings: {levels}",
    ]


def as_markdown(figures: RunFigures, steps: Sequence[StepFacts]) -> str:
    """Return the same as Markdown: names of steps and numbers alone."""
    rows = [
        f"| {it.name} | {it.seconds:.1f} | {_or_none(it.rows_in)} | {_or_none(it.rows_out)} |"
        for it in in_all(steps)
    ]
    levels = [f"| {level} | {n} |" for level, n in figures.open_by_level.items()]
    return "\n".join(
        [
            f"Run `{figures.run_id}`: {figures.complaints:,} complaints known, the newest "
            f"{figures.data_age_s / 3600:.1f} h old; {figures.quarantined:,} rows in quarantine.",
            "",
            *("| step | seconds | rows in | rows out |", "|---|---:|---:|---:|", *rows, ""),
            *("| level | open warnings |", "|---:|---:|", *levels, ""),
        ]
    )


def _or_none(rows: int | None) -> str:
    return "" if rows is None else f"{rows:,}"
