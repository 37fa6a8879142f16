r"""Draws of all themes together: any sum of them has a distribution, over any of the days.

Every theme's draws follow its own negative binomial. How much themes go up and down together is
read off the forecasts of their sums: with standard normal scores

.. math:: z_i = \sqrt{\rho_0}\,g + \sqrt{\rho_a - \rho_0}\,g_a + \sqrt{1 - \rho_a}\,e_i,\qquad
          \rho = \frac{V - \sum_i v_i}{(\sum_i \sqrt{v_i})^2 - \sum_i v_i}

V is the variance that the area's (the total's) own forecast has and :math:`v_i` its themes'. Areas
and total are then the sums of their themes' draws, so that children add up to parents in every
draw (bottom-up with a copula: Taieb, Taylor, Hyndman 2021, doi:10.1080/01621459.2020.1736081).
g, g_a and e_i each keep a part :math:`\tau` for all days: as much as weeks scatter more than seven
days that know nothing of each other.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr
from scipy.stats import nbinom

from models.errors import DataContractError
from models.forecasting.distribution import MIN_DISPERSION, nb_cdf
from models.forecasting.panel import Floats
from models.series.hierarchy import SeriesKey, parse_series_id, series_id

_WEEK = 7
_MOST = 0.95  # no two themes are one
_HALVINGS = 30
_LONGEST_TABLE = 4096  # counts up to here are looked up in a table, larger ones solved for


@dataclass(frozen=True)
class Draws:
    """Equally likely futures of all themes.

    Parameters
    ----------
    leaves : mapping of str to ndarray of shape (n_draws, n_days)
        Complaints a day of every theme, of those without a theme and of rests.
    parts : mapping of str to tuple of str
        The leaves that make up each area and the total.
    dates : DatetimeIndex of length n_days
        The days ahead.
    """

    leaves: Mapping[str, Floats]
    parts: Mapping[str, tuple[str, ...]]
    dates: pd.DatetimeIndex

    def of(self, series_ids: Sequence[str]) -> Floats:
        """Return the draws of the sum of series: (n_draws, n_days).

        A theme that is named both by itself and within its area counts once.

        Raises
        ------
        DataContractError
            If a series is not among them.
        """
        wanted: dict[str, None] = {}
        for name in series_ids:
            if name not in self.leaves and name not in self.parts:
                raise DataContractError(
                    f"No draws of {name[:80]!r}: expected a theme, an area or the total that "
                    "has a forecast."
                )
            wanted.update(dict.fromkeys(self.parts.get(name, (name,))))
        total = np.zeros_like(next(iter(self.leaves.values())))
        for name in sorted(wanted):
            total = total + self.leaves[name]
        return total

    def quantiles(self, series_ids: Sequence[str], levels: Sequence[float]) -> Floats:
        """Return the quantiles of the sum of series over all days: (n_levels,), whole numbers."""
        found = self.of(series_ids).sum(axis=1)
        cut: Floats = np.quantile(found, np.asarray(levels), method="inverted_cdf")
        return cut


def draw_futures(
    forecasts: pd.DataFrame,
    outlook: pd.DataFrame,
    *,
    area_of: Mapping[str, str],
    n_draws: int,
    seed: int,
) -> Draws:
    """Return draws of all themes that add up to areas and to the total.

    The draws of a theme depend on the seed, on its name and its area's alone, and on how much the
    sums scatter: the same forecasts in any order give the same draws.

    Parameters
    ----------
    forecasts, outlook : DataFrame
        FORECASTS and OUTLOOK of one origin: days, and weeks for how much days hang together.
    area_of : mapping of str to str
        Area of each theme.
    n_draws : int
        How many futures.
    seed : int
        Of the draws.

    Raises
    ------
    DataContractError
        If the forecasts are of several origins.
    """
    if len(set(forecasts["origin"])) > 1:
        raise DataContractError("forecasts: expected those of one origin, but got several.")
    mean, alpha = (_matrix(forecasts, column) for column in ("mean", "dispersion"))
    variance = _variance(forecasts)
    keys = {str(name): parse_series_id(str(name)) for name in mean.index}
    is_leaf = {name: _is_leaf(key) for name, key in keys.items()}
    leaves = [name for name in keys if is_leaf[name]]
    area = {name: _area(keys[name], area_of) for name in leaves}
    parts = _parts(keys, leaves, area)
    within, across = _correlations(variance, leaves, area, parts)
    tau = _persistence(forecasts, outlook)
    n_days = mean.shape[1]

    def normals(name: str) -> Floats:
        rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
        for_all, daily = rng.standard_normal((n_draws, 1)), rng.standard_normal((n_draws, n_days))
        scores: Floats = np.sqrt(tau) * for_all + np.sqrt(1 - tau) * daily
        return scores

    common = {name: normals(f"area={name}") for name in sorted({"", *area.values()})}
    drawn = {}
    for name in leaves:
        rho = max(within.get(area[name], across), across)
        z = np.sqrt(across) * common[""] + np.sqrt(1 - rho) * normals(name)
        if area[name]:
            z = z + np.sqrt(rho - across) * common[area[name]]
        drawn[name] = _nb_draws(
            ndtr(z), mean.loc[name].to_numpy(float), alpha.loc[name].to_numpy(float)
        )
    return Draws(drawn, parts, pd.DatetimeIndex(mean.columns))


def _matrix(forecasts: pd.DataFrame, column: str) -> pd.DataFrame:
    table = forecasts.set_index(["series_id", "date"])[column].unstack()  # noqa: PD010
    return table.sort_index()


def _is_leaf(key: SeriesKey) -> bool:
    if key.level == "rest":
        return key.channel == key.brand == SeriesKey().channel
    return key.level in ("theme", "unassigned")


def _area(key: SeriesKey, area_of: Mapping[str, str]) -> str:
    """Return the leaf's area; empty: none."""
    if key.level == "rest":
        return "" if key.area == SeriesKey().area else key.area
    return area_of.get(key.theme, "")


