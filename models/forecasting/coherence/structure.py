"""How the series of a panel add up: themes to areas to the total, channels and brands across."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.contracts import NODE_ALL, NODE_REST
from models.forecasting.panel import Floats, Panel
from models.series.hierarchy import SeriesKey, parse_series_id, series_id

_TOTAL = SeriesKey()
_CROSSED = ("channel", "brand")


@dataclass(frozen=True)
class Structure:
    """Which series add up to which.

    Parameters
    ----------
    series_ids : tuple of str, length n_series
        In the panel's order.
    groups : tuple of (int, tuple of int)
        A parent and its children, which together are the parent. A series is a child in several
        groups where levels cross: a theme's channels make the theme and the channels.
    parent : ndarray of int, shape (n_series,)
        The series of which each takes a share where it has no forecast of its own; -1: the total.
    has_own : ndarray of bool, shape (n_series,)
        Whether a series is forecast by itself. Pairs (a theme's channel) are not: their shares of
        the theme forecast them as well, see :mod:`models.forecasting.coherence.reconcile`.
    young : tuple of str
        Names of themes too young to be forecast by themselves: :mod:`models.forecasting.young`.
    """

    series_ids: tuple[str, ...]
    groups: tuple[tuple[int, tuple[int, ...]], ...]
    parent: NDArray[np.int64]
    has_own: NDArray[np.bool_]
    young: tuple[str, ...] = ()

    @property
    def is_young(self) -> NDArray[np.bool_]:
        """Return which series take a share of their parent's since they are too young: a mask."""
        return np.array([name in self.young for name in self.series_ids], dtype=bool)

    def own_panel(self, panel: Panel) -> Panel:
        """Return the panel of the series that are forecast by themselves."""
        names = tuple(n for n, own in zip(self.series_ids, self.has_own, strict=True) if own)
        return replace(panel, series_ids=names, y=panel.y[self.has_own])


def alone(panel: Panel) -> Structure:
    """Return the structure of series that do not add up to anything."""
    n = len(panel.series_ids)
    none = np.full(n, -1, dtype=np.int64)
    return Structure(panel.series_ids, (), none, np.ones(n, dtype=bool))


def is_pair(key: SeriesKey) -> bool:
    """Return whether a series is one of a theme within a channel or brand."""
    return key.theme != NODE_ALL and (key.channel != NODE_ALL or key.brand != NODE_ALL)


def nested(
    panel: Panel,
    area_of: Mapping[str, str],
    *,
    unsure: Floats | None = None,
    young: Collection[str] = (),
) -> tuple[Panel, Structure]:
    """Return the panel with what is missing to its sums, and how its series add up.

    Where the children that the panel has do not make up their parent, the rest (themes that are
    too young to be forecast, pairs that are too small to be kept) becomes a series of its own,
    ``~``, so that all sums are exact. A rest without any complaint is left out.

    Parameters
    ----------
    panel : Panel
        Series named by :func:`models.series.hierarchy.series_id`, parents among them.
    area_of : mapping of str to str
        Area of each theme. A theme without one, or whose area is not in the panel, is a child of
        the total.
    unsure : ndarray of shape (n_series, n_days), optional
        Above 0 where a count is an estimate: there a rest is not known.
    young : collection of str
        Names of series that are too young to be forecast by themselves.

    Returns
    -------
    Panel
        Its series sorted by name.
    Structure
    """
    keys = [parse_series_id(name) for name in panel.series_ids]
    place = {key: i for i, key in enumerate(keys)}
    rows, names = [panel.y], list(panel.series_ids)
    families: list[tuple[SeriesKey, list[SeriesKey]]] = []
    for parent, children, rest in _families(keys, area_of):
        known = [place[child] for child in children]
        left = panel.y[place[parent]] - np.nansum(panel.y[known], axis=0)
        if unsure is not None:
            left = np.where(unsure[place[parent]] > 0, np.nan, left)
        born = np.flatnonzero(np.nan_to_num(left) > 0)
        if len(born):
            left[: born[0]] = np.nan
            rows.append(np.maximum(left, 0.0)[None, :])
            names.append(_name(rest))
            children = [*children, rest]
        if children:
            families.append((parent, children))
    order = np.argsort(np.array(names, dtype=object), kind="stable")
    sorted_names = tuple(names[i] for i in order)
    full = replace(panel, series_ids=sorted_names, y=np.concatenate(rows)[order])
    return full, _structure(sorted_names, families, young)


def _name(key: SeriesKey) -> str:
    return series_id(key.theme, key.channel, key.brand, area=key.area)


def _families(
    keys: Sequence[SeriesKey], area_of: Mapping[str, str]
) -> Iterator[tuple[SeriesKey, list[SeriesKey], SeriesKey]]:
    """Yield each parent, its children in the panel, and the name of what is missing."""
    levels: dict[str, list[SeriesKey]] = {}
    for key in keys:
        levels.setdefault(key.level, []).append(key)
    if _TOTAL not in keys:
        return
    areas = {key.area: key for key in levels.get("area", [])}
    inside: dict[str, list[SeriesKey]] = {area: [] for area in areas}
    top = [*areas.values(), *levels.get("unassigned", [])]
    for key in levels.get("theme", []):
        inside.get(area_of.get(key.theme, ""), top).append(key)
    if top:
        yield _TOTAL, top, SeriesKey(theme=NODE_REST)
    for area, children in inside.items():
        yield areas[area], children, SeriesKey(area=area, theme=NODE_REST)
    for axis in _CROSSED:
        across = levels.get(axis, [])
        if across:
            yield _TOTAL, across, SeriesKey(**{axis: NODE_REST})
        pairs = levels.get(f"theme*{axis}", [])
        for theme in levels.get("theme", []):
            cells = [key for key in pairs if key.theme == theme.theme]
            if cells:
                yield theme, cells, SeriesKey(**{"theme": theme.theme, axis: NODE_REST})
        for key in across:
            cells = [pair for pair in pairs if getattr(pair, axis) == getattr(key, axis)]
            if cells:
                rest = SeriesKey(**{"theme": NODE_REST, axis: getattr(key, axis)})
                yield key, cells, rest


def _structure(
    names: tuple[str, ...],
    families: list[tuple[SeriesKey, list[SeriesKey]]],
    young: Collection[str],
) -> Structure:
    keys = [parse_series_id(name) for name in names]
    place = {key: i for i, key in enumerate(keys)}
    parent = np.full(len(names), -1, dtype=np.int64)
    for key, children in families:
        for child in children:
            # A pair is a share of its theme, whose group comes before its channel's.
            if parent[place[child]] < 0:
                parent[place[child]] = place[key]
    groups = tuple((place[key], tuple(place[c] for c in children)) for key, children in families)
    # One without a parent has nobody's shape to take.
    too_young = tuple(n for n, p in zip(names, parent, strict=True) if n in young and p >= 0)
    own = [not is_pair(k) and n not in too_young for k, n in zip(keys, names, strict=True)]
    return Structure(names, groups, parent, np.array(own, dtype=bool), too_young)
