"""Boosted trees as plain arrays: they can be written as Parquet and read anywhere, unpickled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasting.panel import Floats


@dataclass(frozen=True)
class BoostedTrees:
    """A sum of regression trees on the log scale.

    Attributes
    ----------
    start : ndarray of shape (1,)
        The log mean that the trees are added to.
    feature, left, right : ndarray of int, shape (n_trees, n_nodes)
        The feature asked for at a node, and the nodes to go on to; a leaf leads to itself.
    threshold, value : ndarray of shape (n_trees, n_nodes)
        Up to it one goes left; what a leaf adds.
    missing_left : ndarray of bool, shape (n_trees, n_nodes)
        Whether an unknown feature goes left.
    depth : ndarray of int, shape (1,)
        Steps after which every leaf is reached.
    """

    start: Floats
    feature: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    threshold: Floats
    value: Floats
    missing_left: NDArray[np.bool_]
    depth: NDArray[np.int64]

    # No array has an axis of series: the trees are of all together.
    series_axis: ClassVar[dict[str, int | None]] = dict.fromkeys(
        ("start", "feature", "left", "right", "threshold", "value", "missing_left", "depth")
    )

    def predict(self, features: Floats) -> Floats:
        """Return the mean of each row: (n_rows,)."""
        total = np.full(len(features), self.start[0])
        rows = np.arange(len(features))
        for tree in range(len(self.feature)):
            node = np.zeros(len(features), dtype=np.int64)
            for _ in range(int(self.depth[0])):
                asked = features[rows, self.feature[tree, node]]
                goes_left = np.where(
                    np.isnan(asked),
                    self.missing_left[tree, node],
                    asked <= self.threshold[tree, node],
                )
                node = np.where(goes_left, self.left[tree, node], self.right[tree, node])
            total += self.value[tree, node]
        return np.asarray(np.exp(total))


def from_sklearn(model: Any) -> BoostedTrees:
    """Return the trees of a fitted HistGradientBoostingRegressor with a log link.

    Its nodes are no public interface; a test holds that the two forecast the same.
    """
    trees = [stage[0].nodes for stage in model._predictors]
    shape = (len(trees), max(len(nodes) for nodes in trees))
    feature, left, right = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    threshold, value = np.zeros(shape), np.zeros(shape)
    missing_left = np.zeros(shape, dtype=bool)
    for i, nodes in enumerate(trees):
        n, own = len(nodes), np.arange(len(nodes))
        is_leaf = nodes["is_leaf"].astype(bool)
        feature[i, :n] = np.where(is_leaf, 0, nodes["feature_idx"])
        left[i, :n] = np.where(is_leaf, own, nodes["left"])
        right[i, :n] = np.where(is_leaf, own, nodes["right"])
        threshold[i, :n] = nodes["num_threshold"]
        value[i, :n] = nodes["value"]
        missing_left[i, :n] = nodes["missing_go_to_left"]
    depth = max(int(nodes["depth"].max()) for nodes in trees)
    return BoostedTrees(
        np.asarray(model._baseline_prediction, dtype=np.float64).ravel(),
        feature, left, right, threshold, value, missing_left,
        np.array([depth]),
    )  # fmt: skip
