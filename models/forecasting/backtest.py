"""What the forecast would have said at earlier origins, and what came: no future used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.contracts import SCORES, conform, empty
from models.forecasting.distribution import fit_dispersion, log_likelihood, randomised_pit
from models.forecasting.ensemble import combine, with_fallback
from models.forecasting.members.base import Member
from models.forecasting.panel import Floats, Panel
from models.forecasting.scores import crps_nb, is_inside, stable_uniforms

# Earlier origins lie four weeks apart: their errors overlap little and share the weekday.
ORIGIN_SPACING_DAYS = 28

# A series is only tried at an earlier origin with at least so many known days before it.
_MIN_KNOWN_DAYS = 28

_WEEK = 7


@dataclass(frozen=True)
class EarlierForecasts:
    """Out-of-sample means and what came, at every earlier origin.

    Parameters
    ----------
    origins : DatetimeIndex of length n_origins
        Newest first.
    mean, baseline, actual : ndarray of shape (n_origins, n_series, horizon)
        Complaints a day; NaN where not forecast, or not known yet.
    """

    origins: pd.DatetimeIndex
    mean: Floats
    baseline: Floats
    actual: Floats

    def weekly(self) -> EarlierForecasts:
        """Return the same in sums of seven days; NaN unless all seven are known."""
        weeks = self.mean.shape[2] // _WEEK

        def sums(daily: Floats) -> Floats:
            total: Floats = (
                daily[:, :, : weeks * _WEEK].reshape(*daily.shape[:2], weeks, _WEEK).sum(axis=3)
            )
            return total

        return EarlierForecasts(
            self.origins, sums(self.mean), sums(self.baseline), sums(self.actual)
        )


def earlier_origins(
    panel: Panel,
    *,
    members: Sequence[Member],
    baseline: Member,
    n_origins: int,
    cap_multiple: float,
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
        How many, 28 days apart, the newest 28 days before the panel's origin.
    cap_multiple : float
        See :func:`models.forecasting.ensemble.combine`.
    """
    longest = len(panel.dates) - _MIN_KNOWN_DAYS
    steps = [ORIGIN_SPACING_DAYS * k for k in range(1, n_origins + 1)]
    steps = [step for step in steps if step <= longest]
    shape = (len(steps), len(panel.series_ids), panel.horizon)
    mean, naive, actual = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
    if steps:
        fitted = [member.fit(panel.before(steps[-1])) for member in members]
    for k, step in enumerate(steps):
        past = panel.before(step)
        is_tried = (~np.isnan(past.y)).sum(axis=1) >= _MIN_KNOWN_DAYS
        fallback = baseline.predict(past, baseline.fit(past))
        results = [m.predict(past, f) for m, f in zip(members, fitted, strict=True)]
        means = [with_fallback(result, fallback) for result in results]
        combined = combine(means, past, cap_multiple=cap_multiple)
        mean[k] = np.where(is_tried[:, None], combined, np.nan)
        naive[k] = np.where(is_tried[:, None], fallback.mean, np.nan)
        actual[k] = panel.after(step)
    origins = pd.DatetimeIndex([panel.origin - pd.Timedelta(days=step) for step in steps])
    return EarlierForecasts(origins.as_unit("us"), mean, naive, actual)


def dispersion_of(earlier: EarlierForecasts, mean: Floats, *, prior_errors: float) -> Floats:
    """Return each series' dispersion from all its out-of-sample errors: (n_series,)."""
    likelihood, n_errors = _likelihoods(mean, earlier.actual)
    return fit_dispersion(likelihood.sum(axis=0), n_errors.sum(axis=0), prior_errors=prior_errors)


def _likelihoods(mean: Floats, actual: Floats) -> tuple[Floats, np.ndarray]:
    if not len(mean):
        n_candidates = log_likelihood(np.empty((0, 1)), np.empty((0, 1))).shape[1]
        return np.zeros((1, mean.shape[1], n_candidates)), np.zeros((1, mean.shape[1]), dtype=int)
    likelihood = np.stack([log_likelihood(a, m) for a, m in zip(actual, mean, strict=True)])
    return likelihood, (~(np.isnan(actual) | np.isnan(mean))).sum(axis=2)


def _dispersion_without_own(mean: Floats, actual: Floats, prior_errors: float) -> Floats:
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
    alpha = _dispersion_without_own(earlier.mean, earlier.actual, prior_errors)
    alpha_naive = _dispersion_without_own(earlier.baseline, earlier.actual, prior_errors)
    uniform = stable_uniforms(series_ids, n_origins * horizon, seed=seed)
    uniform = uniform.reshape(n_series, n_origins, horizon).swapaxes(0, 1)
    known = ~(np.isnan(earlier.actual) | np.isnan(earlier.mean))
    origin, series, lead = np.nonzero(known)
    y, mu, a = earlier.actual[known], earlier.mean[known], alpha[origin, series]
    frame = pd.DataFrame(
        {
            "series_id": np.asarray(series_ids, dtype=object)[series],
            "origin": earlier.origins[origin],
            "lead": lead + 1,
            "actual": y.astype(np.int64),
            "mean": mu,
            "crps": crps_nb(y, mu, a),
            "crps_baseline": crps_nb(y, earlier.baseline[known], alpha_naive[origin, series]),
            "pit": randomised_pit(y, mu, a, uniform[known]),
            "inside_80": is_inside(y, mu, a, coverage=0.80),
            "inside_95": is_inside(y, mu, a, coverage=0.95),
        }
    )
    ordered = frame.sort_values(["series_id", "origin", "lead"], ignore_index=True)
    return conform(ordered, SCORES)
