"""The tables of numbers: counts, forecasts a day and a week, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd
from scipy import stats

from models.contracts import QUANTILE_LEVELS
from tests.pipelines.report.run_folders.topics import Topic

DAYS = 400
_AHEAD = 56  # days that weeks are told of; the first 28 are told one by one
_ALPHA = 0.05
WEEKDAY = np.array([1.2, 1.1, 1.05, 1.0, 1.0, 0.8, 0.85])


def history(topic: Topic, origin: date, rng: np.random.Generator) -> np.ndarray:
    days = [origin - timedelta(days=back) for back in range(DAYS, 0, -1)]
    level = topic.daily * WEEKDAY[[day.weekday() for day in days]]
    if topic.rise:
        level[-len(topic.rise) :] *= np.array(topic.rise)
    size = 1 / _ALPHA
    return rng.negative_binomial(size, size / (size + level))


def ahead(topic: Topic, origin: date) -> np.ndarray:
    days = [origin + timedelta(days=lead) for lead in range(_AHEAD)]
    fading = 1 + (topic.stays - 1) * np.exp(-np.arange(_AHEAD) / 9)
    return topic.daily * WEEKDAY[[day.weekday() for day in days]] * fading


def _negative_binomial(mean: np.ndarray) -> stats.rv_discrete:
    size = 1 / _ALPHA
    return stats.nbinom(size, size / (size + mean))


def counts(series: Mapping[str, np.ndarray], origin: date) -> pd.DataFrame:
    dates = pd.date_range(origin - timedelta(days=DAYS), periods=DAYS)
    frames = [
        pd.DataFrame(
            {
                "series_id": name, "date": dates, "count": counts,
                "is_provisional": np.arange(DAYS) == DAYS - 1, "is_revised": False,
            }
        )
        for name, counts in series.items()
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def forecasts(means: Mapping[str, np.ndarray], origin: pd.Timestamp) -> pd.DataFrame:
    frames = []
    for name, whole in means.items():
        mean = whole[:28]
        spread = _negative_binomial(mean)
        quantiles = {column: spread.ppf(level) for column, level in QUANTILE_LEVELS.items()}
        frames.append(
            pd.DataFrame(
                {
                    "series_id": name, "origin": origin,
                    "date": pd.date_range(origin, periods=28), "lead": np.arange(1, 29),
                    "mean": mean, "dispersion": _ALPHA, **quantiles,
                }
            )
        )  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def outlook(
    means: Mapping[str, np.ndarray], usual: Mapping[str, float], origin: pd.Timestamp
) -> pd.DataFrame:
    rows = []
    for name, mean in means.items():
        for week, weekly in enumerate(mean.reshape(-1, 7).sum(axis=1), start=1):
            spread = _negative_binomial(weekly)
            start = origin + pd.Timedelta(days=7 * (week - 1))
            rows.append(
                {
                    "series_id": name, "origin": origin, "week": week, "start": start,
                    "end": start + pd.Timedelta(days=6), "usual": usual[name], "mean": weekly,
                    "dispersion": _ALPHA, "p_double": spread.sf(2 * usual[name]),
                    **{c: spread.ppf(level) for c, level in QUANTILE_LEVELS.items()},
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def scores(
    series: Mapping[str, np.ndarray],
    means: Mapping[str, np.ndarray],
    origin: pd.Timestamp,
    rng: np.random.Generator,
) -> pd.DataFrame:
    frames = []
    for name in means:
        for back in (28, 56, 84):
            actual = series[name][DAYS - back : DAYS - back + 28]
            frames.append(
                pd.DataFrame(
                    {
                        "series_id": name, "origin": origin - pd.Timedelta(days=back),
                        "lead": np.arange(1, 29), "actual": actual,
                        "mean": float(np.median(series[name])),
                        "crps": rng.gamma(2.0, 0.3, 28), "crps_baseline": rng.gamma(2.0, 0.45, 28),
                        "pit": rng.uniform(size=28), "inside_80": rng.uniform(size=28) < 0.81,
                        "inside_95": rng.uniform(size=28) < 0.955,
                    }
                )
            )  # fmt: skip
    return pd.concat(frames, ignore_index=True)
