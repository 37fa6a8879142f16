"""Hands cases to a method's own process and scores what comes back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from tests.benchmarks.forecast_methods import METHODS, PEERS
from tests.benchmarks.forecast_panels import Case
from tests.benchmarks.forecast_scores import LEVELS, pit_rates, scores

ROOT = Path(__file__).parents[2]
PEERS_PYTHON = ROOT / ".bench-venv" / "bin" / "python"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Outcome:
    """What a method did on some cases.

    Attributes
    ----------
    by_series : DataFrame
        A row a series and origin: ``panel, series_id, origin`` and its scores.
    measured : dict
        ``s_per_1000``, ``cpu_s_per_1000`` (of one forecast of 1,000 series), ``peak_mb``,
        ``version``.
    """

    by_series: pd.DataFrame
    measured: dict[str, float | str]


class MethodFailed(RuntimeError):
    """A method's process ended without a result; its own words are on the screen."""


def has_peers() -> bool:
    """Return whether the peers' environment (`make bench-env`) is there."""
    return PEERS_PYTHON.exists()


def run_method(method: str, cases: Sequence[Case], *, params: Path | None = None) -> Outcome:
    """Forecast the cases by one method in a process of its own, and score them.

    Parameters
    ----------
    method : str
        One of ``METHODS``.
    cases : sequence of Case
        At least one; the method is given their past alone.
    params : Path, optional
        Laid over ``params.yaml`` for this project's engine.

    Raises
    ------
    MethodFailed
        If the process failed.
    """
    if method not in METHODS:
        raise ValueError(f"No method is called {method!r}; known: {', '.join(METHODS)}.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        job = {
            "method": method,
            "levels": LEVELS,
            "params": str(params.resolve()) if params else None,
            "cases": [_told(case) for case in cases],
        }
        (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
        np.savez(folder / "past.npz", **{str(i): case.past for i, case in enumerate(cases)})  # type: ignore[arg-type]
        python = str(PEERS_PYTHON) if method in PEERS else sys.executable
        command = [python, "-W", "ignore", "-m", "tests.benchmarks.forecast_methods", name]
        # One thread each: what is compared is work, not the machine's width.
        threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        environment = {**os.environ, **threads, "PYTHONPATH": str(ROOT), "NIXTLA_ID_AS_COL": "1"}
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=sys.stderr, check=False)
        if done.returncode != 0:
            said = folder / "reason.txt"
            why = said.read_text(encoding="utf-8") if said.exists() else f"exit {done.returncode}"
            raise MethodFailed(f"{method} on {cases[0].panel}: {why}")
        measured = json.loads((folder / "measured.json").read_text(encoding="utf-8"))
        with np.load(folder / "quantiles.npz") as arrays:
            rows = [_scored(case, arrays, i) for i, case in enumerate(cases)]
    forecasts = sum(len(case.series_ids) for case in cases)
    per_1000 = {
        "s_per_1000": 1000 * sum(measured["s"]) / forecasts,
        "cpu_s_per_1000": 1000 * sum(measured["cpu_s"]) / forecasts,
    }
    kept = {"peak_mb": measured["peak_mb"], "version": measured["version"]}
    return Outcome(pd.concat(rows, ignore_index=True), {**per_1000, **kept})


def _told(case: Case) -> dict[str, object]:
    return {
        "freq": case.freq,
        "season": case.season,
        "horizon": case.horizon,
        "dates": [str(date.date()) for date in case.dates],
        "series_ids": list(case.series_ids),
    }


def _scored(case: Case, arrays: np.lib.npyio.NpzFile, number: int) -> pd.DataFrame:
    quantiles = arrays[f"quantiles.{number}"]
    expected = (*case.actual.shape, len(LEVELS))
    if quantiles.shape != expected or not np.isfinite(quantiles).all():
        raise MethodFailed(
            f"{case.panel} at {case.origin.date()}: expected finite quantiles of shape {expected}, "
            f"got {quantiles.shape}, {int((~np.isfinite(quantiles)).sum())} of them not finite."
        )
    found = scores(case.actual, quantiles, case.past, case.season)
    if f"mean.{number}" in arrays.files:
        mean, dispersion = arrays[f"mean.{number}"], arrays[f"dispersion.{number}"]
        found |= pit_rates(case.actual, mean, dispersion)
    heads = {"panel": case.panel, "series_id": list(case.series_ids), "origin": case.origin}
    return pd.DataFrame({**heads, **found})
