"""What became of forecasts that a team was shown: each scored once its day is fully known.

Beside each stands the seasonal naive as it would have been said on the same morning: a negative
binomial around the last known count of the weekday, whose dispersion comes from its own errors
before the oldest morning that is scored. It knows nothing that came later.
"""

from __future__ import annotations

import zlib

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.contracts import SCORES, conform, empty
from models.errors import DataContractError
from models.forecasting.distribution import fit_dispersion, log_likelihood, randomised_pit
from models.forecasting.members.seasonal_naive import SeasonalNaive
from models.forecasting.panel import Floats, Panel
from models.forecasting.scoring.scores import crps_nb, is_inside

# The naive's errors are those of so many days before the oldest morning: half a year.
NAIVE_DAYS = 182

_WEEK = 7

Ints = NDArray[np.int64]


def score_due(
    due: pd.DataFrame, counts: pd.DataFrame, *, prior_errors: float, seed: int
) -> pd.DataFrame:
    """Return the scores of forecasts whose days are known.

    Parameters
    ----------
    due : DataFrame
        ``series_id, origin, date, lead, mean, dispersion`` of a FORECASTS frame.
    counts : DataFrame
        ``series_id, date, count`` of these series, zeros included, up to the last day due; with
        half a year before the oldest origin the naive knows its errors.
    prior_errors : float
        The pool's weight in the naive's dispersion, in errors.
    seed : int
        Of the randomised PIT. A forecast's draw depends on its key alone, so it is the same
        whichever others come due with it.

    Returns
    -------
    DataFrame
        A SCORES frame, by key; ``as_of`` is left to the caller.

    Raises
    ------
    DataContractError
        If a day that is due has no count.
    """
    if due.empty:
        return empty(SCORES)
    due = due.sort_values(["series_id", "origin", "lead"], ignore_index=True)
    names, dates, y = _matrix(counts, due)
    row = pd.Index(names).get_indexer(due["series_id"])
    actual = y[row, dates.get_indexer(pd.DatetimeIndex(due["date"]))]
    if np.isnan(actual).any():
        missing = due[np.isnan(actual)].iloc[0]
        raise DataContractError(
            f"{missing['series_id']}: no count for {missing['date'].date()}, which is due."
        )
    mean, alpha = due["mean"].to_numpy(), due["dispersion"].to_numpy()
    naive = _naive_mean(due, row, names, dates, y)
    alpha_naive = _naive_dispersion(y, dates, due["origin"].min(), prior_errors)[row]
    frame = pd.DataFrame(
        {
            "series_id": due["series_id"],
            "origin": due["origin"],
            "lead": due["lead"],
            "actual": actual.astype(np.int64),
            "mean": mean,
            "crps": crps_nb(actual, mean, alpha),
            "crps_baseline": crps_nb(actual, naive, alpha_naive),
            "pit": randomised_pit(actual, mean, alpha, _uniforms(due, seed)),
            "inside_80": is_inside(actual, mean, alpha, coverage=0.80),
            "inside_95": is_inside(actual, mean, alpha, coverage=0.95),
        }
    )
    return conform(frame, SCORES)


def _matrix(counts: pd.DataFrame, due: pd.DataFrame) -> tuple[list[str], pd.DatetimeIndex, Floats]:
    """Return the series that are due, the days, and the counts: NaN where there is none."""
    names = sorted(due["series_id"].unique())
    rows = counts[counts["series_id"].isin(names)]
    first = min(rows["date"].min(), due["origin"].min()) if len(rows) else due["origin"].min()
    first = max(first, due["origin"].min() - pd.Timedelta(days=NAIVE_DAYS + _WEEK))
    dates = pd.date_range(first, due["date"].max(), freq="D").as_unit("us")
    rows = rows[rows["date"].between(dates[0], dates[-1])]
    y = np.full((len(names), len(dates)), np.nan)
    place = dates.get_indexer(pd.DatetimeIndex(rows["date"]))
    y[pd.Index(names).get_indexer(rows["series_id"]), place] = rows["count"].to_numpy(dtype=float)
    return names, dates, y


def _naive_mean(
    due: pd.DataFrame, row: Ints, names: list[str], dates: pd.DatetimeIndex, y: Floats
) -> Floats:
    out = np.zeros(len(due))
    lead = due["lead"].to_numpy()
    places = dates.get_indexer(pd.DatetimeIndex(due["origin"]))
    for place in np.unique(places):
        mine = places == place
        if not place:
            continue  # nothing was known that morning: a naive of 0
        known, horizon = np.zeros(place, dtype=bool), np.zeros(int(lead[mine].max()), dtype=bool)
        panel = Panel(dates[:place], tuple(names), y[:, :place], known, horizon)
        out[mine] = SeasonalNaive().predict(panel).mean[row[mine], lead[mine] - 1]
    return out


def _naive_dispersion(
    y: Floats, dates: pd.DatetimeIndex, oldest: pd.Timestamp, prior_errors: float
) -> Floats:
    known = y[:, : dates.get_indexer([oldest])[0]]
    actual, naive = known[:, _WEEK:], known[:, :-_WEEK]
    n_errors = (~(np.isnan(actual) | np.isnan(naive))).sum(axis=1)
    return fit_dispersion(log_likelihood(actual, naive), n_errors, prior_errors=prior_errors)


def _uniforms(due: pd.DataFrame, seed: int) -> Floats:
    """Return a draw in [0, 1) a forecast, made from its series, origin and lead."""
    out = np.empty(len(due))
    lead = due["lead"].to_numpy()
    for (name, origin), rows in due.groupby(["series_id", "origin"]).indices.items():
        key = zlib.crc32(f"{name} {origin:%Y-%m-%d}".encode())
        out[rows] = np.random.default_rng([seed, key]).random(int(lead[rows].max()))[lead[rows] - 1]
    return out
