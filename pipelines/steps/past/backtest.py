"""Step: the forecasts of earlier mornings made anew, every method beside the others.

At each origin a morning is lived again: themes and areas are found in what was known then, counts
and signals are those of then, and every method forecasts from them. What came is given to those
themes by the product's own vote. Themes that were found in the whole history would know which
issues were still to come, and a campaign that nobody had planned yet would be no surprise; a
back-test on them flatters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from models.contracts import QUANTILE_LEVELS, THEMES
from models.errors import NotEnoughHistory
from models.forecasting.bands import band_of
from models.forecasting.scoring.backtested import ENSEMBLE, Backtest, Fan
from models.forecasting.scoring.come_due import score_due
from models.forecasting.scoring.evaluation import summarise, usual_error
from models.series.calendar import day_starts
from models.series.hierarchy import parse_series_id
from pipelines.settings import Settings
from pipelines.steps.forecast.forecast import FORECAST_LEVELS, forecast_series
from pipelines.steps.past.backtest_morning import Morning, live_morning
from pipelines.store import Store

SPACING_DAYS = 28  # between origins: their errors overlap little and share the weekday

_FAN_DAYS = 56  # of history in a picture
# Of two series that are the same complaints the one of the earlier level is judged.
_NAMED_BY = ("total", "theme", *(n for n in FORECAST_LEVELS if n not in ("total", "theme")))


def run_backtest(
    store: Store,
    scratch: Path,
    complaints: pd.DataFrame,
    *,
    encoder: str,
    origin: pd.Timestamp,
    as_of: pd.Timestamp,
    n_origins: int,
    n_fans: int,
    settings: Settings,
    tell: Callable[[str], None],
    signals: pd.DataFrame | None = None,
) -> Backtest:
    """Return how every method did at earlier origins.

    Parameters
    ----------
    store : Store
        Read only: the texts' vectors.
    scratch : Path
        An empty folder, for the themes of earlier mornings.
    complaints : DataFrame
        Those known at ``as_of``; see :func:`pipelines.steps.past.backtest_morning.live_morning`.
    encoder : str
        Whose vectors are used.
    origin, as_of : Timestamp
        The first date that is not counted any more, and the moment whose knowledge counts. The
        newest origin lies a horizon before the former.
    n_origins, n_fans : int
        How many origins, 28 days apart, and how many pictures.
    settings : Settings
        The parameters.
    tell : callable
        Told what is being done.
    signals : DataFrame, optional
        A SIGNALS frame: each morning knows the rows that were known before it began.

    Raises
    ------
    NotEnoughHistory
        If no origin has a series that can be forecast.
    """
    newest = origin - pd.Timedelta(days=settings.forecast.horizon_days)
    days = [newest - pd.Timedelta(days=SPACING_DAYS * k) for k in reversed(range(n_origins))]
    starts = day_starts(pd.DatetimeIndex(days), settings.time_zone)
    rows, fallbacks, left_out = [], [], {}
    fans: tuple[Fan, ...] = ()
    lived = []
    for day, moment in zip(days, starts, strict=True):
        tell(f"{day.date()} ...")
        try:
            morning = live_morning(
                store,
                scratch,
                complaints,
                encoder=encoder,
                origin=day,
                moment=moment.as_unit("us"),
                as_of=as_of,
                settings=settings,
            )
            scored, fell, told = score_methods(morning, settings, signals, moment.as_unit("us"))
        except NotEnoughHistory as reason:
            left_out[str(day.date())] = str(reason)
            continue
        lived.append(day)
        rows.append(scored)
        fallbacks.append(fell)
        fans = _fans(morning, told, n_fans)
    if not rows:
        raise NotEnoughHistory(
            "No back-test: " + "; ".join(f"{day}: {why}" for day, why in left_out.items())
        )
    found = pd.concat(rows, ignore_index=True)
    summary = summarise(found, baseline=settings.forecast.baseline)
    fell_back = pd.concat(fallbacks, ignore_index=True)
    return Backtest(tuple(lived), found, summary, fell_back, fans, left_out)


def newest_encoder(store: Store, *, as_of: str) -> str:
    """Return whose vectors the newest themes known at a moment come from.

    Raises
    ------
    NotEnoughHistory
        If no themes are known.
    """
    themes = store.read(THEMES, columns=["version", "encoder"])
    known = themes[themes["version"] <= as_of].sort_values("version")
    if known.empty:
        raise NotEnoughHistory(f"No themes are known as of {as_of}. Run `issuecast run` first.")
    return str(known["encoder"].iloc[-1])


def methods_of(settings: Settings) -> dict[str, Settings]:
    """Return the parameters under which each method forecasts, the ensemble first.

    A member alone is an ensemble of one: it gets the same distribution, the same caps and the
    same way of learning its width, so that what differs is the member.
    """
    options = settings.forecast
    names = dict.fromkeys([*options.members, options.baseline])
    alone = {name: replace(settings, forecast=replace(options, members=(name,))) for name in names}
    return {ENSEMBLE: settings, **alone}


def score_methods(
    morning: Morning,
    settings: Settings,
    signals: pd.DataFrame | None,
    moment: pd.Timestamp,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the scores, where the baseline stood in, and the ensemble's forecasts.

    Parameters
    ----------
    morning : Morning
        What was known, and what came.
    settings : Settings
        The parameters.
    signals : DataFrame or None
        A SIGNALS frame; rows known at or after `moment` are not read.
    moment : Timestamp
        When the morning begins, UTC.
    """
    scored, fallbacks, ensemble = [], [], pd.DataFrame()
    judged = distinct_series(morning.came)
    told = None if signals is None else signals[signals["known_at"] < moment]
    for method, own in methods_of(settings).items():
        found = forecast_series(
            morning.counts,
            settings=own,
            origin=morning.origin,
            area_of=morning.area_of,
            signals=told,
            as_of=moment,
            then=morning.then,
        )
        known = found.forecasts.merge(morning.came[["series_id", "date"]])
        # Pairs are shares of what is forecast: no method forecasts them by itself.
        known = known[known["series_id"].isin(judged)]
        if known.empty:
            raise NotEnoughHistory("no series has enough history")
        if method == ENSEMBLE:
            ensemble = known
        scores = score_due(
            known, morning.came, prior_errors=own.forecast.dispersion_prior, seed=own.seed
        )
        scored.append(scores.assign(method=method))
        fallbacks.append(found.failures.assign(method=method, origin=morning.origin))
    rows = pd.concat(scored, ignore_index=True)
    about = _about(morning, sorted(rows["series_id"].unique()))
    rows = rows.merge(about, on="series_id", how="left", validate="many_to_one")
    fell = pd.concat(fallbacks, ignore_index=True)
    return rows, fell[["method", "origin", "series_id", "reason"]], ensemble


