r"""How likely is a spike soon? The chance that a quiet theme is in alarm in the next days.

Onset is hard to foresee from counts; what can be had is a chance that comes true as often as it
says. From the themes' own past: on each seventh morning before the origin, what was known then
(:mod:`models.spikes.next_features`) and whether an alarm came within the horizon. Only mornings
whose horizon has ended are learnt from, and only themes that were quiet: one that is in alarm
already is Now's matter, and whether it will stay Last's.

The chance is that of a logistic regression with a prior (:mod:`models.spikes.logistic`), which
says little more than the usual rate where the past is short; where alarms enough have been seen,
gradient boosting joins it, averaged in log-odds, and both are put right by the mornings that
neither was fitted on: the intercept and slope of

.. math:: \mathrm{logit}\,P = a + b\,\mathrm{logit}\,\hat p

fitted on the last third of the past by what the first two thirds said of it (Platt 1999; with a
prior of a = 0, b = 1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit
from sklearn.ensemble import HistGradientBoostingClassifier

from models.spikes.logistic import fit_logistic
from models.spikes.next_features import NAMES, Past
from models.spikes.next_signals import SignalPast

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

HORIZONS = (7, 28)
# The share of quiet mornings that an alarm follows within four weeks: New York's complaints before
# 2017. It is what is said while the themes' own past is empty.
_USUAL_28 = 0.11
_PRIOR_SD_CONSTANT, _PRIOR_SD = 1.0, 0.3
_PRIOR_SD_SIGNALS = 1.0  # a signal may say much more than counts can
_LEAST, _MOST = 0.001, 0.97
# Of what hardly ever differs (an alarm at the same time of an earlier year) the prior is for a
# whole step, not for its spread: else one coincidence would say more than all counts.
_LEAST_SPREAD = 0.5


@dataclass(frozen=True, kw_only=True)
class NextRules:
    """How Next learns.

    Parameters
    ----------
    horizons : tuple of int
        Days ahead.
    step_days : int
        Days between the mornings that are learnt from.
    history_days : int
        How far back they go.
    first_day : int
        No morning before that many days of history is learnt from.
    min_alarms : int
        Mornings with an alarm after them from which boosting joins, and calibration.
    seed : int
        Of the boosting.
    """

    horizons: tuple[int, ...] = HORIZONS
    step_days: int = 7
    history_days: int = 3650
    first_day: int = 91
    min_alarms: int = 300
    seed: int = 0


def next_chances(
    past: Past, *, rules: NextRules | None = None, signals: SignalPast | None = None
) -> pd.DataFrame:
    """Return for each series that is quiet how likely an alarm is from the origin on.

    The origin is the day after the last one of the past.

    Parameters
    ----------
    past : Past
        Counts and alarms; days on which a series was no theme yet teach nothing, and a series that
        is none yet is not asked about.
    rules : NextRules, optional
    signals : SignalPast, optional
        What the business knew on each morning.

    Returns
    -------
    DataFrame
        One row a quiet series: ``series`` (its position), and for each horizon h ``p_h`` and
        ``usual_h``, the share of past mornings that an alarm followed. A longer horizon's
        chance is never below a shorter one's.
    """
    rules = rules or NextRules()
    origin = past.n_days
    out = pd.DataFrame({"series": np.flatnonzero(past.is_quiet(origin))})
    for days in rules.horizons:
        model = learn_next(past, origin, days, rules=rules, signals=signals)
        asked = known_on(past, origin, days, signals)[out["series"].to_numpy()]
        out[f"p_{days}"] = model.chance(asked)
        out[f"usual_{days}"] = model.usual
    names = [f"p_{days}" for days in sorted(rules.horizons)]
    out[names] = np.maximum.accumulate(out[names].to_numpy(), axis=1)
    return out


@dataclass(frozen=True)
class NextModel:
    """What was learnt of one horizon.

    Parameters
    ----------
    usual : float
        The share of mornings that an alarm followed, shrunk to what is usual anywhere.
    middle, spread : ndarray of shape (n_columns,)
        Of the columns, over the mornings learnt from.
    weights : ndarray of shape (1 + n_columns,)
        Of the logistic regression, its constant first.
    boosting : HistGradientBoostingClassifier or None
        Where alarms were enough.
    line : tuple of float
        Intercept and slope of the calibration.
    """

    usual: float
    middle: Floats
    spread: Floats
    weights: Floats
    boosting: HistGradientBoostingClassifier | None
    line: tuple[float, float]

    def chance(self, x: Floats) -> Floats:
        """Return the chances: (n_rows,)."""
        return np.asarray(np.clip(expit(self.line[0] + self.line[1] * self.raw(x)), _LEAST, _MOST))

    def raw(self, x: Floats) -> Floats:
        """Return the log-odds before calibration: (n_rows,)."""
        if not len(x):
            return np.zeros(0)
        scaled = (x - self.middle) / self.spread
        found = self.weights[0] + scaled @ self.weights[1:]
        if self.boosting is not None:
            said = self.boosting.predict_proba(x)[:, 1]
            found = (found + logit(np.clip(said, _LEAST, _MOST))) / 2
        return np.asarray(found)


def learn_next(
    past: Past, origin: int, days: int, *, rules: NextRules, signals: SignalPast | None = None
) -> NextModel:
    """Return what the mornings before an origin teach of one horizon.

    Parameters
    ----------
    past : Past
        Of these days those before `origin` are read.
    origin : int
        The morning that is to be said something of.
    days : int
        The horizon: a morning teaches if it has ended by then.
    rules : NextRules
    signals : SignalPast, optional
        What the business knew on each morning.
    """
    usual = 1 - (1 - _USUAL_28) ** (days / 28)
    x, y, when = _lessons(past, _mornings(origin - days, rules), days, signals)
    # Mornings nearer to each other than the horizon tell of the same days.
    news = min(1.0, rules.step_days / days)
    model = _fit(x, y, usual=usual, rules=rules, news=news)
    if model.boosting is None:
        return model
    cut = np.quantile(when, 2 / 3)
    early, late = when <= cut, when > cut + max(rules.horizons)
    if not late.any() or y[late].sum() < rules.min_alarms / 3:
        return model
    said = _fit(x[early], y[early], usual=usual, rules=rules, news=news).raw(x[late])
    columns = np.column_stack([np.ones(len(said)), said])
    # How often alarms come changes from year to year, and nothing says that it goes on so: the
    # line is held near what was said.
    sd = np.array([0.05, 0.1])
    line = fit_logistic(columns, y[late], np.array([0.0, 1.0]), sd, weight=news)
    return NextModel(
        model.usual, model.middle, model.spread, model.weights, model.boosting,
        (float(line[0]), float(line[1])),
    )  # fmt: skip


def _fit(x: Floats, y: Mask, *, usual: float, rules: NextRules, news: float) -> NextModel:
    start = float(logit(usual))
    n_columns = x.shape[1]
    if not len(x):
        weights = np.concatenate([[start], np.zeros(n_columns)])
        return NextModel(usual, np.zeros(n_columns), np.ones(n_columns), weights, None, (0.0, 1.0))
    middle, spread = x.mean(axis=0), np.maximum(x.std(axis=0), _LEAST_SPREAD)
    columns = np.column_stack([np.ones(len(x)), (x - middle) / spread])
    mean = np.concatenate([[start], np.zeros(n_columns)])
    sd = np.full(1 + n_columns, _PRIOR_SD)
    sd[0], sd[1 + len(NAMES) :] = _PRIOR_SD_CONSTANT, _PRIOR_SD_SIGNALS
    # How a theme answered such signals before is told in log-odds already: it counts as it is.
    mean[1 + len(NAMES) : 2 + len(NAMES)] = spread[len(NAMES) : len(NAMES) + 1]
    weights = fit_logistic(columns, y, mean, sd, weight=news)
    constant = fit_logistic(columns[:, :1], y, mean[:1], sd[:1], weight=news)
    boosting = None
    if y.sum() >= rules.min_alarms:
        boosting = HistGradientBoostingClassifier(
            max_iter=80,
            learning_rate=0.06,
            max_leaf_nodes=8,
            min_samples_leaf=100,
            l2_regularization=5.0,
            early_stopping=False,
            random_state=rules.seed,
        ).fit(x, y)
    return NextModel(float(expit(constant[0])), middle, spread, weights, boosting, (0.0, 1.0))


def _mornings(last: int, rules: NextRules) -> list[int]:
    """Return the days learnt from: each seventh before the last whose horizon has ended."""
    first = max(rules.first_day, last - rules.history_days)
    return list(range(last, first - 1, -rules.step_days))[::-1]


def known_on(past: Past, origin: int, days: int, signals: SignalPast | None = None) -> Floats:
    """Return what was known of all series on a morning: (n_series, n_columns)."""
    own = past.features(origin, days)
    return own if signals is None else np.column_stack([own, signals.known(origin, days)])


def _lessons(
    past: Past, mornings: list[int], days: int, signals: SignalPast | None
) -> tuple[Floats, Mask, NDArray[np.int64]]:
    x, y, when = [], [], []
    for morning in mornings:
        quiet = past.is_quiet(morning)
        x.append(known_on(past, morning, days, signals)[quiet])
        y.append(past.exceeds(morning, days)[quiet])
        when.append(np.full(int(quiet.sum()), morning))
    n_columns = len(NAMES) + (0 if signals is None else signals.n_columns)
    if not x:
        return np.zeros((0, n_columns)), np.zeros(0, bool), np.zeros(0, np.int64)
    return np.concatenate(x), np.concatenate(y), np.concatenate(when)
