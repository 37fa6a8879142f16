"""One model of all series: boosted trees that say by how much a day departs from the usual.

A gradient boosting with Poisson loss (Friedman 2001, doi:10.1214/aos/1013203451; scikit-learn's
histogram version) is fitted on days of the past of all series together, each as it looked from an
origin before it. A young theme is forecast by what themes of all ages have shown.
"""

from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.forecasting.members.base import MemberResult
from models.forecasting.members.boosted_trees import BoostedTrees, from_sklearn
from models.forecasting.members.boosting_features import rows_of
from models.forecasting.panel import Floats, Panel

_ROWS = 150_000  # of training at most, over all series
_ROWS_OF_SERIES = 700
_PAST_DAYS = 728  # origins lie in the last two years; of weeks in all years
_MIN_KNOWN = 7  # days that a series was known before an origin
_MIN_ROWS = 200  # fewer rows teach nothing: the blend itself is the forecast
_NOISE = 0.5  # noise below this makes no row count more
_LARGEST = 6.0  # targets above so many times the usual are spikes: no more is learnt
_SEED = 7
_QUANTILES = np.linspace(0, 1, 64)
_TREES = {
    "max_iter": 30,
    "learning_rate": 0.1,
    "max_leaf_nodes": 8,
    "min_samples_leaf": 600,
    "l2_regularization": 5.0,
    "max_bins": 64,
}


class GlobalBoosting:
    """HistGradientBoosting with Poisson loss over all series."""

    name = "global_boosting"

    def fit(self, panel: Panel) -> BoostedTrees | None:
        """Return the fitted trees, or None where there is too little to learn from."""
        panel = _in_order(panel)
        row, origin, lead = _training_rows(panel)
        if len(row) < _MIN_ROWS:
            return None
        told = rows_of(panel, row, origin, lead)
        actual = panel.y[row, origin + lead - 1]
        keep = (told.usual > 0) & ~np.isnan(actual) & ~np.isnan(told.noise)
        if keep.sum() < _MIN_ROWS:
            return None
        from sklearn.ensemble import HistGradientBoostingRegressor
        from threadpoolctl import threadpool_limits

        trees = HistGradientBoostingRegressor(
            loss="poisson", early_stopping=False, random_state=_SEED, **_TREES
        )
        target = np.minimum(actual[keep] / told.usual[keep], _LARGEST)
        if not target.any():
            return None
        weight = 1 / (_NOISE + np.maximum(told.noise[keep], 0))
        features = _coarse(told.features[keep])
        # One thread: on a busy machine several wait for each other, and cost five times as much.
        with threadpool_limits(limits=1, user_api="openmp"):
            return from_sklearn(trees.fit(features, target, sample_weight=weight))

    def predict(self, panel: Panel, fitted: BoostedTrees | None) -> MemberResult:
        """Return the means ahead; a series without a known day is a failure."""
        n_series, horizon = len(panel.series_ids), panel.horizon
        ordered = _in_order(panel)
        row = np.repeat(np.arange(n_series), horizon)
        lead = np.tile(np.arange(1, horizon + 1), n_series)
        told = rows_of(ordered, row, np.full(len(row), len(panel.dates)), lead)
        factor = np.ones(len(row)) if fitted is None else fitted.predict(told.features)
        mean = np.empty((n_series, horizon))
        mean[_order(panel)] = (told.usual * factor).reshape(n_series, horizon)
        unknown = np.flatnonzero(np.isnan(panel.y).all(axis=1))
        mean[unknown] = np.nan
        return MemberResult(mean, {panel.series_ids[i]: "no known day" for i in unknown})


def _coarse(features: Floats) -> Floats:
    """Return the features, each value moved to the nearest of its column's quantiles.

    The trees ask for thresholds between those alone. scikit-learn would find quantiles by itself,
    but weighted ones, one by one: most of its time. A column never known becomes 0.
    """
    coarse = np.zeros_like(features)
    for j, column in enumerate(features.T):
        known = ~np.isnan(column)
        if known.any():
            kept = np.unique(np.quantile(column[known], _QUANTILES))
            between = (kept[1:] + kept[:-1]) / 2
            coarse[:, j] = np.where(known, kept[np.searchsorted(between, column)], np.nan)
    return coarse


def _order(panel: Panel) -> list[int]:
    """Return the series by name: sums then have the same last bits in any order of the rows."""
    return sorted(range(len(panel.series_ids)), key=lambda i: panel.series_ids[i])


def _in_order(panel: Panel) -> Panel:
    order = _order(panel)
    names = tuple(panel.series_ids[i] for i in order)
    return replace(panel, series_ids=names, y=panel.y[order])


def _training_rows(
    panel: Panel,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return series, origin and lead of the rows to learn from, drawn by the series' names."""
    n_series, n_days = panel.y.shape
    each = min(_ROWS_OF_SERIES, _ROWS // max(n_series, 1))
    first = max(n_days - _PAST_DAYS, _MIN_KNOWN) if panel.step_days == 1 else _MIN_KNOWN
    known = np.cumsum(~np.isnan(panel.y), axis=1)
    parts = []
    for i, name in enumerate(panel.series_ids):
        if n_days <= first:
            break
        rng = np.random.default_rng([_SEED, zlib.crc32(name.encode())])
        target = rng.integers(first, n_days, each)
        lead = rng.integers(1, panel.horizon + 1, each)
        origin = target - lead + 1
        ok = (origin >= _MIN_KNOWN) & (known[i, np.maximum(origin - 1, 0)] >= _MIN_KNOWN)
        parts.append(np.stack([np.full(ok.sum(), i), origin[ok], lead[ok]]))
    if not parts:
        return tuple(np.zeros((3, 0), dtype=np.int64))  # type: ignore[return-value]
    row, origin, lead = np.concatenate(parts, axis=1)
    return row, origin, lead
