"""Pictures for notebooks: each function draws on matplotlib axes and returns them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from models.errors import IssuecastError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _BLUE, _RED = "#333333", "#1f5f99", "#b3261e"


def axes(ax: Axes | None) -> Axes:
    """Return the axes given, or those of a new figure.

    Raises
    ------
    IssuecastError
        If matplotlib is not installed, with the command that installs it.
    """
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ImportError as err:
        raise IssuecastError("Plots need matplotlib: pip install 'issuecast[notebooks]'.") from err
    _, made = pyplot.subplots(figsize=(8, 3), layout="constrained")
    return made


def whole_days(counts: pd.Series, ahead: pd.DataFrame) -> pd.Series:
    """Return counts with a row for every day, 0 where none came, up to the forecast's first."""
    if counts.empty:
        return counts
    last = ahead["date"].min() - pd.Timedelta(days=1) if len(ahead) else counts.index.max()
    days = pd.date_range(counts.index.min(), max(last, counts.index.max()), freq="D")
    return counts.reindex(days, fill_value=0)


def fan(past: pd.Series, ahead: pd.DataFrame, *, title: str, ax: Axes | None = None) -> Axes:
    """Draw counts a day, the median that is expected, and 80 % and 90 % ranges."""
    on = axes(ax)
    on.plot(past.index, past.to_numpy(), color=_INK, linewidth=1, label="complaints a day")
    if len(ahead):
        days = ahead.sort_values("date")
        for low, high, alpha in (("q05", "q95", 0.15), ("q10", "q90", 0.25)):
            on.fill_between(days["date"], days[low], days[high], color=_BLUE, alpha=alpha, lw=0)
        on.plot(days["date"], days["mean"], color=_BLUE, linewidth=1.5, label="expected")
    return _finish(on, title, "complaints a day")


def bars(values: pd.Series, *, title: str, label: str, ax: Axes | None = None) -> Axes:
    """Draw a bar a name, the first on top; names are shown as they are, never as mathematics."""
    on = axes(ax)
    names = [str(name).replace("$", r"\$") for name in values.index]
    on.barh(np.arange(len(values)), values.to_numpy(), color=_BLUE)
    on.set_yticks(np.arange(len(values)), names)
    on.invert_yaxis()
    on.set_title(title.replace("$", r"\$"))
    on.set_xlabel(label)
    return on


def timeline(episodes: pd.DataFrame, missed: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw a row a warning, told to closed, and a cross for each rise nobody was warned of."""
    on = axes(ax)
    names: list[str] = []
    for row in episodes.to_dict("records"):
        start = _naive(row["first_told"])
        end = _naive(row["closed_on"]) if pd.notna(row["closed_on"]) else start
        colour = _BLUE if row["verdict"] == "real" else _INK
        on.plot([start, max(start, end)], [len(names)] * 2, color=colour, linewidth=5)
        names.append(str(row["title"]))
    for row in missed.to_dict("records"):
        on.plot([_naive(row["peak_on"])], [len(names)], "x", color=_RED)
        names.append(f"{row['title']} (missed)")
    on.set_yticks(np.arange(len(names)), [name.replace("$", r"\$") for name in names])
    on.invert_yaxis()
    return _finish(on, "Warnings: blue came true, grey did not or is not known", "", legend=False)


def _naive(moment: Any) -> pd.Timestamp:
    stamp = pd.Timestamp(moment)
    return stamp.tz_convert(None) if stamp.tzinfo else stamp


def _finish(on: Axes, title: str, label: str, *, legend: bool = True) -> Axes:
    on.set_title(title.replace("$", r"\$"))
    on.set_ylabel(label)
    if legend:
        on.legend(loc="upper left", frameon=False)
    on.tick_params(axis="x", rotation=30)
    return on
