"""What a morning's forecast costs, and whether it adds up.

python -m tests.benchmarks.forecast_costs --json FILE
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from models.forecasting.coherence.reconcile import incoherence
from models.forecasting.coherence.structure import nested
from models.forecasting.panel import panel_from_counts
from models.series.counts import count_complaints
from models.series.hierarchy import series_id
from pipelines.forecasters.kept import Forecasters
from pipelines.settings import load_settings
from pipelines.steps.forecast.forecast import forecast_series
from pipelines.steps.forecast.forecaster import fit_day
from tests.benchmarks.corpora import corpora_folder
from tests.benchmarks.figures import machine, parser, show, write
from tests.benchmarks.tracking import mlflow_seconds

Figures = dict[str, object]

_SERIES, _AREAS = 1000, 25
_DAYS = 1099  # up to a Tuesday
_SEED = 11
_ZONE = "UTC"
_TRACKING = ("mlflow_s_per_1000_themes", "mlflow_cpu_s_per_1000_themes")


def costs(folder: Path) -> Figures:
    """Return all figures of this file."""
    tracking = mlflow_seconds()
    return {
        **update_seconds(),
        "coherence_error": coherence_error(folder),
        **{name: tracking[name] for name in _TRACKING},
    }


def update_seconds() -> dict[str, float]:
    """Return the seconds of a daily update of 1,000 series when nothing is refitted.

    The series are drawn: negative binomials of .05 to 20 a day with a weekly rhythm, three years,
    in 25 areas that add up to a total. A forecaster is fitted on a Monday and kept; on Wednesday
    the product's own step is given two days more, finds the kept one and goes forward. What it
    does is all timed: both mornings' panels, the digest that finds the forecaster, the reading of
    it, the forecast. On a busy machine the processor's seconds say more than the clock's.
    """
    settings = load_settings()
    counts, area_of = drawn_counts(_SERIES, _DAYS)
    monday = pd.Timestamp(counts["date"].max()) - pd.Timedelta(days=1)
    if fit_day(monday, refit_days=settings.forecast.refit_days) != monday:
        raise SystemExit("The drawn days do not end on the day after a day of fitting.")
    with tempfile.TemporaryDirectory() as name:
        kept = Forecasters(Path(name))
        forecast_series(counts, settings=settings, origin=monday, area_of=area_of, kept=kept)
        started, cpu = time.perf_counter(), time.process_time()
        found = forecast_series(
            counts,
            settings=settings,
            origin=monday + pd.Timedelta(days=2),
            area_of=area_of,
            kept=kept,
        )
        seconds = {
            "update_s_per_1000": time.perf_counter() - started,
            "update_cpu_s_per_1000": time.process_time() - cpu,
        }
    if found.by.is_new:
        raise SystemExit("The update has fitted anew.")
    return seconds


def drawn_counts(n_series: int, n_days: int) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return a COUNTS frame of drawn themes, their areas and the total, and each theme's area."""
    rng = np.random.default_rng(_SEED)
    level = np.geomspace(0.05, 20.0, n_series)[:, None]
    week = np.tile([1.3, 1.2, 1.1, 1.1, 1.0, 0.7, 0.6], n_days // 7 + 1)[None, :n_days]
    themes = rng.poisson(level * week * rng.gamma(4.0, 0.25, (n_series, n_days)))
    area = np.arange(n_series) % _AREAS
    areas = np.stack([themes[area == a].sum(axis=0) for a in range(_AREAS)])
    theme_ids, area_ids = [f"t-{i:04d}" for i in range(n_series)], [f"a-{a}" for a in range(_AREAS)]
    names = [
        series_id(),
        *(series_id(area=a) for a in area_ids),
        *(series_id(t) for t in theme_ids),
    ]
    dates = pd.date_range("2020-01-01", periods=n_days, freq="D").as_unit("us")
    frame = pd.DataFrame(
        {
            "series_id": np.repeat(names, n_days),
            "date": np.tile(dates.to_numpy(), len(names)),
            "count": np.concatenate([themes.sum(axis=0)[None], areas, themes]).ravel(),
            "is_provisional": False,
            "is_revised": False,
            "arrived": np.nan,
            "arrived_sd": np.nan,
        }
    )
    return frame, {theme: area_ids[a] for theme, a in zip(theme_ids, area, strict=True)}


def coherence_error(folder: Path) -> float:
    """Return the largest gap between a parent's mean and its children's, over the parent's.

    New York's types (as themes) by borough (as brands), as of 2023-10-01, by the product's own
    steps from complaints to forecasts.
    """
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


def main() -> None:
    """Measure, print, write."""
    options = parser().parse_args()
    show(write({**machine(), **costs(corpora_folder())}, options.json, digits=4))


if __name__ == "__main__":
    main()
