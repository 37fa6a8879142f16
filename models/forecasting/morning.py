"""All that one morning's forecast is made from: the panel, how it adds up, what else is known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from models.contracts import COUNTS, empty
from models.forecasting.coherence.structure import Structure, alone, nested
from models.forecasting.completion import complete_panel
from models.forecasting.effects import Lifted, without_signals
from models.forecasting.panel import Floats, Panel, panel_from_counts
from models.forecasting.told import Known


@dataclass(frozen=True)
class Morning:
    """What is known on one morning.

    Parameters
    ----------
    panel : Panel
        All series, those that are forecast as a share of others among them.
    structure : Structure
        How they add up.
    unsure : ndarray of shape (n_series, n_days)
        Standard deviation of counts that are estimates, 0 elsewhere.
    before : callable
        What was known so many days earlier (0: now) of the series that are forecast by themselves.
    area_of : mapping of str to str
        Area of each theme.
    """

    panel: Panel
    structure: Structure
    unsure: Floats
    before: Callable[[int], Panel]
    area_of: Mapping[str, str] = field(default_factory=dict)

    @property
    def about(self) -> dict[str, Any]:
        """Return what :func:`models.forecasting.forecast.forecast_panel` takes beside the panel."""
        return {"structure": self.structure, "unsure": self.unsure, "before": self.before}

    @property
    def own(self) -> Panel:
        """Return the panel that the members are given: without what signals brought."""
        return calm(self.panel, self.structure, self.before)(0).panel


def calm(
    panel: Panel, structure: Structure, before: Callable[[int], Panel] | None = None
) -> Callable[[int], Lifted]:
    """Return what gives the panel of so many steps earlier without what its signals brought."""
    told = before or structure.own_panel(panel).before
    return cache(lambda steps: without_signals(told(steps)))


def plain(panel: Panel) -> Morning:
    """Return the morning of a panel of which nothing else is known."""
    structure = alone(panel)
    return Morning(panel, structure, np.zeros_like(panel.y), panel.before)


def morning_of(
    counts: pd.DataFrame,
    *,
    origin: pd.Timestamp,
    horizon: int,
    countries: list[str],
    max_history_days: int,
    time_zone: str,
    area_of: Mapping[str, str] | None = None,
    signals: pd.DataFrame | None = None,
    as_of: pd.Timestamp | None = None,
    young: Collection[str] = (),
) -> Morning:
    """Return the morning of a COUNTS frame.

    Parameters
    ----------
    counts : DataFrame
        A COUNTS frame of the series that are to be forecast; rows from `origin` on are not read.
    origin : Timestamp
        The first date to forecast, a midnight without zone.
    horizon : int
        Days to forecast.
    countries : list of str
        Whose public holidays count.
    max_history_days : int
        Older days are not read.
    time_zone : str
        Whose midnight ends a day, for signals.
    area_of : mapping of str to str, optional
        Area of each theme.
    signals : DataFrame, optional
        A SIGNALS frame: what was known of the business.
    as_of : Timestamp, optional
        The moment whose knowledge of signals counts, UTC; by default the start of `origin`.
    young : collection of str
        Series too young to be forecast by themselves.
    """
    known = panel_from_counts(
        counts if len(counts) else empty(COUNTS),
        origin=pd.Timestamp(origin).normalize().as_unit("us"),
        horizon=horizon,
        countries=countries,
        max_history_days=max_history_days,
    )
    known, unsure = complete_panel(known, counts)
    panel, structure = nested(known, area_of or {}, unsure=unsure, young=young)
    aligned = _aligned(unsure, known, panel)
    own = structure.own_panel(panel)
    if signals is None or signals.empty:
        return Morning(panel, structure, aligned, own.before, dict(area_of or {}))
    told = Known(own, signals, time_zone, as_of)
    return Morning(told.extended(panel), structure, aligned, told.before, dict(area_of or {}))


def _aligned(unsure: Floats, known: Panel, panel: Panel) -> Floats:
    """Return the rows of `unsure` in the order of a panel that has more series."""
    place = {name: i for i, name in enumerate(known.series_ids)}
    out = np.zeros(panel.y.shape)
    for i, name in enumerate(panel.series_ids):
        if name in place:
            out[i] = unsure[place[name]]
    return out
