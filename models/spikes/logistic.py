r"""Logistic regression that starts from what is known already and moves as far as the data say.

With few past cases a regression must not shout. The weights have a normal prior, and the most
probable ones are taken:

.. math:: \hat\beta = \arg\max\ v \sum_i \log P(y_i \mid x_i, \beta)
          - \tfrac12 \sum_j \frac{(\beta_j - m_j)^2}{s_j^2}

by Newton's method: what is maximised is concave, so there is one answer whatever the order of the
rows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit

Floats = NDArray[np.float64]

_STEPS, _ENOUGH = 50, 1e-10
_HALVINGS = 30


def fit_logistic(
    x: Floats, y: NDArray[np.bool_], mean: Floats, sd: Floats, *, weight: float = 1.0
) -> Floats:
    """Return the weights: (n_columns,).

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_columns)
        A column of ones among them where a constant is wanted.
    y : ndarray of bool, shape (n_rows,)
        What happened.
    mean, sd : ndarray of shape (n_columns,)
        The prior of each weight, sd > 0. Without rows it is the answer.
    weight : float
        v: how much of a row is news, where rows overlap.

    Examples
    --------
    Two of a hundred, a constant alone; the flat prior leaves the share as it is.

    >>> x, y = np.ones((100, 1)), np.arange(100) < 2
    >>> weight = fit_logistic(x, y, np.zeros(1), np.full(1, 1e3))
    >>> round(float(expit(weight[0])), 6)
    0.02
    """
    if x.shape != (len(y), len(mean)) or len(mean) != len(sd) or not (sd > 0).all():
        raise ValueError(
            f"Expected {len(y)} rows, and a mean and an sd above 0 a column, but got x "
            f"{x.shape}, {len(mean)} means and sd {sd.tolist()}."
        )
    precision = 1 / sd**2
    sign = np.where(y, 1.0, -1.0)

    def value(weights: Floats) -> float:
        fits = log_expit(sign * (x @ weights)).sum()
        return float(weight * fits - 0.5 * (precision * (weights - mean) ** 2).sum())

    weights, best = mean.astype(np.float64).copy(), value(mean)
    for _ in range(_STEPS):
        chance = expit(x @ weights)
        slope = weight * (x.T @ (y - chance)) - precision * (weights - mean)
        curve = (x.T * (weight * chance * (1 - chance))) @ x + np.diag(precision)
        step = np.linalg.solve(curve, slope)
        for _ in range(_HALVINGS):
            if value(weights + step) >= best:
                break
            step = step / 2
        weights = weights + step
        now = value(weights)
        if now - best <= _ENOUGH * max(1.0, abs(best)):
            break
        best = now
    return weights
