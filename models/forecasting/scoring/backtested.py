"""What a back-test found: every method's forecasts of earlier mornings, and what came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

ENSEMBLE = "ensemble"


@dataclass(frozen=True)
class Fan:
    """One series of the newest origin: what was said, and what came.

    Parameters
    ----------
    series_id, title : str
        Which series.
    past : DataFrame of ``date, count``
        The last days before the origin.
    ahead : DataFrame of ``date, count`` and quantiles
        The days that were forecast, with what came.
    """

    series_id: str
    title: str
    past: pd.DataFrame
    ahead: pd.DataFrame


@dataclass(frozen=True)
class Backtest:
    """What a back-test found.

    Parameters
    ----------
    origins : tuple of Timestamp
        Oldest first.
    rows : DataFrame
        A SCORES row a method, series, origin and lead, with ``method, title, band, scale``.
    summary : DataFrame
        See :func:`models.forecasting.scoring.evaluation.summarise`.
    fallbacks : DataFrame of ``method, origin, series_id, reason``
        Where the baseline stood in for a method.
    fans : tuple of Fan
        Of the ensemble: the total and the busiest themes.
    left_out : mapping of str to str
        Origins that could not be lived again, with the reason.
    """

    origins: tuple[pd.Timestamp, ...]
    rows: pd.DataFrame
    summary: pd.DataFrame
    fallbacks: pd.DataFrame
    fans: tuple[Fan, ...]
    left_out: Mapping[str, str]