def _parts(
    keys: Mapping[str, SeriesKey], leaves: Sequence[str], area: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    parts = {series_id(): tuple(leaves)}
    for name, key in keys.items():
        if key.level == "area":
            parts[name] = tuple(leaf for leaf in leaves if area[leaf] == key.area)
    return parts


def _variance(forecasts: pd.DataFrame) -> pd.Series:
    """Return each series' variance summed over the days, by name."""
    daily = forecasts["mean"] + forecasts["dispersion"] * forecasts["mean"] ** 2
    return daily.groupby(forecasts["series_id"]).sum()


def _correlations(
    variance: pd.Series,
    leaves: Sequence[str],
    area: Mapping[str, str],
    parts: Mapping[str, tuple[str, ...]],
) -> tuple[dict[str, float], float]:
    """Return how leaves hang together within each area, and across all."""
    v = variance.reindex(list(leaves)).to_numpy(dtype=np.float64)
    sd, place = np.sqrt(v), {name: i for i, name in enumerate(leaves)}
    within, pairs_in = {}, {}
    for name, members in parts.items():
        if name == series_id() or not members:
            continue
        rows = [place[leaf] for leaf in members]
        pairs = sd[rows].sum() ** 2 - v[rows].sum()
        rho = _clipped(variance[name] - v[rows].sum(), pairs)
        within[area[members[0]]], pairs_in[area[members[0]]] = rho, pairs
    shared = float(variance.get(series_id(), v.sum())) - v.sum()
    outer = sd.sum() ** 2 - v.sum() - sum(pairs_in.values())

    def brought(rho: float) -> float:  # themes of an area hang together at least as all do
        return float(rho * outer + sum(max(within[a], rho) * pairs_in[a] for a in within))

    low, high = 0.0, _MOST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if brought(middle) < shared else (low, middle)
    return within, low


def _clipped(shared: float, pairs: float) -> float:
    return float(np.clip(shared / pairs, 0.0, _MOST)) if pairs > 0 else 0.0


def _persistence(forecasts: pd.DataFrame, outlook: pd.DataFrame) -> float:
    r"""Return the correlation of two days of a week, by how much weeks scatter more than days.

    .. math:: \tau = \frac{\sum (V_w - \sum_d v_d)}{\sum ((\sum_d \sqrt{v_d})^2 - \sum_d v_d)}
    """
    daily = forecasts.assign(
        week=(forecasts["lead"] - 1) // _WEEK + 1,
        variance=forecasts["mean"] + forecasts["dispersion"] * forecasts["mean"] ** 2,
    )
    daily["sd"] = np.sqrt(daily["variance"])
    sums = daily.groupby(["series_id", "week"])[["variance", "sd"]].sum()
    weekly = outlook["mean"] + outlook["dispersion"] * outlook["mean"] ** 2
    keys = pd.MultiIndex.from_frame(outlook[["series_id", "week"]])
    joined = sums.join(pd.Series(weekly.to_numpy(), index=keys, name="weekly"), how="inner")
    is_theme = [_is_leaf(parse_series_id(str(name))) for name, _ in joined.index]
    joined = joined[is_theme]
    shared = float((joined["weekly"] - joined["variance"]).sum())
    return _clipped(shared, float((joined["sd"] ** 2 - joined["variance"]).sum()))


def _nb_draws(uniform: Floats, mean: Floats, dispersion: Floats) -> Floats:
    """Return the counts of negative binomials at probabilities (n_draws, n_days)."""
    out = np.zeros_like(uniform)
    for day, (mu, alpha) in enumerate(zip(mean, dispersion, strict=True)):
        if mu <= 0:
            continue
        r = 1 / max(alpha, MIN_DISPERSION)
        highest = float(nbinom.ppf(uniform[:, day].max(), r, r / (r + mu)))
        if highest > _LONGEST_TABLE:
            out[:, day] = nbinom.ppf(uniform[:, day], r, r / (r + mu))
        else:
            table = nb_cdf(np.arange(highest + 1), mu, alpha)
            out[:, day] = np.minimum(np.searchsorted(table, uniform[:, day]), highest)
    return out
