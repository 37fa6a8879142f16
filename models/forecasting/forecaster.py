"""A fitted forecaster: its configuration, what it has learnt, and forecasts that learn no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from models.errors import DataContractError
from models.forecasting.fitting.fitted import fit_panel
from models.forecasting.fitting.fitted_tables import from_tables, membership_from, to_tables
from models.forecasting.forecast import Forecasts, forecast_panel
from models.forecasting.method import Method
from models.forecasting.morning import Morning, morning_of
from models.forecasting.posted import counts_from_posted


@dataclass(frozen=True)
class Forecaster:
    """Forecasts any morning from what was learnt once.

    Parameters
    ----------
    configuration : mapping
        Plain JSON: ``method`` (how it forecasts, see
        :class:`models.forecasting.method.Method`), ``panel`` (``horizon, countries,
        max_history_days, time_zone``) and ``fitted_before``, the first date that it knows nothing
        of.
    state : mapping of str to DataFrame
        What was fitted, tables of plain columns by name.
    """

    configuration: Mapping[str, Any]
    state: Mapping[str, pd.DataFrame]

    @property
    def fitted_before(self) -> pd.Timestamp:
        """Return the first date that the forecaster knows nothing of."""
        return pd.Timestamp(self.configuration["fitted_before"]).as_unit("us")

    @property
    def membership(self) -> dict[str, tuple[str, ...]]:
        """Return the members of each volume band."""
        return membership_from(self.state)

    def forecast(self, morning: Morning) -> Forecasts:
        """Return the forecasts of a morning; no member and no dispersion is fitted.

        A series that the forecaster has not met gets what the others have in common. What signals
        bring is read from the morning's own past, since their kinds come and go.

        Raises
        ------
        DataContractError
            If it was fitted on days that the morning is to forecast.
        """
        origin = morning.panel.origin
        if origin < self.fitted_before:
            raise DataContractError(
                f"This forecaster was fitted on days up to {self.fitted_before:%Y-%m-%d} and "
                f"would know the future of a forecast made on {origin:%Y-%m-%d}: take one that "
                "was fitted earlier."
            )
        method = Method(**self.configuration["method"])
        fitted = from_tables(
            self.state,
            panel=morning.own,
            fitted_before=self.fitted_before,
            members=method.names,
        )
        return forecast_panel(morning.panel, method, **morning.about, fitted=fitted)

    def forecast_counts(
        self, frame: pd.DataFrame, *, origin: pd.Timestamp | None = None
    ) -> Forecasts:
        """Return the forecasts of a frame of daily counts, without planned events.

        Parameters
        ----------
        frame : DataFrame
            ``series_id, date, count``, perhaps ``is_provisional, arrived, arrived_sd`` as in a
            COUNTS frame; days from `origin` on are not read. Themes add up to areas as they did
            when the forecaster was fitted.
        origin : Timestamp, optional
            The first date to forecast; by default the day after the frame's last.

        Raises
        ------
        DataContractError
            If a column is missing or a value is wrong; the message names row and field.
        """
        counts = counts_from_posted(frame)
        first = origin if origin is not None else counts["date"].max() + pd.Timedelta(days=1)
        areas = self.state["areas"]
        area_of = dict(zip(areas["theme_id"], areas["area_id"], strict=True))
        known = self.configuration["panel"]
        return self.forecast(morning_of(counts, origin=first, area_of=area_of, **known))


def fit_forecaster(morning: Morning, *, configuration: Mapping[str, Any]) -> Forecaster:
    """Return a forecaster fitted on a morning: on days before its origin alone.

    Parameters
    ----------
    morning : Morning
        What is known.
    configuration : mapping
        ``method`` and ``panel``, see :class:`Forecaster`.
    """
    method = Method(**configuration["method"])
    fitted = fit_panel(morning.panel, method, **morning.about)
    tables = to_tables(fitted, series_ids=morning.own.series_ids, members=method.names)
    tables["areas"] = pd.DataFrame(
        sorted(morning.area_of.items()), columns=["theme_id", "area_id"], dtype="str"
    )
    return Forecaster(
        configuration={**configuration, "fitted_before": f"{morning.panel.origin:%Y-%m-%d}"},
        state=tables,
    )
