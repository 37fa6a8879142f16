"""What the forecast would have said at earlier origins, and what came: no future used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.contracts import SCORES, conform, empty
from models.forecasting.aftermaths.aftermath import add_aftermath
from models.forecasting.distribution import fit_dispersion, log_likelihood, randomised_pit
from models.forecasting.ensemble import combine, with_fallback
from models.forecasting.members.base import Member
from models.forecasting.panel import WEEKDAYS, Floats, Panel, weekly_sums
from models.forecasting.scoring.scores import crps_nb, is_inside, stable_uniforms

# Earlier origins lie four weeks apart: of days, their errors overlap little and share the weekday;
# of weeks, half of the eight that are asked for overlap. On New York's weeks before the benchmark's
# window (2022) four origins 28 weeks apart, with errors of other times, gave 80 % intervals that
# held .862 and scaled CRPS .407; four weeks apart they hold .817, at .391.
ORIGIN_SPACING_DAYS = 28

# A week's sum says more of how a series scatters than a day's count, which is mostly the noise of
# small numbers: the pool weighs as much less against it. With the whole prior the 80 % intervals of
# New York's weeks before the benchmark's window (2019, 2021, 2022) held .830, .824 and .817, with
# this part of it .820, .816 and .809, at a CRPS lower by .3 %; of sums of forecast days (2018 to
# 2022) .835 instead of .840, lower by .4 %.
_WEEKLY_PRIOR = 0.4

# A series is only tried at an earlier origin with at least so many known days (weeks) before it.
_MIN_KNOWN = 28


@dataclass(frozen=True)
class EarlierForecasts:
    """Out-of-sample means and what came, at every earlier origin.

    Parameters
    ----------
    origins : DatetimeIndex of length n_origins
        Newest first.
    mean, baseline, actual : ndarray of shape (n_origins, n_series, horizon)
        Complaints a day; NaN where not forecast, or not known yet.
    wider : ndarray of shape (n_origins, n_series, horizon)
        What the aftermath of a spike adds to the dispersion; 0 where none was on.
    wider_week : ndarray of shape (n_origins, n_series, horizon // 7)
        The same for sums of seven days.
    by_member : mapping of str to ndarray of shape (n_origins, n_series, horizon)
        Each member's own means, the baseline's where it failed; empty where they were not kept.
    """

    origins: pd.DatetimeIndex
    mean: Floats
    baseline: Floats
    actual: Floats
    wider: Floats
    wider_week: Floats
    by_member: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def ordinary_mean(self) -> Floats:
        """Return the means, NaN where a spike was on: its errors say nothing of other days."""
        is_on = (self.wider > 0).any(axis=2, keepdims=True)
        return np.where(is_on, np.nan, self.mean)

    def without_last_week(self, is_on: NDArray[np.bool_], panel: Panel) -> EarlierForecasts:
        """Return the same with the panel's last week unknown in the series that are on.

        A spike that is on now is told as such; as an error it would widen all ordinary days too,
        those of the other series by the pool.
        """
        steps = panel.steps_since(self.origins)[:, None]
        lead = np.arange(self.mean.shape[2])
        week = WEEKDAYS // panel.step_days
        is_recent = (lead >= steps - week) & (lead < steps)
        left_out = is_recent[:, None, :] & is_on[None, :, None]
        return replace(self, actual=np.where(left_out, np.nan, self.actual))

    def first(self, days: int | None) -> EarlierForecasts:
        """Return the same of the first days ahead alone; None: of all."""
        if days is None or days >= self.mean.shape[2]:
            return self
        return replace(
            self,
            **{name: getattr(self, name)[:, :, :days] for name in ("mean", "baseline", "actual")},
            wider=self.wider[:, :, :days],
            wider_week=self.wider_week[:, :, : days // WEEKDAYS],
            by_member={name: mean[:, :, :days] for name, mean in self.by_member.items()},
        )

    def weekly(self, *, step_days: int = 1) -> EarlierForecasts:
        """Return the same in sums of seven days; NaN unless all seven are known."""
        daily = (self.mean, self.baseline, self.actual)
        mean, baseline, actual = (weekly_sums(values, step_days=step_days) for values in daily)
        return EarlierForecasts(
            self.origins, mean, baseline, actual, self.wider_week, self.wider_week
        )


def earlier_origins(
    panel: Panel,
    *,
    members: Sequence[Member],
    baseline: Member,
    n_origins: int,
    cap_multiple: float,
    before: Callable[[int], Panel] | None = None,
) -> EarlierForecasts:
    """Return the forecasts of earlier mornings beside what came.

    The members are fitted once, at the oldest origin, and only filtered forward to the others.
    Later mornings are therefore judged with parameters a little older than a real run's, never
    with newer ones.

    Parameters
    ----------
    panel : Panel
        All that is known.
    members, baseline : Member
        As in the forecast itself.
    n_origins : int
        How many, four weeks apart, the newest four weeks before the panel's origin.
    cap_multiple : float
        See :func:`models.forecasting.ensemble.combine`.
    before : callable, optional
        What was known so many steps earlier; by default ``panel.before``.
    """
    before = before or panel.before
    longest = len(panel.dates) - _MIN_KNOWN
    spacing = ORIGIN_SPACING_DAYS // panel.step_days
    steps = [spacing * k for k in range(1, n_origins + 1)]
    steps = [step for step in steps if step <= longest]
    shape = (len(steps), len(panel.series_ids), panel.horizon)
    mean, naive, actual = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
    wider, wider_week = np.zeros(shape), np.zeros((*shape[:2], panel.weeks))
    by_member = {member.name: np.full(shape, np.nan) for member in members}
    if steps:
        fitted = [member.fit(before(steps[-1])) for member in members]
    for k, step in enumerate(steps):
        past = before(step)
        is_tried = (~np.isnan(past.y)).sum(axis=1) >= _MIN_KNOWN
        fallback = baseline.predict(past, baseline.fit(past))
        results = [m.predict(past, f) for m, f in zip(members, fitted, strict=True)]
        means = [with_fallback(result, fallback) for result in results]
        combined = combine(means, past, cap_multiple=cap_multiple)
        told = add_aftermath(combined, past, cap_multiple=cap_multiple)
        mean[k] = np.where(is_tried[:, None], told.mean, np.nan)
        for member, own in zip(members, means, strict=True):
            by_member[member.name][k] = np.where(is_tried[:, None], own, np.nan)
        wider[k], wider_week[k] = told.wider_day, told.wider_week
        naive[k] = np.where(is_tried[:, None], fallback.mean, np.nan)
        actual[k] = panel.after(step)
    days = [pd.Timedelta(days=step * panel.step_days) for step in steps]
    origins = pd.DatetimeIndex([panel.origin - back for back in days])
    return EarlierForecasts(
        origins.as_unit("us"), mean, naive, actual, wider, wider_week, by_member
    )


def prior_of_weeks(prior_errors: float) -> float:
    """Return the pool's weight against errors of weeks, given that against errors of days."""
    return _WEEKLY_PRIOR * prior_errors


def dispersion_of(earlier: EarlierForecasts, *, prior_errors: float) -> Floats:
    """Return each series' dispersion from all its ordinary out-of-sample errors: (n_series,).

    Errors after a spike are left out: what they add is known by itself, as ``wider``.
    """
    likelihood, n_errors = _likelihoods(earlier.ordinary_mean, earlier.actual)
    return fit_dispersion(likelihood.sum(axis=0), n_errors.sum(axis=0), prior_errors=prior_errors)


def _likelihoods(mean: Floats, actual: Floats) -> tuple[Floats, np.ndarray]:
    if not len(mean):
        n_candidates = log_likelihood(np.empty((0, 1)), np.empty((0, 1))).shape[1]
        return np.zeros((1, mean.shape[1], n_candidates)), np.zeros((1, mean.shape[1]), dtype=int)
    likelihood = np.stack([log_likelihood(a, m) for a, m in zip(actual, mean, strict=True)])
    return likelihood, (~(np.isnan(actual) | np.isnan(mean))).sum(axis=2)


def dispersion_without_own(mean: Floats, actual: Floats, prior_errors: float) -> Floats:
    """Return the dispersion at each origin from the other origins' errors alone."""
    likelihood, n_errors = _likelihoods(mean, actual)
    out = np.empty(n_errors.shape)
    for k in range(len(out)):
        # With a single origin there is no other: the pool of all series stands in.
        others = np.arange(len(out)) != k if len(out) > 1 else np.array([True])
        own, n_own = likelihood[others].sum(axis=0), n_errors[others].sum(axis=0)
        out[k] = fit_dispersion(own, n_own, prior_errors=prior_errors)
    return out


def score_earlier(
    earlier: EarlierForecasts, series_ids: Sequence[str], *, prior_errors: float, seed: int
) -> pd.DataFrame:
    """Return the SCORES of the earlier forecasts, the seasonal naive's CRPS beside them.

    Both get a negative binomial whose dispersion comes from the other origins, so that no
    forecast is scored with a width that its own errors set.

    Parameters
    ----------
    earlier : EarlierForecasts
        From :func:`earlier_origins`.
    series_ids : sequence of str
        Names of the series.
    prior_errors : float
        The pool's weight in the dispersion.
    seed : int
        Of the randomised PIT.
    """
    if not len(earlier.origins) or not len(series_ids):
        return empty(SCORES)
    n_origins, n_series, horizon = earlier.mean.shape
    alpha = dispersion_without_own(earlier.ordinary_mean, earlier.actual, prior_errors)
    alpha_naive = dispersion_without_own(earlier.baseline, earlier.actual, prior_errors)
    uniform = stable_uniforms(series_ids, n_origins * horizon, seed=seed)
    uniform = uniform.reshape(n_series, n_origins, horizon).swapaxes(0, 1)
    known = ~(np.isnan(earlier.actual) | np.isnan(earlier.mean))
    origin, series, lead = np.nonzero(known)
    y, mu = earlier.actual[known], earlier.mean[known]
    a, a_naive = alpha[origin, series] + earlier.wider[known], alpha_naive[origin, series]
    frame = pd.DataFrame(
        {
            "series_id": np.asarray(series_ids, dtype=object)[series],
            "origin": earlier.origins[origin],
            "lead": lead + 1,
            "actual": y.astype(np.int64),
            "mean": mu,
            "crps": crps_nb(y, mu, a),
            "crps_baseline": crps_nb(y, earlier.baseline[known], a_naive),
            "pit": randomised_pit(y, mu, a, uniform[known]),
            "inside_80": is_inside(y, mu, a, coverage=0.80),
            "inside_95": is_inside(y, mu, a, coverage=0.95),
        }
    )
    ordered = frame.sort_values(["series_id", "origin", "lead"], ignore_index=True)
    return conform(ordered, SCORES)
