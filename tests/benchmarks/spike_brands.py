"""Mentions of five brands by the hour, early 2015: which of the 16 marked windows are seen.

Counts of five minutes are summed by the hour. Every rule gives each hour a score from what was past
alone; its threshold is where all brands together have one warning a brand-month outside the marked
windows (in-sample, the same for all rules: the ranking of hours is compared, no promise is). Hours
with a day or less between them are one warning. Mentions are no complaints, and the marks are wide:
they begin up to two days before what they mean, so no delay is told.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.spikes.episodes import episodes
from models.spikes.hourly import detect_hours

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_LEARNT_DAYS = 17  # before the first judged hour: two weeks of baseline, and the gap
_HOURS_A_MONTH = 365.25 * 24 / 12
_QUIET_HOURS = 24


def read(folder: Path) -> tuple[npt.NDArray[np.int64], pd.DatetimeIndex, list[list[slice]]]:
    """Return mentions by brand and hour, the hours, and each brand's marked windows."""
    rows = pd.read_csv(
        folder / "brand_mentions" / "mentions_5min.csv.gz", parse_dates=["created_at"]
    )
    hour = rows["created_at"].dt.floor("h")
    table = rows.pivot_table(index="brand", columns=hour, values="mentions", aggfunc="sum")
    hours = pd.date_range(table.columns.min(), table.columns.max(), freq="h")[1:-1]
    table = table.reindex(columns=hours).fillna(0)
    marks = pd.read_csv(
        folder / "brand_mentions" / "anomaly_windows.csv", parse_dates=["start", "end"]
    )
    windows = []
    for brand in table.index:
        own = marks[marks["brand"] == brand]
        first = hours.searchsorted(own["start"].dt.floor("h"))
        last = hours.searchsorted(own["end"], side="right")
        windows.append([slice(int(a), int(b)) for a, b in zip(first, last, strict=True)])
    return table.to_numpy(np.int64), hours, windows


def seen_at_budget(score: Floats, windows: list[list[slice]], first: int) -> tuple[float, float]:
    """Return the share of windows with an hour in alarm, and warnings a brand-month outside them.

    Parameters
    ----------
    score : ndarray of shape (n_brands, n_hours)
        The lower the rarer.
    windows : list of list of slice
        By brand: the hours that are marked.
    first : int
        The first hour that is judged; windows that begin before it are left out.
    """
    marked = np.zeros(score.shape, dtype=bool)
    for i, own in enumerate(windows):
        for window in own:
            marked[i, window] = True
    months = float((~marked[:, first:]).sum()) / _HOURS_A_MONTH

    def false(limit: float) -> int:
        found = 0
        for i, row in enumerate(score[:, first:] < limit):
            for it in episodes(row, quiet_days=_QUIET_HOURS):
                found += not marked[i, first + it.opened : first + it.last_alarm + 1].any()
        return found

    # From the strictest on, the last limit up to which the budget was never passed.
    limits = np.unique(score[:, first:][~marked[:, first:]])
    best = float(limits[0])
    for limit in limits[:400]:
        if false(float(limit)) > months:
            break
        best = float(limit)
    judged = [(i, w) for i, own in enumerate(windows) for w in own if w.start >= first]
    hits = [bool((score[i, w] < best).any()) for i, w in judged]
    return float(np.mean(hits)), false(best) / months


def brand_figures(folder: Path) -> dict[str, float]:
    """Return the figures of Now by the hour, of z-scores and of the mean of the last day + k sd."""
    counts, hours, windows = read(folder)
    first = _LEARNT_DAYS * 24
    found = detect_hours(
        counts, hours, np.zeros(len(hours), dtype=bool), last=len(hours) - first, baseline_days=28
    )
    ours = np.ones(counts.shape)
    high = (found.observed >= 5) & (found.observed >= 1.5 * found.expected)
    ours[:, first:] = np.where(high, found.p_value, 1.0).min(axis=0)
    wide = pd.DataFrame(counts.T.astype(float))
    out: dict[str, float] = {"brands_windows": sum(w.start >= first for o in windows for w in o)}
    scores = {
        "": ours,
        "_z": _z(wide, 28 * 24, _LEARNT_DAYS * 12),
        "_vendor": _z(wide, 24, 24),
    }
    for name in ("", "_z", "_vendor"):
        seen, false = seen_at_budget(scores[name], windows, first)
        out[f"brands{name}_seen_at_1_a_month"] = seen
        out[f"brands{name}_false_a_month"] = false
    shipped = np.where(found.is_alarm, 0.0, 1.0)
    marked = [(i, w) for i, own in enumerate(windows) for w in own if w.start >= first]
    out["brands_shipped_seen"] = float(
        np.mean(
            [(shipped[i, max(w.start - first, 0) : w.stop - first] < 1).any() for i, w in marked]
        )
    )
    return out


def _z(wide: pd.DataFrame, hours: int, least: int) -> Floats:
    past = wide.shift(1).rolling(hours, min_periods=least)
    z = (wide - past.mean()) / past.std().clip(lower=1.0)
    return -np.nan_to_num(z.to_numpy().T, nan=-9.0)
