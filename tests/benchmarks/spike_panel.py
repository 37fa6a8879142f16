"""New York's complaints 2017-23: which spikes were real, and which rule saw them.

Themes are the complaint types and descriptors; a day of one counts when a year of it, ended a
week before, held 36 complaints (one in ten days), so that no volume of the test window chooses
what is tested. A real spike is told in hindsight (``models/spikes/truth/hindsight.py``): a centred
week of more than twice the centred half-year's median week, more than 4.5 robust sd above it, and
of ten complaints; such weeks with at most seven days between are one spike. Its days are all of
those weeks'. A spike is detected if a rule is in alarm on one of them, before its peak if that is
before the day with the most complaints. A warning is new after seven days without an alarm, and
false if no day of it is one of a spike's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.series.calendar import holiday_flags
from models.spikes.budget import monthly_thresholds
from models.spikes.episodes import episodes
from models.spikes.now import detect_now
from models.spikes.thresholds import BudgetRules
from models.spikes.truth.hindsight import heavy_weeks, spike_days
from tests.benchmarks.spike_rules import Floats, mean_of_seven, now_p, running_mean_sd, z_score

Mask = npt.NDArray[np.bool_]

_FROM, _LAST, _TEST_FROM = "2015-01-01", "2023-10-31", "2017-01-01"
_WATCHED_DAYS, _WATCHED_GAP, _WATCHED_LEAST = 365, 7, 36
_APART, _HALF_WEEK = 7, 3
_FLOOR = 5  # the least complaints of a day for an alarm of the rules that judge single days
# "floor_5" is Now with five as its floor: a real spike here is of ten, so those of five to seven
# spend the budget on what is no spike. Eight was chosen on the 14 months before the test.
NOMINAL = {"nyc_vendor_k1_5": 1.5, "nyc_vendor_k2": 2.0, "nyc_vendor_k3": 3.0}


@dataclass(frozen=True)
class Panel:
    """Themes day by day.

    Attributes
    ----------
    dates : DatetimeIndex of length n_days
        Without gaps.
    counts : ndarray of int, shape (n_series, n_days)
        Complaints a day.
    is_watched : ndarray of bool, shape (n_series, n_days)
        Whether the series was a theme that day, by its past.
    from_ : int
        Index of the first day of the test.
    """

    dates: pd.DatetimeIndex
    counts: npt.NDArray[np.int64]
    is_watched: Mask
    from_: int

    @cached_property
    def heavy(self) -> Mask:
        """Return the middles of real spikes' weeks, told in hindsight."""
        return heavy_weeks(self.counts)

    @cached_property
    def near(self) -> Mask:
        """Return all days of real spikes' weeks."""
        return spike_days(self.counts)


def nyc(folder: Path, *, quick: bool = False) -> Panel:
    """Return the panel; `quick`: every fourth theme."""
    file = folder / "nyc_complaints" / "complaints.csv.gz"
    rows = pd.read_csv(file, usecols=["opendate", "complaint_type", "descriptor"], dtype="str")
    dates = pd.date_range(_FROM, _LAST, freq="D")
    day = pd.to_datetime(rows["opendate"])
    tables = [
        pd.crosstab(rows[name], day).reindex(columns=dates, fill_value=0).to_numpy(np.int64)
        for name in ("complaint_type", "descriptor")
    ]
    counts = np.unique(np.concatenate(tables), axis=0)  # a type with one descriptor stands once
    is_watched = watched(counts)
    kept = is_watched.any(axis=1)
    counts, is_watched = counts[kept], is_watched[kept]
    step = 4 if quick else 1
    from_ = int(dates.get_loc(pd.Timestamp(_TEST_FROM)))
    return Panel(dates, counts[::step], is_watched[::step], from_)


def watched(counts: npt.NDArray[np.int64]) -> Mask:
    """Return on which days a series had had enough complaints to be a theme."""
    running = np.cumsum(np.pad(counts, ((0, 0), (1, 0))), axis=1)
    end = np.maximum(np.arange(counts.shape[1]) - _WATCHED_GAP, 0)
    start = np.maximum(end - _WATCHED_DAYS, 0)
    found: Mask = running[:, end] - running[:, start] >= _WATCHED_LEAST
    return found


