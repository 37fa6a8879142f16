"""Step: daily counts to forecasts, or to the reason why a series has none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.contracts import NOT_COVERED, conform
from models.forecasting.morning import Morning, morning_of
from models.forecasting.panel import Panel
from models.series.hierarchy import SeriesKey, parse_series_id, series_id
from pipelines.forecasters.kept import Forecasters
from pipelines.settings import Settings
from pipelines.steps.forecast.forecaster import (
    MorningsForecaster,
    configuration_of,
    fit_day,
    fit_moment,
    mornings_forecaster,
)

# Series of these levels are forecast by themselves ...
FORECAST_LEVELS = ("total", "area", "theme", "unassigned", "channel", "brand")
# ... and pairs (a theme within a channel or brand) as a share of their theme.
PAIR_LEVELS = ("theme*channel", "theme*brand")
# That an area is not forecast is said by its themes, and texts without a theme are no issue.
_UNTOLD_LEVELS = ("area", "unassigned")

# Said of the forecast of a theme that has too little history of its own.
YOUNG = "young theme, in the shape of its area"

_WEEK = 7


class ForecastResult(NamedTuple):
    """What the forecast step hands on."""

    forecasts: pd.DataFrame  # FORECASTS
    outlook: pd.DataFrame  # OUTLOOK
    scores: pd.DataFrame  # SCORES, of earlier origins
    not_covered: pd.DataFrame  # NOT_COVERED
    failures: pd.DataFrame  # member, series_id, reason
    member_scores: pd.DataFrame  # each member alone, see models.forecasting.scoring.member_scores
    metrics: dict[str, float]
    by: MorningsForecaster


def forecast_series(
    counts: pd.DataFrame,
    *,
    settings: Settings,
    origin: pd.Timestamp,
    area_of: Mapping[str, str] | None = None,
    signals: pd.DataFrame | None = None,
    as_of: pd.Timestamp | None = None,
    then: pd.DataFrame | None = None,
    kept: Forecasters | None = None,
) -> ForecastResult:
    """Return the forecasts of the total and of every area, theme, channel and brand, adding up.

    They come from a forecaster that was fitted on the last day of fitting, and goes forward with
    the counts since.

    Themes (with those without a theme, and the rest that is too young or small to be forecast by
    itself) add up to the total, and to their areas; so do channels and brands.

    Parameters
    ----------
    counts : DataFrame
        A COUNTS frame; rows on or after `origin` are not read.
    settings : Settings
        ``series``, ``forecast``, ``countries`` and ``seed`` are read.
    origin : date or Timestamp
        The first date to forecast: the local date of ``as_of``.
    area_of, signals, as_of
        As for :func:`models.forecasting.morning.morning_of`.
    then : DataFrame, optional
        A COUNTS frame as it was known on the day of fitting; by default the rows of `counts`
        before that day.
    kept : Forecasters, optional
        Where fitted forecasters are kept; what comes out is the same without.
    """
    origin = pd.Timestamp(origin).normalize().as_unit("us")
    day = fit_day(origin, refit_days=settings.forecast.refit_days)
    told = settings.series.min_history_days
    morning, not_covered = _morning(
        counts, settings, origin=origin, area_of=area_of, signals=signals, as_of=as_of, least=told
    )
    at_fit = fit_moment(day, time_zone=settings.time_zone)
    fitting, _ = _morning(
        counts if then is None else then,
        settings,
        origin=day,
        area_of=area_of,
        signals=None if signals is None else signals[signals["known_at"] < at_fit],
        as_of=at_fit,
        # A series that is covered this morning was a little younger on the day of fitting.
        least=told - (settings.forecast.refit_days - 1),
    )
    by = mornings_forecaster(fitting, settings=settings, kept=kept)
    forecasts = by.forecaster.forecast(morning)
    failures = [(member, name, why) for (member, name), why in forecasts.failures.items()]
    scores = _lasting(forecasts.scores)
    is_young = forecasts.weekly["series_id"].isin(morning.structure.young)
    return ForecastResult(
        forecasts.daily,
        forecasts.weekly.assign(basis=pd.Series(YOUNG, forecasts.weekly.index).where(is_young)),
        scores,
        _told(not_covered),
        pd.DataFrame(failures, columns=["member", "series_id", "reason"], dtype="str"),
        _lasting(forecasts.member_scores),
        summary_metrics(scores, morning.structure.own_panel(morning.panel)),
        by,
    )


def nothing_forecast(counts: pd.DataFrame, *, reason: str) -> pd.DataFrame:
    """Return a NOT_COVERED frame of all series that are told of, each with the same reason.

    Parameters
    ----------
    counts : DataFrame
        A COUNTS frame.
    reason : str
    """
    told = [level for level in FORECAST_LEVELS if level not in _UNTOLD_LEVELS]
    total = counts.groupby("series_id")["count"].sum()
    total = total[[parse_series_id(str(name)).level in told for name in total.index]]
    frame = pd.DataFrame(
        {
            "series_id": total.index.astype("str"),
            "reason": pd.Series([reason] * len(total), dtype="str"),
            "count": total.to_numpy(),
        }
    )
    return conform(frame.sort_values("series_id", ignore_index=True), NOT_COVERED)


def _morning(
    counts: pd.DataFrame,
    settings: Settings,
    *,
    origin: pd.Timestamp,
    area_of: Mapping[str, str] | None,
    signals: pd.DataFrame | None,
    as_of: pd.Timestamp | None,
    least: int,
) -> tuple[Morning, pd.DataFrame]:
    """Return the morning of the series with enough history, and the others with their reasons."""
    first = origin - pd.Timedelta(days=settings.series.max_history_days)
    past = counts[(counts["date"] < origin) & (counts["date"] >= first)]
    # Rows are many and series few: what is asked of names is asked once each.
    code, ids = pd.factorize(past["series_id"])
    keys = {str(name): parse_series_id(str(name)) for name in ids}
    # Without knowing which themes are in an area it would be counted beside them.
    levels = [name for name in FORECAST_LEVELS if area_of or name != "area"]
    alone = [name for name, key in keys.items() if key.level in levels]
    not_covered = _not_covered(past, code, list(keys), alone, settings, min_history_days=least)
    names = set(alone) - set(not_covered["series_id"])
    names |= {name for name, key in keys.items() if _is_covered_pair(key, names)}
    young = _young(past, not_covered, settings) if series_id() in names else []
    not_covered = not_covered[~not_covered["series_id"].isin(young)].reset_index(drop=True)
    known = configuration_of(settings)["panel"]
    morning = morning_of(
        past[np.array([name in names | set(young) for name in keys], dtype=bool)[code]],
        origin=origin,
        area_of=area_of,
        signals=signals,
        as_of=as_of,
        young=young,
        **known,
    )
    return morning, not_covered


def _young(past: pd.DataFrame, not_covered: pd.DataFrame, settings: Settings) -> list[str]:
    """Return the themes that are too young to be forecast by themselves, but not too new."""
    names = [n for n in not_covered["series_id"] if parse_series_id(str(n)).level == "theme"]
    rows = past[past["series_id"].isin(names) & ~past["is_provisional"]]
    total = rows.groupby("series_id")["count"].sum()
    first = rows[rows["count"] > 0].groupby("series_id")["date"].min()
    days = (rows.groupby("series_id")["date"].max() - first).dt.days + 1
    limits = settings.series
    is_young = days.between(limits.young_days, limits.min_history_days - 1)
    return sorted(days.index[is_young & (total.reindex(days.index) >= limits.young_total)])


def _lasting(scores: pd.DataFrame) -> pd.DataFrame:
    """Leave rests out: one is of other themes every morning, and its past says nothing."""
    code, names = pd.factorize(scores["series_id"])
    is_lasting = [parse_series_id(name).level != "rest" for name in names]
    return scores[np.array(is_lasting, dtype=bool)[code]].reset_index(drop=True)


def _is_covered_pair(key: SeriesKey, covered: Collection[str]) -> bool:
    if key.level not in PAIR_LEVELS:
        return False
    across = series_id(channel=key.channel, brand=key.brand)
    return series_id(key.theme) in covered and across in covered


def _told(not_covered: pd.DataFrame) -> pd.DataFrame:
    is_told = [parse_series_id(n).level not in _UNTOLD_LEVELS for n in not_covered["series_id"]]
    return not_covered[np.array(is_told, dtype=bool)].reset_index(drop=True)


def _not_covered(
    past: pd.DataFrame,
    code: NDArray[np.int64],
    names: Sequence[str],
    asked: Sequence[str],
    settings: Settings,
    *,
    min_history_days: int,
) -> pd.DataFrame:
    """Return which of the series asked for have too little history, each with its reason.

    `code` is each row's place in `names`.
    """
    whole = past[["date", "count"]].assign(code=code)[~past["is_provisional"].to_numpy(dtype=bool)]
    by = whole.groupby("code")
    total, last = by["count"].sum(), by["date"].max()
    first = whole[whole["count"] > 0].groupby("code")["date"].min()
    days = ((last - first).dt.days + 1).reindex(total.index).fillna(0).astype(int)
    limits, place = settings.series, {name: i for i, name in enumerate(names)}
    reasons, counted = {}, {}
    for name in sorted(asked):
        i = place[name]
        counted[name] = int(total.get(i, 0))
        if i not in total.index:  # nothing but provisional days
            reasons[name] = f"no complete day, needs {_span(min_history_days)}"
        elif days[i] < min_history_days:
            reasons[name] = f"{_span(days[i])} of history, needs {_span(min_history_days)}"
        elif counted[name] < limits.min_total:
            reasons[name] = f"{_complaints(counted[name])} in all, needs {limits.min_total}"
    frame = pd.DataFrame(
        {
            "series_id": pd.Series(list(reasons), dtype="str"),
            "reason": pd.Series(list(reasons.values()), dtype="str"),
            "count": [counted[name] for name in reasons],
        }
    )
    return conform(frame.sort_values("series_id", ignore_index=True), NOT_COVERED)


def _span(days: int) -> str:
    if days >= 2 * _WEEK:
        return f"{days // _WEEK} weeks"
    return f"{days} day" + ("" if days == 1 else "s")


def _complaints(count: int) -> str:
    return f"{count} complaint" + ("" if count == 1 else "s")


def summary_metrics(scores: pd.DataFrame, panel: Panel) -> dict[str, float]:
    """Return the run's figures: how good the same method was at the earlier origins.

    ``crps_scaled`` is the mean over series of CRPS over the series' own seasonal-naive error
    (the mean absolute difference of counts a week apart); ``crps_skill`` is 1 - CRPS / the
    seasonal naive's; ``coverage_80`` and ``_95`` are read from the randomised PIT, which for
    counts is exact where intervals of whole numbers cover too much; ``bias`` is mean forecast
    over mean actual, less 1.
    """
    metrics = {"series_forecast": float(len(panel.series_ids))}
    if scores.empty:
        return metrics
    step = np.abs(panel.y[:, _WEEK:] - panel.y[:, :-_WEEK])
    pairs = np.maximum((~np.isnan(step)).sum(axis=1), 1)
    scale = pd.Series(np.nansum(step, axis=1) / pairs, index=list(panel.series_ids))
    crps = scores.groupby("series_id")["crps"].mean()
    scaled = (crps / scale.where(scale > 0)).dropna()
    pit, actual = scores["pit"], float(scores["actual"].sum())
    naive = float(scores["crps_baseline"].mean())
    metrics |= {
        "crps": float(scores["crps"].mean()),
        "crps_skill": 1 - float(scores["crps"].mean()) / naive if naive > 0 else 0.0,
        "coverage_80": float(pit.between(0.10, 0.90).mean()),
        "coverage_95": float(pit.between(0.025, 0.975).mean()),
        "bias": float(scores["mean"].sum()) / actual - 1 if actual > 0 else 0.0,
    }
    if len(scaled):
        metrics["crps_scaled"] = float(scaled.mean())
    return metrics
