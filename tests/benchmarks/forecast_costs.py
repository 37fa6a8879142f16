"""What a morning's forecast costs, and whether it adds up: one figure a function.

Each function returns its figures, or says in a word why there are none: a part of the engine that
is not there is named in the output, never passed over.
"""

from __future__ import annotations

import inspect
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from models.contracts import FORECASTS, QUANTILE_LEVELS, conform
from models.forecasting.panel import panel_from_counts
from models.series.counts import count_complaints
from models.series.hierarchy import series_id
from pipelines.settings import load_settings
from pipelines.workspace import Workspace

Figures = dict[str, object]

_SERIES = 1000
_DAYS = 1095
_SEED = 11
_ZONE = "UTC"
_HORIZON = 28


def costs(folder: Path) -> Figures:
    """Return all figures of this file that the engine can give."""
    figures: Figures = {}
    measures: dict[str, Callable[[], float]] = {
        "update_s_per_1000": update_s_per_1000,
        "coherence_error": lambda: coherence_error(folder),
        "mlflow_s_per_1000_themes": mlflow_s_per_1000_themes,
    }
    for name, measure in measures.items():
        try:
            figures[name] = measure()
        except ImportError as absent:
            figures[f"{name}_left_out"] = f"the engine has no {absent.name}"
    return figures


def update_s_per_1000() -> float:
    """Return the seconds of a daily update of 1,000 series when nothing is refitted.

    The series are drawn: negative binomials of .05 to 20 a day with a weekly rhythm, three years.
    They are fitted once, then get the next day's counts and are forecast from what was fitted.
    """
    from models.forecasting.forecaster import fit_forecaster, panel_of

    settings = load_settings()
    configuration = _configuration(settings)
    counts = drawn_counts(_SERIES, _DAYS + 1)
    last = counts["date"].max()
    before = panel_of(counts[counts["date"] < last], configuration, origin=last)
    forecaster = fit_forecaster(before, configuration=configuration)
    started = time.perf_counter()
    origin = last + pd.Timedelta(days=1)
    forecaster.forecast(panel_of(counts, configuration, origin=origin))
    return time.perf_counter() - started


def _configuration(settings: Any) -> dict[str, Any]:
    from models.forecasting.forecast import forecast_panel

    options = settings.forecast
    wanted = inspect.signature(forecast_panel).parameters
    method = {name: getattr(options, name) for name in wanted if hasattr(options, name)}
    return {
        "method": {**method, "seed": settings.seed},
        "panel": {
            "horizon": options.horizon_days,
            "countries": list(settings.countries),
            "max_history_days": settings.series.max_history_days,
        },
    }


