"""What was fitted, as tables of plain columns, and back: so that it can be kept as Parquet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, get_type_hints

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.forecasting.aftermaths.past import Learnt
from models.forecasting.fitting.fitted import Fitted
from models.forecasting.fitting.packing import in_order, pack, unpack
from models.forecasting.members import Member, make_member
from models.forecasting.panel import Floats, Panel
from models.forecasting.scoring.backtest import EarlierForecasts
from models.forecasting.young import Beginnings
from models.series.hierarchy import parse_series_id

_MEMBER = "member_"  # ... and its name: the table of its fitted parameters
_DAILY = ("mean", "baseline", "actual", "wider")


def to_tables(
    fitted: Fitted, *, series_ids: Sequence[str], members: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """Return what was fitted as tables by name.

    Parameters
    ----------
    fitted : Fitted
        On a panel of the series.
    series_ids : sequence of str
        Those that are forecast by themselves, in the panel's order.
    members : sequence of str
        Names of the members, the baseline's too.

    Returns
    -------
    dict of str to DataFrame
        ``series`` (their order), ``errors`` and ``errors_week`` (earlier mornings), ``aftermath``,
        ``membership`` (band, member), ``beginnings``, ``scores``, ``member_scores``,
        and ``member_<name>`` where
        there is anything fitted.
    """
    names = np.asarray(series_ids, dtype=object)
    tables = {
        "series": pd.DataFrame({"series_id": pd.Series(names, dtype="str")}),
        "errors": _long(fitted.earlier, names, _DAILY, "lead"),
        "errors_week": _long(fitted.earlier, names, ("wider_week",), "week"),
        "aftermath": pd.DataFrame([fitted.aftermath._asdict()]),
        "membership": _membership_table(fitted.membership),
        "beginnings": pd.DataFrame([fitted.beginnings._asdict()]),
        "scores": fitted.scores,
        "member_scores": fitted.member_scores,
    }
    for name in members:
        if fitted.members[name] is not None:
            tables[f"{_MEMBER}{name}"] = pack(fitted.members[name])
    return tables


def from_tables(
    tables: Mapping[str, pd.DataFrame],
    *,
    panel: Panel,
    fitted_before: pd.Timestamp,
    members: Sequence[str],
) -> Fitted:
    """Return what was fitted, its rows in the order of the panel's series.

    A series that the tables do not know gets what the known ones have in common. Known series
    that are not asked for stay apart, for the pool. A rest holds other themes every morning, so
    that no filter goes on with one: it runs through its past anew.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        From :func:`to_tables`.
    panel : Panel
        What the members are to forecast: series with a forecast of their own, without what
        signals brought.
    fitted_before : Timestamp
        The first date that the tables know nothing of.
    members : sequence of str
        Names of the members, the baseline's too.
    """
    age = (panel.origin - fitted_before).days
    known = [str(name) for name in tables["series"]["series_id"]]
    place = {name: i for i, name in enumerate(known)}
    rows = np.array([place.get(name, -1) for name in panel.series_ids], dtype=np.int64)
    asked = set(panel.series_ids)
    others = np.array([i for name, i in place.items() if name not in asked], dtype=np.int64)
    learnt = tables["aftermath"].iloc[0]
    fitted = {}
    for name in members:
        frame = tables.get(f"{_MEMBER}{name}")
        fitted[name] = (
            None if frame is None else _member(make_member(name), frame, panel, rows, age)
        )
    return Fitted(
        members=fitted,
        earlier=_earlier(tables, len(known), rows),
        aftermath=Learnt(float(learnt["size"]), float(learnt["spread"]), int(learnt["n_spikes"])),
        scores=_only(tables["scores"], asked),
        member_scores=_only(tables["member_scores"], asked),
        membership=membership_from(tables),
        beginnings=_beginnings(tables),
        others=_earlier(tables, len(known), others) if len(others) else None,
    )


def _beginnings(tables: Mapping[str, pd.DataFrame]) -> Beginnings:
    row = tables["beginnings"].iloc[0]
    kappa, day, week = (float(row[name]) for name in ("kappa", "day", "week"))
    return Beginnings(kappa, day, week, int(row["n_looks"]))


def _membership_table(membership: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    pairs = [(band, name) for band, chosen in membership.items() for name in chosen]
    return pd.DataFrame(pairs, columns=["band", "member"], dtype="str")


def membership_from(tables: Mapping[str, pd.DataFrame]) -> dict[str, tuple[str, ...]]:
    """Return the members of each volume band, in the order in which they were listed."""
    rows = tables["membership"].groupby("band", sort=False)["member"]
    return {str(band): tuple(str(name) for name in names) for band, names in rows}


def _is_rest(name: str) -> bool:
    return parse_series_id(name).level == "rest"


def _only(frame: pd.DataFrame, series_ids: set[str]) -> pd.DataFrame:
    return frame[frame["series_id"].isin(series_ids)].reset_index(drop=True)


def _long(
    earlier: EarlierForecasts, names: NDArray[np.object_], columns: Sequence[str], step: str
) -> pd.DataFrame:
    """Return arrays of (n_origins, n_series, n_steps) as rows by origin, series and step."""
    n_origins, n_series, n_steps = getattr(earlier, columns[0]).shape
    frame = pd.DataFrame(
        {
            "origin": np.repeat(earlier.origins.to_numpy(), n_series * n_steps),
            "series_id": pd.Series(np.tile(np.repeat(names, n_steps), n_origins), dtype="str"),
            step: np.tile(np.arange(1, n_steps + 1), n_origins * n_series),
        }
    )
    for name in columns:
        frame[name] = getattr(earlier, name).ravel()
    return frame


def _earlier(
    tables: Mapping[str, pd.DataFrame], n_known: int, rows: NDArray[np.int64]
) -> EarlierForecasts:
    days, weeks = tables["errors"], tables["errors_week"]
    origins = pd.DatetimeIndex(days["origin"].unique()).as_unit("us")

    def spread(frame: pd.DataFrame, name: str, missing: float) -> Floats:
        cells = max(len(origins) * n_known, 1)
        shape = (len(origins), n_known, len(frame) // cells)
        values = frame[name].to_numpy(dtype=np.float64).reshape(shape)
        out = np.full((len(origins), len(rows), shape[2]), missing)
        out[:, rows >= 0] = values[:, rows[rows >= 0]]
        return out

    mean, baseline, actual = (spread(days, name, np.nan) for name in _DAILY[:3])
    return EarlierForecasts(
        origins, mean, baseline, actual, spread(days, "wider", 0), spread(weeks, "wider_week", 0)
    )


def _member(
    member: Member, frame: pd.DataFrame, panel: Panel, rows: NDArray[np.int64], age: int
) -> Any:
    """Return what a member has fitted, `age` days ago, in the panel's order."""
    fitted = unpack(frame, get_type_hints(member.fit).get("return"))
    if not getattr(member, "is_filter", False):
        return in_order(fitted, rows)
    # A filter has no parameters that are fitted: what it does not know runs through it.
    names = panel.series_ids
    is_new = rows < 0 if age == 0 else (rows < 0) | np.array([_is_rest(n) for n in names], bool)
    ids = tuple(name for name, new in zip(names, is_new, strict=True) if new)
    news = replace(panel, y=panel.y[is_new], series_ids=ids).before(age)
    return in_order(fitted, np.where(is_new, -1, rows), member.fit(news) if ids else None)