def distinct_series(came: pd.DataFrame) -> list[str]:
    """Return the series that are forecast by themselves, each under one name.

    The only brand is the total once more, an area of one theme is that theme. Judged as two they
    would make the bootstrap's intervals narrower than they are.

    Parameters
    ----------
    came : DataFrame of ``series_id, date, count``
        The same days of every series.
    """
    names = {str(name): parse_series_id(str(name)).level for name in came["series_id"].unique()}
    wide = came.pivot_table(index="series_id", columns="date", values="count").astype(float)
    first: dict[bytes, str] = {}
    for level in _NAMED_BY:
        for name in sorted(n for n, of in names.items() if of == level):
            first.setdefault(wide.loc[name].to_numpy().tobytes(), name)
    return sorted(first.values())


def _about(morning: Morning, names: list[str]) -> pd.DataFrame:
    """Return each series' title, band and usual error before the origin."""
    counts = morning.counts[morning.counts["series_id"].isin(names)]
    wide = counts.set_index(["series_id", "date"])["count"].unstack()  # noqa: PD010 - unique keys
    past = wide.reindex(names).to_numpy(dtype=float)
    is_born = np.cumsum(np.nan_to_num(past), axis=1) > 0
    past = np.where(is_born, past, np.nan)
    titles = [morning.title(name) for name in names]
    about = {"series_id": names, "title": titles, "band": band_of(past), "scale": usual_error(past)}
    return pd.DataFrame(about)


def _fans(morning: Morning, forecasts: pd.DataFrame, n_fans: int) -> tuple[Fan, ...]:
    """Return the total and the themes with most complaints in the picture's past."""
    start = morning.origin - pd.Timedelta(days=_FAN_DAYS)
    recent = morning.counts[morning.counts["date"] >= start]
    volume = recent.groupby("series_id")["count"].sum()
    names = [name for name in forecasts["series_id"].unique() if morning.is_pictured(name)]
    ranked = sorted(names, key=lambda name: (-int(volume.get(name, 0)), name))
    quantiles = ["series_id", "date", *QUANTILE_LEVELS]
    said = forecasts[quantiles].merge(morning.came, on=["series_id", "date"])
    return tuple(
        Fan(
            name,
            morning.title(name),
            recent.loc[recent["series_id"] == name, ["date", "count"]].reset_index(drop=True),
            said[said["series_id"] == name].drop(columns="series_id").reset_index(drop=True),
        )
        for name in ranked[:n_fans]
    )