def drawn_counts(n_series: int, n_days: int) -> pd.DataFrame:
    """Return a COUNTS frame of drawn themes; the same each time."""
    rng = np.random.default_rng(_SEED)
    level = np.geomspace(0.05, 20.0, n_series)[:, None]
    week = np.tile([1.3, 1.2, 1.1, 1.1, 1.0, 0.7, 0.6], n_days // 7 + 1)[None, :n_days]
    mean = level * week * rng.gamma(4.0, 0.25, (n_series, n_days))
    dates = pd.date_range("2020-01-01", periods=n_days, freq="D").as_unit("us")
    names = [series_id(f"t-{i:04d}") for i in range(n_series)]
    return pd.DataFrame(
        {
            "series_id": np.repeat(names, n_days),
            "date": np.tile(dates.to_numpy(), n_series),
            "count": rng.poisson(mean).ravel(),
            "is_provisional": False,
            "is_revised": False,
        }
    )


def coherence_error(folder: Path) -> float:
    """Return the largest gap between a parent's mean and its children's, over the parent's.

    New York's types (as themes) by borough (as brands), as of 2023-10-01, by the product's own
    steps from complaints to forecasts.
    """
    from models.forecasting.reconcile import incoherence
    from models.forecasting.structure import nested
    from pipelines.steps.forecast import forecast_series

    settings = load_settings()
    origin = pd.Timestamp("2023-10-01")
    counted = count_complaints(
        _new_york(folder),
        as_of=pd.Timestamp(origin, tz=_ZONE),
        time_zone=_ZONE,
        provisional_days=settings.series.provisional_days,
    )
    found = forecast_series(counted.counts, settings=settings, origin=origin).forecasts
    if (found["mean"] < 0).any():
        raise SystemExit("A forecast is negative.")
    wide = found.set_index(["series_id", "lead"])["mean"].unstack()  # noqa: PD010 - keys are unique
    panel = panel_from_counts(
        counted.counts[counted.counts["series_id"].isin(wide.index)],
        origin=origin,
        horizon=settings.forecast.horizon_days,
        countries=settings.countries,
        max_history_days=settings.series.max_history_days,
    )
    panel, structure = nested(panel, {})
    mean = wide.reindex(list(panel.series_ids)).to_numpy()
    parents = [parent for parent, _ in structure.groups]
    gaps = incoherence(mean, structure) / np.maximum(mean[parents], 1.0)
    return float(np.max(gaps))


def _new_york(folder: Path) -> pd.DataFrame:
    columns = ["unique_key", "opendate", "complaint_type", "borough"]
    rows = pd.read_csv(folder / "nyc_complaints" / "complaints.csv.gz", usecols=columns)
    moments = pd.to_datetime(rows["opendate"], utc=True).dt.as_unit("us")
    return pd.DataFrame(
        {
            "complaint_id": rows["unique_key"],
            "created_at": moments,
            "received_at": moments,
            "theme_id": rows["complaint_type"],
            "channel": None,
            "brand": rows["borough"],
            "is_counted": True,
        }
    )


def mlflow_s_per_1000_themes() -> float:
    """Return the seconds that MLflow costs a run of 1,000 themes and six members.

    The database is there already, as on every morning but the first: its migrations are paid once.
    """
    from pipelines.tracking import track_run

    settings = load_settings()
    extra: dict[str, Any] = {}
    if "members" in inspect.signature(track_run).parameters:
        from pipelines.tracking import MemberFigures

        figures = {"crps": 1.0, "crps_scaled": 0.6, "coverage_80": 0.8, "coverage_95": 0.95}
        extra["members"] = [MemberFigures(f"member_{i}", figures) for i in range(6)]
    with tempfile.TemporaryDirectory() as name:
        places, run = Workspace.at(Path(name)), Path(name) / "run"
        run.mkdir()
        _drawn_forecasts().to_parquet(run / "forecasts.parquet", index=False)
        seconds = 0.0
        for day in ("2026-11-01", "2026-11-02"):
            started = time.perf_counter()
            track_run(
                places,
                run,
                record=_record(day),
                parameters=settings.as_dict(),
                metrics={f"figure_{i}": float(i) for i in range(30)},
                uri="",
                experiment="cost",
                **extra,
            )
            seconds = time.perf_counter() - started
        return seconds


def _record(day: str) -> dict[str, Any]:
    return {
        "run_id": day,
        "as_of": f"{day}T00:00:00Z",
        "origin": day,
        "code_version": "0",
        "data": {"digest": "0", "complaints_version": 0, "complaints": 1},
        "encoder": "",
        "theme_version": "",
    }


def _drawn_forecasts() -> pd.DataFrame:
    rng = np.random.default_rng(_SEED)
    rows = _SERIES * _HORIZON
    quantiles = np.sort(rng.poisson(5.0, (rows, len(QUANTILE_LEVELS))), axis=1)
    origin = pd.Timestamp("2026-11-01")
    lead = np.tile(np.arange(1, _HORIZON + 1), _SERIES)
    frame = pd.DataFrame(
        {
            "series_id": np.repeat([series_id(f"t-{i:04d}") for i in range(_SERIES)], _HORIZON),
            "origin": origin,
            "date": origin + pd.to_timedelta(lead - 1, "D"),
            "lead": lead,
            "mean": rng.gamma(2.0, 2.0, rows),
            "dispersion": rng.gamma(2.0, 0.2, rows),
            **{name: quantiles[:, i] for i, name in enumerate(QUANTILE_LEVELS)},
        }
    )
    return conform(frame, FORECASTS)
