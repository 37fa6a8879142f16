"""A panel with what was known of the business on its morning, and on earlier ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from models.forecasting.panel import Panel
from models.series.calendar import day_starts
from models.series.signals import known_signals, signal_columns, signal_regressors


@dataclass(frozen=True)
class Known:
    """Panels with regressors from signals, each with those that were known on its own morning.

    A campaign that was planned in May stands in no panel of April: a back-test that knew it would
    promise more than it can keep.

    Parameters
    ----------
    panel : Panel
        Daily counts.
    signals : DataFrame
        A SIGNALS frame.
    time_zone : str
        Whose midnight ends a day.
    as_of : Timestamp, optional
        When the panel was known, UTC; by default the start of its origin.
    """

    panel: Panel
    signals: pd.DataFrame
    time_zone: str
    as_of: pd.Timestamp | None = None

    def before(self, days: int) -> Panel:
        """Return what was known `days` days earlier, signals included."""
        return self.extended(self.panel.before(days))

    def extended(self, panel: Panel) -> Panel:
        """Return a panel of these days with the signals that were known on its morning."""
        if self.signals.empty or not self._columns:
            return panel
        told = signal_regressors(
            self.signals,
            panel.dates.append(panel.horizon_dates),
            as_of=self._morning(panel),
            time_zone=self.time_zone,
            columns=self._columns,
        )
        return replace(panel, regressors=told.values, regressor_names=told.names)

    @cached_property
    def _columns(self) -> list[str]:
        known = known_signals(self.signals, self._morning(self.panel))
        return signal_columns(known, self.panel.dates, time_zone=self.time_zone)

    def _morning(self, panel: Panel) -> pd.Timestamp:
        if self.as_of is not None:
            return self.as_of - (self.panel.origin - panel.origin)
        start: pd.Timestamp = day_starts(pd.DatetimeIndex([panel.origin]), self.time_zone)[0]
        return start
