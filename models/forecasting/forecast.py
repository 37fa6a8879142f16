"""A panel to forecasts: a distribution for each day and for each week ahead, and its scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from models.forecasting.aftermaths.aftermath import Aftermath, add_aftermath
from models.forecasting.coherence.pooling import dispersion_by_kind, pool, pool_earlier
from models.forecasting.coherence.structure import Structure, alone
from models.forecasting.ensemble import combine_by_band, with_fallback
from models.forecasting.fitting.fitted import Fitted, fit_panel
from models.forecasting.frames import daily_frame, weekly_frame
from models.forecasting.members import MemberResult, make_member
from models.forecasting.method import Method
from models.forecasting.morning import calm
from models.forecasting.panel import Floats, Panel, weekly_sums
from models.forecasting.scoring.backtest import prior_of_weeks


@dataclass(frozen=True)
class Forecasts:
    """Forecasts of all series of a panel.

    Parameters
    ----------
    daily : DataFrame
        A FORECASTS frame: a row a step of the panel (of weeks: dates are their first days, leads
        count weeks).
    weekly : DataFrame
        An OUTLOOK frame.
    scores : DataFrame
        A SCORES frame: the same method at earlier origins.
    failures : mapping
        (member, series) to the reason why the baseline stands in for the member.
    member_scores : DataFrame
        Each member alone at those origins:
        :func:`models.forecasting.scoring.member_scores.score_members`.
    """

    daily: pd.DataFrame
    weekly: pd.DataFrame
    scores: pd.DataFrame
    failures: Mapping[tuple[str, str], str]
    member_scores: pd.DataFrame


def _widened(told: Aftermath, middle: Floats, moved: Floats, step_days: int) -> Aftermath:
    """Return the forecast, wider by what it moves when estimated counts move by their sd."""
    by_week = [weekly_sums(m, step_days=step_days) for m in (middle, moved)]
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
    method: Method,
    *,
    structure: Structure | None = None,
    unsure: Floats | None = None,
    before: Callable[[int], Panel] | None = None,
    fitted: Fitted | None = None,
) -> Forecasts:
    """Return the forecast distribution of every series, by day and by week; of weeks, by week.

    The mean is the members' median, with what a spike that is on leaves behind and what signals
    bring, moved as little as makes all series add up; the negative binomial around it takes its
    dispersion from what the same method got wrong at earlier origins, and a wider one after a
    spike. Weeks have a dispersion of their own, from errors of seven-day sums: daily quantiles do
    not add up.

    Parameters
    ----------
    panel : Panel
        What is known, and the days asked for.
    method : Method
        How to forecast.
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
        fitted = fit_panel(panel, method, structure=structure, unsure=unsure, before=before)
    own, ahead = _now(panel, structure, before)
    learnt = fitted.members
    models, fallback = [make_member(name) for name in method.members], make_member(method.baseline)

    def members_median(known: Panel) -> tuple[Floats, list[MemberResult]]:
        naive = fallback.predict(known, learnt[method.baseline])
        results = [m.predict(known, learnt[m.name]) for m in models]
        means = {m.name: with_fallback(r, naive) for m, r in zip(models, results, strict=True)}
        middle = combine_by_band(
            means, known, membership=fitted.membership, cap_multiple=method.cap_multiple
        )
        return middle, results

    middle, results = members_median(own)
    told = add_aftermath(middle, own, cap_multiple=method.cap_multiple, learnt=fitted.aftermath)
    if unsure is not None and (unsure > 0).any():
        more = replace(own, y=own.y + unsure[structure.has_own])
        told = _widened(told, middle, members_median(more)[0], panel.step_days)
    begun = fitted.beginnings
    told = pool(replace(told, mean=told.mean * ahead), panel, structure, kappa=begun.kappa)
    earlier = pool_earlier(fitted.earlier, panel, structure, unsure=unsure)
    ordinary, others = earlier.without_last_week(told.is_on, panel), fitted.others
    step, days = panel.step_days, method.days
    weekly = ordinary.weekly(step_days=step)
    others_weekly = None if others is None else others.weekly(step_days=step)
    prior_week = prior_of_weeks(method.dispersion_prior)
    prior = method.dispersion_prior if step == 1 else prior_week
    alpha = dispersion_by_kind(
        ordinary.first(days),
        structure,
        prior_errors=prior,
        others=None if others is None else others.first(days),
        of_young=begun.day,
    )
    alpha_week = dispersion_by_kind(
        weekly, structure, prior_errors=prior_week, others=others_weekly, of_young=begun.week
    )
    by_week = weekly_sums(told.mean, step_days=step)
    return Forecasts(
        daily=daily_frame(panel, told.mean[:, :days], alpha[:, None] + told.wider_day[:, :days]),
        weekly=weekly_frame(panel, by_week, alpha_week[:, None] + told.wider_week),
        scores=fitted.scores,
        failures={
            (model.name, series): reason
            for model, result in zip(models, results, strict=True)
            for series, reason in result.failures.items()
        },
        member_scores=fitted.member_scores,
    )
