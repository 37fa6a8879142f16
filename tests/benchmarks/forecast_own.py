"""This project's engine on a benchmark's case: counts in, negative binomials out."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.forecasting.forecast import forecast_panel
from models.forecasting.method import Method
from models.forecasting.panel import Panel
from models.series.calendar import holiday_flags
from pipelines.settings import load_settings

Floats = npt.NDArray[np.float64]


class NotYet(RuntimeError):
    """The engine does not know this kind of panel."""


def own_forecast(
    past: Floats, case: dict[str, Any], *, params: str | None
) -> tuple[Floats, Floats]:
    """Return mean and dispersion of each series and lead: (n_series, horizon) both.

    Parameters
    ----------
    past : ndarray of shape (n_series, n_past)
        Counts; NaN before a series was born.
    case : dict
        ``freq, season, horizon, dates, series_ids``.
    params : str or None
        A file laid over ``params.yaml``.
    """
    settings = load_settings(Path(params) if params else None)
    options = settings.forecast
    found = forecast_panel(
        own_panel(past, case, countries=settings.countries),
        Method(
            members=options.members,
            membership=options.membership,
            baseline=options.baseline,
            dispersion_origins=options.dispersion_origins,
            dispersion_prior=options.dispersion_prior,
            cap_multiple=options.cap_multiple,
            seed=settings.seed,
        ),
    ).daily
    shape = (len(case["series_ids"]), case["horizon"])
    place = pd.Index(found["series_id"].unique()).get_indexer(list(case["series_ids"]))
    mean = found["mean"].to_numpy().reshape(shape)[place]
    return mean, found["dispersion"].to_numpy().reshape(shape)[place]


def own_panel(past: Floats, case: dict[str, Any], *, countries: Sequence[str]) -> Panel:
    """Return the engine's panel of a case; a week is a holiday's if one falls into it."""
    step = 1 if case["freq"] == "D" else 7
    weekly = {"period": case["season"], "step_days": step}
    if step != 1 and not {field.name for field in dataclasses.fields(Panel)}.issuperset(weekly):
        raise NotYet("This engine forecasts days only.")
    dates, horizon = pd.DatetimeIndex(case["dates"]).as_unit("us"), case["horizon"]
    days = pd.date_range(dates[0], periods=(len(dates) + horizon) * step, freq="D")
    is_holiday = holiday_flags(days, countries).reshape(-1, step).any(axis=1)
    ends = is_holiday[: len(dates)], is_holiday[len(dates) :]
    names = tuple(case["series_ids"])
    return Panel(dates, names, past, *ends, **({} if step == 1 else weekly))
