"""What Now saw, made by hand: for the tests of what may come next and of what lasts."""

import numpy as np
import pandas as pd

from models.spikes.rules import Seen

WINDOWS = (1, 3, 7)


def trailing(counts: np.ndarray, days: int) -> np.ndarray:
    running = np.cumsum(np.pad(counts.astype(float), ((0, 0), (1, 0))), axis=1)
    end = np.arange(1, counts.shape[1] + 1)
    return running[:, end] - running[:, np.maximum(end - days, 0)]


def seen(counts: np.ndarray, is_alarm: np.ndarray, *, usual: float = 1.0) -> Seen:
    """Return what was seen where `usual` complaints a day are expected; p is .5, in alarm 1e-6."""
    observed = np.stack([trailing(counts, w) for w in WINDOWS])
    expected = np.stack([np.full(counts.shape, usual * w) for w in WINDOWS])
    p = np.where(is_alarm, 1e-6, 0.5)
    return Seen(
        dates=pd.date_range("2020-01-01", periods=counts.shape[1]),
        windows=WINDOWS,
        observed=observed,
        expected=expected,
        p_value=np.stack([p] * len(WINDOWS)),
        is_alarm=is_alarm,
        best=np.zeros(counts.shape, dtype=np.int64),
    )
