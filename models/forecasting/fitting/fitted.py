"""All that is learnt from the past before anything is forecast, in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from models.forecasting.aftermaths.past import NOTHING_LEARNT, Learnt, learn_aftermaths
from models.forecasting.coherence.pooling import pool_earlier, taken
from models.forecasting.coherence.structure import Structure, alone
from models.forecasting.members import make_member
from models.forecasting.membership import membership_of
from models.forecasting.method import Method
from models.forecasting.morning import calm
from models.forecasting.panel import Floats, Panel
from models.forecasting.scoring.backtest import (
    EarlierForecasts,
    earlier_origins,
    prior_of_weeks,
    score_earlier,
)
from models.forecasting.scoring.member_scores import score_members
from models.forecasting.young import Beginnings, learn_beginnings
from models.series.hierarchy import parse_series_id


@dataclass(frozen=True)
class Fitted:
    """What was learnt from a panel, of the series that are forecast by themselves.

    Parameters
    ----------
    members : mapping of str to object
        Each member's fitted parameters, the baseline's too; None where there is nothing to fit.
    earlier : EarlierForecasts
        Forecasts of earlier mornings beside what came, before they are made to add up: from
        their errors the dispersions follow.
    aftermath : Learnt
        What past spikes brought.
    scores : DataFrame
        A SCORES frame: the same method at the earlier mornings.
    member_scores : DataFrame
        See :func:`models.forecasting.scoring.member_scores.score_members`.
    membership : mapping of str to tuple of str
        The members of each volume band.
    beginnings : Beginnings
        How young series went on.
    others : EarlierForecasts or None
        The same as `earlier` of series that were learnt from and are not forecast now: they
        belong to the pool all the same.
    """

    members: Mapping[str, Any]
    earlier: EarlierForecasts
    aftermath: Learnt
    scores: pd.DataFrame
    member_scores: pd.DataFrame
    membership: Mapping[str, tuple[str, ...]]
    beginnings: Beginnings
    others: EarlierForecasts | None = None


def fit_panel(
    panel: Panel,
    method: Method,
    *,
    structure: Structure | None = None,
    unsure: Floats | None = None,
    before: Callable[[int], Panel] | None = None,
) -> Fitted:
    """Return what the panel's past teaches; nothing at or after its origin is read.

    Parameters
    ----------
    panel, method, structure, unsure, before
        As for :func:`models.forecasting.forecast.forecast_panel`. The earlier mornings are judged
        by the median of all members: what is chosen on their errors is not held against them.
    """
    structure = structure or alone(panel)
    lifted = calm(panel, structure, before)
    own = lifted(0).panel
    models, fallback = [make_member(name) for name in method.members], make_member(method.baseline)
    earlier = earlier_origins(
        own,
        members=models,
        baseline=fallback,
        n_origins=method.dispersion_origins,
        cap_multiple=method.cap_multiple,
        before=lambda steps: lifted(steps).panel,
    )
    back = panel.steps_since(earlier.origins)
    earlier = _with_signals(earlier, [lifted(int(steps)).ahead for steps in back])
    pooled = taken(pool_earlier(earlier, panel, structure, unsure=unsure), structure.has_own)
    names = own.series_ids
    prior, days = method.dispersion_prior, method.days
    prior = prior if panel.step_days == 1 else prior_of_weeks(prior)
    judged = replace(earlier, actual=pooled.actual).first(days)
    return Fitted(
        members={model.name: model.fit(own) for model in [fallback, *models]},
        earlier=earlier,
        aftermath=learn_aftermaths(own.y) if own.step_days == 1 else NOTHING_LEARNT,
        scores=score_earlier(pooled.first(days), names, prior_errors=prior, seed=method.seed),
        member_scores=score_members(judged, names, prior_errors=prior),
        membership=membership_of(judged, own, members=method.members, how=method.membership),
        beginnings=_beginnings(own),
    )


def _beginnings(own: Panel) -> Beginnings:
    if own.step_days != 1:
        return Beginnings()
    is_theme = [name.startswith("theme=") and _is_theme(name) for name in own.series_ids]
    return learn_beginnings(own.y[np.array(is_theme, dtype=bool)])


def _is_theme(name: str) -> bool:
    return parse_series_id(name).level == "theme"


def _with_signals(earlier: EarlierForecasts, lifts: Sequence[Floats]) -> EarlierForecasts:
    if not lifts:
        return earlier
    factor = np.stack(lifts)
    by_member = {name: mean * factor for name, mean in earlier.by_member.items()}
    return replace(earlier, mean=earlier.mean * factor, by_member=by_member)
