"""Step: the forecaster of a morning, fitted on a fixed day of the week and kept until the next."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from models.forecasting.forecaster import Forecaster, fit_forecaster
from models.forecasting.morning import Morning
from models.forecasting.panel import WEEKDAYS
from models.series.calendar import day_starts
from pipelines.forecasters.kept import Forecasters, configuration_digest, fit_key
from pipelines.settings import Settings


class MorningsForecaster(NamedTuple):
    """A forecaster, the key that it is kept under, and whether it had to be fitted."""

    forecaster: Forecaster
    key: str
    is_new: bool


def fit_day(origin: pd.Timestamp, *, refit_days: int) -> pd.Timestamp:
    """Return the day on whose knowledge the forecaster of a morning is fitted.

    The days are the calendar's, not this workspace's: every morning has the same one whenever it
    is lived, and none lies after it.

    Examples
    --------
    >>> fit_day(pd.Timestamp("2019-05-05"), refit_days=7)  # the Monday of a Sunday
    Timestamp('2019-04-29 00:00:00')
    """
    return origin - pd.Timedelta(days=(origin.toordinal() - 1) % refit_days)


def fit_moment(day: pd.Timestamp, *, time_zone: str) -> pd.Timestamp:
    """Return the moment, UTC, whose knowledge a fit has: the start of its day."""
    start: pd.Timestamp = day_starts(pd.DatetimeIndex([day]), time_zone)[0]
    return start


def horizon_of(settings: Settings) -> int:
    """Return how many days are forecast: weeks are sums of days, and the first are told by day.

    On New York's complaints of 2018 to 2022 the weeks 5 to 8 came out as well from sums of days as
    from a forecast of weekly counts (scaled CRPS .484 and .486), the weeks 1 to 4 better (.413 and
    .420); and days that are 56 instead of 28 cost the first 28 nothing.
    """
    forecast = settings.forecast
    return max(forecast.horizon_days, WEEKDAYS * forecast.horizon_weeks)


def configuration_of(settings: Settings) -> dict[str, Any]:
    """Return how the settings forecast, as plain JSON: a forecaster's configuration."""
    forecast = settings.forecast
    return {
        "method": {
            "members": list(forecast.members),
            "membership": forecast.membership,
            "baseline": forecast.baseline,
            "dispersion_origins": forecast.dispersion_origins,
            "dispersion_prior": forecast.dispersion_prior,
            "cap_multiple": forecast.cap_multiple,
            "seed": settings.seed,
            "days": forecast.horizon_days,
        },
        "panel": {
            "horizon": horizon_of(settings),
            "countries": list(settings.countries),
            "max_history_days": settings.series.max_history_days,
            "time_zone": settings.time_zone,
        },
    }


def mornings_forecaster(
    morning: Morning, *, settings: Settings, kept: Forecasters | None
) -> MorningsForecaster:
    """Return the forecaster fitted on a morning: the one that is kept, else a new one.

    Parameters
    ----------
    morning : Morning
        What was known on the day of the fit.
    settings : Settings
        How to forecast.
    kept : Forecasters or None
        Where fitted ones are kept.
    """
    configuration = configuration_of(settings)
    key = fit_key(morning, configuration)
    found = kept.get(key) if kept is not None else None
    if found is not None:
        return MorningsForecaster(found, key, is_new=False)
    configuration["digest"] = configuration_digest(configuration)
    fitted = fit_forecaster(morning, configuration=configuration)
    if kept is not None:
        kept.put(key, fitted)
    return MorningsForecaster(fitted, key, is_new=True)


def said_of(by: MorningsForecaster) -> str:
    """Return which forecaster it was, for the console."""
    day = f"{by.forecaster.fitted_before:%Y-%m-%d}"
    return f"fitted anew on days before {day}" if by.is_new else f"gone forward from {day}"