def scores_of(panel: Panel) -> dict[str, tuple[Floats, Floats]]:
    """Return each rule's score, the lower the rarer, and expected complaints a week."""
    found = detect_now(panel.counts, panel.dates, holiday_flags(panel.dates, ["US-NY"]))
    week = running_mean_sd(panel.counts, 182)[0] * 7
    enough = panel.counts >= _FLOOR
    textbook = {"vendor": mean_of_seven(panel.counts), "z": z_score(panel.counts, 182)}
    seen, usual = found.observed, found.expected
    return {
        "now": (now_p(found.p_value, seen, usual), usual[-1]),
        "floor_5": (now_p(found.p_value, seen, usual, least=5), usual[-1]),
        **{name: (np.where(enough, p, 1.0), np.nan_to_num(week)) for name, p in textbook.items()},
    }


def budgeted(panel: Panel, score: Floats, expected: Floats, *, bands: bool) -> Mask:
    """Return the alarms at one false alarm a theme-year, thresholds set on the past alone."""
    rules = BudgetRules() if bands else BudgetRules(bands=())
    limit = monthly_thresholds(score, expected, panel.counts, panel.dates, panel.is_watched, rules)
    return np.asarray(score < limit)


def judged(panel: Panel, is_alarm: Mask) -> dict[str, float]:
    """Return ``pod``, ``before_peak_day``, ``false_per_theme_year`` and ``spikes``.

    Examples
    --------
    A theme of two years and one spike, on days 400 to 402 with its peak on the second. The weeks
    around it are all days from 394 to 408; an alarm on 400 is before the peak, one on 500 false.

    >>> counts = np.zeros((1, 731), dtype=int)
    >>> counts[0, [400, 401, 402]] = 10, 20, 10
    >>> panel = Panel(pd.date_range("2017-01-01", periods=731), counts, counts >= 0, 0)
    >>> alarm = np.zeros((1, 731), dtype=bool)
    >>> alarm[0, [400, 500]] = True
    >>> figures = judged(panel, alarm)
    >>> figures["spikes"], figures["pod"], figures["before_peak_day"]
    (1, 1.0, 1.0)
    >>> round(figures["false_per_theme_year"] * (731 - 15) / 365.25, 6)
    1.0
    """
    heavy, near = panel.heavy, panel.near
    n_days = len(panel.dates)
    in_test = np.arange(n_days) >= panel.from_
    hits: list[tuple[bool, bool]] = []
    n_false = 0
    for i, row in enumerate(panel.counts):
        for spike in episodes(heavy[i], quiet_days=_APART):
            first, last = spike.opened - _HALF_WEEK, spike.last_alarm + _HALF_WEEK + 1
            if first < panel.from_ or last > n_days - _APART or not panel.is_watched[i, first]:
                continue
            alarms = first + np.flatnonzero(is_alarm[i, first:last])
            peak = first + int(np.argmax(row[first:last]))
            hits.append((len(alarms) > 0, len(alarms) > 0 and alarms[0] < peak))
        mine = is_alarm[i] & panel.is_watched[i] & in_test
        n_false += sum(
            not near[i, warning.opened : warning.last_alarm + 1].any()
            for warning in episodes(mine, quiet_days=_APART)
        )
    theme_years = float((panel.is_watched & in_test & ~near).sum() / 365.25)
    return {
        "spikes": len(hits),
        "pod": float(np.mean([hit for hit, _ in hits])),
        "before_peak_day": float(np.mean([early for _, early in hits])),
        "false_per_theme_year": n_false / theme_years,
        "theme_years": theme_years,
    }


def nyc_figures(folder: Path, *, quick: bool = False) -> dict[str, float]:
    """Return the figures of all rules at the same budget, and of the shipped thresholds."""
    panel = nyc(folder, quick=quick)
    out: dict[str, float] = {}
    for name, (score, expected) in scores_of(panel).items():
        start = "nyc" if name == "now" else f"nyc_{name}"
        for suffix, bands in (("", True), ("_one_band", False)):
            found = judged(panel, budgeted(panel, score, expected, bands=bands))
            out[f"{start}_pod_at_1{suffix}"] = found["pod"]
            out[f"{start}_before_peak_day{suffix}"] = found["before_peak_day"]
            out[f"{start}_false_alarm_ratio{suffix}"] = found["false_per_theme_year"]
        if name == "now":
            out |= {"nyc_spikes": found["spikes"], "nyc_theme_years": found["theme_years"]}
            nominal = judged(panel, score < BudgetRules().default)
            out["nyc_nominal_pod"] = nominal["pod"]
            out["nyc_nominal_false_per_theme_year"] = nominal["false_per_theme_year"]
    mean, sd = running_mean_sd(panel.counts, 7)
    for name, k in NOMINAL.items():
        shipped = judged(panel, panel.counts > mean + k * sd)
        out[f"{name}_false_per_theme_year"] = shipped["false_per_theme_year"]
    return out
