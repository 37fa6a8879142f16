"""One method's forecasts of some cases, measured in a process of its own.

    python -m tests.benchmarks.forecast_methods FOLDER

Run by the benchmark in this project's environment for its own engine, and in the peers'
environment for theirs, so it imports nothing at the top that both do not have. The folder is all
that passes between them:

in      ``job.json`` (``method``, ``levels``, ``params``; ``cases``: ``freq``, ``season``,
        ``horizon``, ``dates``, ``series_ids``), ``past.npz`` (an array a case; NaN: not yet born)
out     ``quantiles.npz`` (an array a case: series, leads, levels; of our own engine also
        ``mean.N`` and ``dispersion.N``), ``measured.json``

Peers run as shipped: no holidays, no floor at zero, nothing rounded.
"""

from __future__ import annotations

import importlib.metadata
import json
import logging
import resource
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

Arrays = dict[str, np.ndarray]

_MOST_SEASON_ARIMA = 12  # above it AutoARIMA's seasonal search takes minutes a series
_CONFORMAL_WINDOWS = 2  # statsforecast's own default


def _born(row: np.ndarray) -> np.ndarray:
    """Return a series from its first known count."""
    known = np.flatnonzero(~np.isnan(row))
    return np.nan_to_num(row[known[0] :]) if len(known) else np.zeros(1)


def issuecast(past: np.ndarray, case: dict[str, Any], job: dict[str, Any]) -> Arrays:
    """Return this project's forecasts, by the parameters of ``params.yaml``."""
    from models.forecasting.distribution import nb_quantiles
    from tests.benchmarks.forecast_own import own_forecast

    mean, dispersion = own_forecast(past, case, params=job["params"])
    quantiles = nb_quantiles(mean, dispersion, job["levels"])
    return {"quantiles": quantiles, "mean": mean, "dispersion": dispersion}


def _statsforecast(
    past: np.ndarray, case: dict[str, Any], job: dict[str, Any], model: Any
) -> Arrays:
    from statsforecast import StatsForecast
    from statsforecast.models import Naive

    dates = pd.DatetimeIndex(case["dates"])
    frames = []
    for i, row in enumerate(past):
        y = _born(row)
        frames.append(pd.DataFrame({"unique_id": i, "ds": dates[-len(y) :], "y": y}))
    freq = "D" if case["freq"] == "D" else "W-MON"
    engine = StatsForecast(models=[model], freq=freq, n_jobs=1, fallback_model=Naive())
    # statsforecast names a forecast's intervals by their coverage in percent.
    percents = sorted({round(100 * abs(1 - 2 * level)) for level in job["levels"]} - {0})
    found = engine.forecast(df=pd.concat(frames), h=case["horizon"], level=percents)
    found = found.sort_values(["unique_id", "ds"])
    name, columns = str(model), []
    for level in job["levels"]:
        percent = round(100 * abs(1 - 2 * level))
        side = "lo" if level < 0.5 else "hi"
        columns.append(name if percent == 0 else f"{name}-{side}-{percent}")
    values = found[columns].to_numpy(dtype=np.float64)
    return {"quantiles": values.reshape(len(past), case["horizon"], len(columns))}


def seasonal_naive(past: np.ndarray, case: dict[str, Any], job: dict[str, Any]) -> Arrays:
    """Return the last season again, with statsforecast's interval."""
    from statsforecast.models import SeasonalNaive

    return _statsforecast(past, case, job, SeasonalNaive(season_length=case["season"]))


def autoets(past: np.ndarray, case: dict[str, Any], job: dict[str, Any]) -> Arrays:
    """Return AutoETS; its own seasons end at 24, so weeks have none."""
    from statsforecast.models import AutoETS

    return _statsforecast(past, case, job, AutoETS(season_length=case["season"]))


def autoarima(past: np.ndarray, case: dict[str, Any], job: dict[str, Any]) -> Arrays:
    """Return AutoARIMA; seasonal for days, not for weeks."""
    from statsforecast.models import AutoARIMA

    season = case["season"] if case["season"] <= _MOST_SEASON_ARIMA else 1
    return _statsforecast(past, case, job, AutoARIMA(season_length=season))


