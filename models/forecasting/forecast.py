"""A panel to forecasts: a distribution for each day and for each week ahead, and its scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from models.contracts import FORECASTS, OUTLOOK, QUANTILE_LEVELS, conform, empty
from models.forecasting.aftermath import Aftermath, add_aftermath
from models.forecasting.distribution import nb_quantiles, nb_tail
from models.forecasting.ensemble import combine, with_fallback
from models.forecasting.fitted import Fitted, fit_panel
from models.forecasting.members import MemberResult, make_member
from models.forecasting.morning import calm
from models.forecasting.panel import Floats, Panel
from models.forecasting.pooling import dispersion_by_kind, pool, pool_earlier
from models.forecasting.structure import Structure, alone

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
    member_scores : DataFrame
        Each member alone at those origins: :func:`models.forecasting.member_scores.score_members`.
    """

    daily: pd.DataFrame
    weekly: pd.DataFrame
    scores: pd.DataFrame
    failures: Mapping[tuple[str, str], str]
    member_scores: pd.DataFrame


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


def _widened(told: Aftermath, middle: Floats, moved: Floats) -> Aftermath:
    """Return the forecast, wider by what it moves when estimated counts move by their sd."""
    weeks = told.wider_week.shape[1]
    shape = (len(middle), weeks, _WEEK)
    by_week = [m[:, : weeks * _WEEK].reshape(shape).sum(axis=2) for m in (middle, moved)]
    return replace(
        told,
        wider_day=told.wider_day + _relative(middle, moved) ** 2,
        wider_week=told.wider_week + _relative(*by_week) ** 2,
    )


def _relative(before: Floats, after: Floats) -> Floats:
    return np.divide(after - before, before, out=np.zeros_like(before), where=before > 0)


def _now(
    panel: Panel, structure: Structure, before: Callable[[int], Panel] | None
) -> tuple[Panel, Floats]:
    """Return the panel without what signals brought, and the factor of those that are planned."""
    now = calm(panel, structure, before)(0)
    return now.panel, now.ahead


def forecast_panel(
    panel: Panel,
    *,
    members: Sequence[str],
    baseline: str,
    dispersion_origins: int,
    dispersion_prior: float,
    cap_multiple: float,
    seed: int,
    structure: Structure | None = None,
    unsure: Floats | None = None,
    before: Callable[[int], Panel] | None = None,
    fitted: Fitted | None = None,
) -> Forecasts:
    """Return the forecast distribution of every series, by day and by week.

    The mean is the members' median, with what a spike that is on leaves behind and what signals
    bring, moved as little as makes all series add up; the negative binomial around it takes its
    dispersion from what the same method got wrong at earlier origins, and a wider one after a
    spike. Weeks have a dispersion of their own, from errors of seven-day sums: daily quantiles do
    not add up.

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
    structure : Structure, optional
        How the panel's series add up; by default they do not. Series without a forecast of their
        own take a share of their parent's, and are not scored.
    unsure : ndarray of shape (n_series, n_days), optional
        Standard deviation of counts that are estimates, 0 elsewhere: such days widen the forecast
        as much as it moves with them, and are no actuals.
    before : callable, optional
        What was known so many days earlier (0: now), of the series that are forecast by
        themselves; by default ``panel.before``. For regressors that were not known then.
    fitted : Fitted, optional
        What was learnt on an earlier morning, its rows in the order of the series that are
        forecast by themselves: no member and no dispersion is fitted then, the members go forward
        from it. By default it is learnt from the panel.
    """
    structure = structure or alone(panel)
    if fitted is None:
        fitted = fit_panel(
            panel,
            members=members,
            baseline=baseline,
            dispersion_origins=dispersion_origins,
            dispersion_prior=dispersion_prior,
            cap_multiple=cap_multiple,
            seed=seed,
            structure=structure,
            unsure=unsure,
            before=before,
        )
    own, ahead = _now(panel, structure, before)
    learnt = fitted.members
    models, fallback = [make_member(name) for name in members], make_member(baseline)

    def members_median(known: Panel) -> tuple[Floats, list[MemberResult]]:
        naive = fallback.predict(known, learnt[baseline])
        results = [m.predict(known, learnt[m.name]) for m in models]
        means = [with_fallback(result, naive) for result in results]
        return combine(means, known, cap_multiple=cap_multiple), results

    middle, results = members_median(own)
    told = add_aftermath(middle, own, cap_multiple=cap_multiple, learnt=fitted.aftermath)
    if unsure is not None and (unsure > 0).any():
        more = replace(own, y=own.y + unsure[structure.has_own])
        told = _widened(told, middle, members_median(more)[0])
    told = pool(replace(told, mean=told.mean * ahead), panel, structure)
    earlier = pool_earlier(fitted.earlier, panel, structure, unsure=unsure)
    ordinary, others = earlier.without_last_week(told.is_on, panel.origin), fitted.others
    weekly, others_weekly = ordinary.weekly(), None if others is None else others.weekly()
    prior = dispersion_prior
    alpha = dispersion_by_kind(ordinary, structure, prior_errors=prior, others=others)
    alpha_week = dispersion_by_kind(weekly, structure, prior_errors=prior, others=others_weekly)
    return Forecasts(
        daily=_daily_frame(panel, told.mean, alpha[:, None] + told.wider_day),
        weekly=_weekly_frame(panel, told.mean, alpha_week[:, None] + told.wider_week),
        scores=fitted.scores,
        failures={
            (model.name, series): reason
            for model, result in zip(models, results, strict=True)
            for series, reason in result.failures.items()
        },
        member_scores=fitted.member_scores,
    )
