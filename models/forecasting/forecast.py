"""A panel to forecasts: a distribution for each day and for each week ahead, and its scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.contracts import FORECASTS, OUTLOOK, QUANTILE_LEVELS, conform, empty
from models.forecasting.aftermath import add_aftermath
from models.forecasting.backtest import dispersion_of, earlier_origins, score_earlier
from models.forecasting.distribution import nb_quantiles, nb_tail
from models.forecasting.ensemble import combine, with_fallback
from models.forecasting.members import make_member
from models.forecasting.panel import Floats, Panel

_WEEK = 7
_USUAL_WEEKS = 26  # half a year tells a usual week

# Twice nothing is nothing: a series that expects and usually has less than one complaint a
# week does not "double".
_TINY_WEEK = 1.0


@dataclass(frozen=True)
class Forecasts:
    """Forecasts of all series of a panel.

    Parameters
    ----------
    daily : DataFrame
        A FORECASTS frame.
    weekly : DataFrame
        An OUTLOOK frame.
    scores : DataFrame
        A SCORES frame: the same method at earlier origins.
    failures : mapping
        (member, series) to the reason why the baseline stands in for the member.
    """

    daily: pd.DataFrame
    weekly: pd.DataFrame
    scores: pd.DataFrame
    failures: Mapping[tuple[str, str], str]


def usual_week(panel: Panel) -> Floats:
    """Return a usual week's complaints: the median of the last 26 full weeks, (n_series,).

    Weeks end the day before the origin. Where no week is fully known, seven times the mean of
    the known days; 0 without any.
    """
    weeks = min(panel.y.shape[1] // _WEEK, _USUAL_WEEKS)
    recent = panel.y[:, panel.y.shape[1] - weeks * _WEEK :]
    sums = recent.reshape(len(recent), weeks, _WEEK).sum(axis=2)
    days = np.maximum((~np.isnan(panel.y)).sum(axis=1), 1)
    usual: Floats = _WEEK * np.nansum(panel.y, axis=1) / days
    whole = (~np.isnan(sums)).any(axis=1)
    if whole.any():
        usual[whole] = np.nanmedian(sums[whole], axis=1)
    return usual


def _quantile_columns(mean: Floats, dispersion: Floats) -> dict[str, Floats]:
    found = nb_quantiles(mean, dispersion, list(QUANTILE_LEVELS.values()))
    return {name: found[..., i].ravel() for i, name in enumerate(QUANTILE_LEVELS)}


def _daily_frame(panel: Panel, mean: Floats, dispersion: Floats) -> pd.DataFrame:
    n_series, horizon = mean.shape
    frame = pd.DataFrame(
        {
            "series_id": np.repeat(np.asarray(panel.series_ids, dtype=object), horizon),
            "origin": panel.origin,
            "date": np.tile(panel.horizon_dates.to_numpy(), n_series),
            "lead": np.tile(np.arange(1, horizon + 1), n_series),
            "mean": mean.ravel(),
            "dispersion": dispersion.ravel(),
            **_quantile_columns(mean, dispersion),
        }
    )
    return conform(frame, FORECASTS)


def _weekly_frame(panel: Panel, mean: Floats, dispersion: Floats) -> pd.DataFrame:
    weeks = panel.horizon // _WEEK
    if not weeks:
        return empty(OUTLOOK)
    total = mean[:, : weeks * _WEEK].reshape(len(mean), weeks, _WEEK).sum(axis=2)
    usual = np.broadcast_to(usual_week(panel)[:, None], total.shape)
    more_than = 2 * np.maximum(usual, 1.0)
    p_double = nb_tail(np.floor(more_than) + 1, total, dispersion)
    p_double = np.where((usual < _TINY_WEEK) & (total < _TINY_WEEK), 0.0, p_double)
    starts = panel.horizon_dates[: weeks * _WEEK : _WEEK]
    frame = pd.DataFrame(
        {
            "series_id": np.repeat(np.asarray(panel.series_ids, dtype=object), weeks),
            "origin": panel.origin,
            "week": np.tile(np.arange(1, weeks + 1), len(mean)),
            "start": np.tile(starts.to_numpy(), len(mean)),
            "end": np.tile((starts + pd.Timedelta(days=_WEEK - 1)).to_numpy(), len(mean)),
            "usual": usual.ravel(),
            "mean": total.ravel(),
            "dispersion": dispersion.ravel(),
            **_quantile_columns(total, dispersion),
            "p_double": np.clip(p_double, 0.0, 1.0).ravel(),
        }
    )
    return conform(frame, OUTLOOK)


def forecast_panel(
    panel: Panel,
    *,
    members: Sequence[str],
    baseline: str,
    dispersion_origins: int,
    dispersion_prior: float,
    cap_multiple: float,
    seed: int,
) -> Forecasts:
    """Return the forecast distribution of every series, by day and by week.

    The mean is the members' median, and what a spike that is on leaves behind; the negative
    binomial around it takes its dispersion from what the same method got wrong at earlier
    origins, and a wider one after a spike. Weeks have a dispersion of their own, from errors of
    seven-day sums: daily quantiles do not add up.

    Parameters
    ----------
    panel : Panel
        What is known, and the days asked for.
    members : sequence of str
        Names of members, see :func:`models.forecasting.members.make_member`.
    baseline : str
        The member that stands in where another fails, and that all are scored against.
    dispersion_origins : int
        How many earlier origins set the dispersion.
    dispersion_prior : float
        The pool's weight in a series' dispersion, in errors.
    cap_multiple : float
        No mean is above this many times the trailing half-year's maximum.
    seed : int
        Of the randomised PIT in the scores.
    """
    models, fallback = [make_member(name) for name in members], make_member(baseline)
    earlier = earlier_origins(
        panel,
        members=models,
        baseline=fallback,
        n_origins=dispersion_origins,
        cap_multiple=cap_multiple,
    )
    naive = fallback.predict(panel, fallback.fit(panel))
    results = [model.predict(panel, model.fit(panel)) for model in models]
    means = [with_fallback(result, naive) for result in results]
    middle = combine(means, panel, cap_multiple=cap_multiple)
    told = add_aftermath(middle, panel, cap_multiple=cap_multiple)
    ordinary = earlier.without_last_week(told.is_on, panel.origin)
    alpha = dispersion_of(ordinary, prior_errors=dispersion_prior)
    alpha_week = dispersion_of(ordinary.weekly(), prior_errors=dispersion_prior)
    return Forecasts(
        daily=_daily_frame(panel, told.mean, alpha[:, None] + told.wider_day),
        weekly=_weekly_frame(panel, told.mean, alpha_week[:, None] + told.wider_week),
        scores=score_earlier(earlier, panel.series_ids, prior_errors=dispersion_prior, seed=seed),
        failures={
            (model.name, series): reason
            for model, result in zip(models, results, strict=True)
            for series, reason in result.failures.items()
        },
    )