def autotheta(past: np.ndarray, case: dict[str, Any], job: dict[str, Any]) -> Arrays:
    """Return AutoTheta."""
    from statsforecast.models import AutoTheta

    return _statsforecast(past, case, job, AutoTheta(season_length=case["season"]))


def croston(past: np.ndarray, case: dict[str, Any], job: dict[str, Any]) -> Arrays:
    """Return Croston's method (SBA) with conformal intervals."""
    from statsforecast.models import CrostonSBA
    from statsforecast.utils import ConformalIntervals

    intervals = ConformalIntervals(h=case["horizon"], n_windows=_CONFORMAL_WINDOWS)
    return _statsforecast(past, case, job, CrostonSBA(prediction_intervals=intervals))


def prophet(past: np.ndarray, case: dict[str, Any], job: dict[str, Any]) -> Arrays:
    """Return Prophet's quantiles from its predictive samples."""
    from prophet import Prophet

    logging.getLogger("cmdstanpy").setLevel(logging.ERROR)
    logging.getLogger("prophet").setLevel(logging.ERROR)
    dates, freq = pd.DatetimeIndex(case["dates"]), "D" if case["freq"] == "D" else "W-MON"
    out = np.empty((len(past), case["horizon"], len(job["levels"])))
    np.random.seed(0)  # noqa: NPY002 - what Prophet draws from
    for i, row in enumerate(past):
        y = _born(row)
        model = Prophet().fit(pd.DataFrame({"ds": dates[-len(y) :], "y": y}))
        ahead = model.make_future_dataframe(case["horizon"], freq=freq, include_history=False)
        drawn = model.predictive_samples(ahead)["yhat"]
        out[i] = np.quantile(drawn, job["levels"], axis=1).T
    return {"quantiles": out}


METHODS: dict[str, Callable[..., Arrays]] = {
    "issuecast": issuecast,
    "seasonal_naive": seasonal_naive,
    "autoets": autoets,
    "autoarima": autoarima,
    "autotheta": autotheta,
    "croston": croston,
    "prophet": prophet,
}
PEERS = tuple(name for name in METHODS if name != "issuecast")


def _cpu_s() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _peak_mb() -> float:
    # getrusage's peak would be the larger parent's, whose child this process was before exec.
    status = Path("/proc/self/status")
    if not status.exists():  # not Linux
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = status.read_text(encoding="ascii").splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _package(method: str) -> str:
    return method if method in ("issuecast", "prophet") else "statsforecast"


@contextmanager
def _said(folder: Path) -> Iterator[None]:
    """Leave the reason of a failure behind, in a line."""
    try:
        yield
    except Exception as failure:
        reason = f"{type(failure).__name__}: {failure}".splitlines()[0][:200]
        (folder / "reason.txt").write_text(reason, encoding="utf-8")
        raise


def main() -> None:
    """Forecast every case, measure, write."""
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1])
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    method = METHODS[job["method"]]
    arrays: Arrays = {}
    seconds, cpu_seconds = [], []
    with np.load(folder / "past.npz") as past, _said(folder):
        # Imports and compilation are paid once a process, not once a series.
        first = job["cases"][0]
        method(past["0"][:2], {**first, "series_ids": first["series_ids"][:2]}, job)
        for i, case in enumerate(job["cases"]):
            started, before = time.perf_counter(), _cpu_s()
            found = method(past[str(i)], case, job)
            seconds.append(time.perf_counter() - started)
            cpu_seconds.append(_cpu_s() - before)
            arrays.update({f"{name}.{i}": array for name, array in found.items()})
    measured = {
        "s": seconds,
        "cpu_s": cpu_seconds,
        "peak_mb": _peak_mb(),
        "version": importlib.metadata.version(_package(job["method"])),
    }
    np.savez(folder / "quantiles.npz", **arrays)  # type: ignore[arg-type]
    (folder / "measured.json").write_text(json.dumps(measured), encoding="utf-8")


if __name__ == "__main__":
    main()
