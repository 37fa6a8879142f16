"""The forecasts of all series made coherent: now, and at the earlier origins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.contracts import NODE_REST
from models.forecasting.aftermaths.aftermath import Aftermath
from models.forecasting.coherence.reconcile import levels_from_top, reconcile
from models.forecasting.coherence.structure import Structure
from models.forecasting.panel import Floats, Panel
from models.forecasting.scoring.backtest import EarlierForecasts, dispersion_of
from models.forecasting.young import Beginnings
from models.series.hierarchy import parse_series_id

# A channel's rest is of themes that come and go, and its share of 52 weeks lags behind: the sums
# move it twice as far (in standard deviations) as what is forecast by itself. Else a young theme
# would halve the complaints without a theme, which stand in the same sum.
_REST_UNSURE = 4.0

_ARRAYS = ("mean", "baseline", "actual", "wider", "wider_week")


def pool(
    told: Aftermath, panel: Panel, structure: Structure, *, kappa: float = Beginnings().kappa
) -> Aftermath:
    """Return the forecast of all series, adding up.

    Parameters
    ----------
    told : Aftermath
        Of the series that are forecast by themselves, in the panel's order. Their dispersions
        stay as they are; a series that takes a share takes what its parent is widened by, too.
    panel : Panel
        Of all series.
    structure : Structure
        Of the panel.
    kappa : float
        See :func:`models.forecasting.young.young_shares`.
    """
    source = _source(structure)
    return Aftermath(
        _pooled(told.mean, panel.y, structure, kappa),
        told.wider_day[source],
        told.wider_week[source],
        told.is_on[source],
    )


def pool_earlier(
    earlier: EarlierForecasts, panel: Panel, structure: Structure, *, unsure: Floats | None = None
) -> EarlierForecasts:
    """Return the earlier forecasts of all series, adding up, beside what came.

    Shares are those of each origin's own past. A series that was not tried at an origin stays
    missing there; counts that are estimates are no actuals.

    Parameters
    ----------
    earlier : EarlierForecasts
        Of the series that are forecast by themselves.
    panel : Panel
        Of all series.
    structure : Structure
        Of the panel.
    unsure : ndarray of shape (n_series, n_days), optional
        Above 0 where a count is an estimate.
    """
    known = panel if unsure is None else replace(panel, y=np.where(unsure > 0, np.nan, panel.y))
    source, steps = _source(structure), panel.steps_since(earlier.origins)
    shape = (len(earlier.origins), len(structure.series_ids), panel.horizon)
    mean, actual = np.full(shape, np.nan), np.full(shape, np.nan)
    for k, step in enumerate(steps):
        past = panel.before(int(step)).y
        found = _pooled(earlier.mean[k], past, structure, Beginnings().kappa)
        was_tried = ~np.isnan(earlier.mean[k][source]).any(axis=1)
        mean[k] = np.where(was_tried[:, None], found, np.nan)
        actual[k] = known.after(int(step))
    baseline = np.where(structure.has_own[None, :, None], earlier.baseline[:, source], np.nan)
    return EarlierForecasts(
        earlier.origins,
        mean,
        baseline,
        actual,
        earlier.wider[:, source],
        earlier.wider_week[:, source],
    )


def dispersion_by_kind(
    earlier: EarlierForecasts,
    structure: Structure,
    *,
    prior_errors: float,
    others: EarlierForecasts | None = None,
    of_young: float = Beginnings().day,
) -> Floats:
    """Return each series' dispersion: shares have a pool apart, and leave the others' as it is.

    Parameters
    ----------
    earlier : EarlierForecasts
        Of all series.
    structure : Structure
        Of them.
    prior_errors : float
        The pool's weight, in errors.
    others : EarlierForecasts, optional
        Of series that are not forecast now and belong to the pool of those with a forecast of
        their own.
    of_young : float
        The dispersion of series that are too young to be forecast by themselves.
    """
    out = np.empty(len(structure.series_ids))
    own = taken(earlier, structure.has_own)
    whole = own if others is None else _joined(own, others)
    alpha = dispersion_of(whole, prior_errors=prior_errors)
    out[structure.has_own] = alpha[: int(structure.has_own.sum())]
    # What young series miss by is learnt from beginnings, not from these mornings.
    is_share = ~structure.has_own & ~structure.is_young
    out[is_share] = dispersion_of(taken(earlier, is_share), prior_errors=prior_errors)
    out[structure.is_young] = of_young
    return out


def _joined(one: EarlierForecasts, other: EarlierForecasts) -> EarlierForecasts:
    both: dict[str, Floats] = {
        n: np.concatenate([getattr(one, n), getattr(other, n)], axis=1) for n in _ARRAYS
    }
    return replace(one, **both)  # type: ignore[arg-type]


def taken(earlier: EarlierForecasts, rows: np.ndarray) -> EarlierForecasts:
    """Return the earlier forecasts of some series, chosen by a mask of shape (n_series,)."""
    return replace(earlier, **{name: getattr(earlier, name)[:, rows] for name in _ARRAYS})


def _source(structure: Structure) -> np.ndarray:
    """Return, for each series, the row among those forecast by themselves that it goes by."""
    own = np.cumsum(structure.has_own) - 1
    goes_by = np.where(structure.has_own, np.arange(len(own)), structure.parent)
    return np.asarray(own[goes_by], dtype=np.int64)


def _pooled(own: Floats, y: Floats, structure: Structure, kappa: float) -> Floats:
    mean = np.full((len(structure.series_ids), own.shape[1]), np.nan)
    mean[structure.has_own] = own
    filled = levels_from_top(mean, y, structure, kappa=kappa)
    # Without a total (no history at all yet) there is nothing to add up to.
    if np.isnan(filled).any() or not structure.groups:
        return filled
    return reconcile(filled, structure, unsure=_unsure(structure))


def _unsure(structure: Structure) -> Floats:
    """Return how unsure each series is beyond what its mean says: (n_series,)."""
    is_rest = np.array([parse_series_id(n).theme == NODE_REST for n in structure.series_ids])
    return np.where(is_rest.astype(bool) & ~structure.has_own, _REST_UNSURE, 1.0)
