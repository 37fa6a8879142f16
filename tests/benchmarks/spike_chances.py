"""Next and Last on New York's complaints 2017-23: are the chances as often true as they say?

What Now sees and its thresholds are those of the product. Each half-year the chances are learnt
anew on what was past, and every seventh morning all quiet themes are asked about: does the theme
exceed its threshold within 7 and 28 days? Skill is that of the Brier score against the usual rate
as it was known on the day of learning; ECE is over ten groups of as many chances. Last is asked of
each day of each open warning whether the next week holds more than twice the usual; its skill is
against the rate of the years before the test.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from models.series.calendar import holiday_flags
from models.spikes import last as last_module
from models.spikes.kept import keep_budget
from models.spikes.last import GROUPS, Lessons, last_lessons, learn_last
from models.spikes.logistic import fit_logistic
from models.spikes.next import HORIZONS, NextRules, known_on, learn_next
from models.spikes.next_features import Past
from models.spikes.now import detect_now
from models.spikes.rules import Detection, NowRules
from tests.benchmarks.spike_panel import Panel

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_HALF_YEAR, _EVERY, _QUIET_DAYS = 182, 7, 7
_GROUPS = 10


def calibration_error(came: Mask, said: Floats) -> float:
    """Return how far chances lie from shares, over groups of as many chances.

    Examples
    --------
    Ten chances of .1, of which none came, and ten of .5, of which every second did.

    >>> said, came = np.repeat([0.1, 0.5], 10), np.arange(20) % 2 * (np.arange(20) > 9) == 1
    >>> round(calibration_error(came, said), 3)
    0.05
    """
    order = np.argsort(said, kind="stable")
    parts = np.array_split(order, _GROUPS)
    error = [len(part) * abs(said[part].mean() - came[part].mean()) for part in parts]
    return float(np.sum(error) / len(said))


def skill(came: Mask, said: Floats, usual: Floats | float) -> float:
    """Return by how much the chances' Brier score is below that of the usual rate."""
    return float(1 - ((said - came) ** 2).mean() / ((usual - came) ** 2).mean())


def kept_detection(panel: Panel) -> Detection:
    """Return what Now saw, at the product's thresholds, on days that a series was a theme."""
    seen = detect_now(panel.counts, panel.dates, holiday_flags(panel.dates, ["US-NY"]))
    return keep_budget(seen, panel.counts, NowRules(), quiet_days=_QUIET_DAYS)


def next_figures(panel: Panel, seen: Detection) -> dict[str, float]:
    """Return skill and calibration of each horizon, on themes that were quiet."""
    past, rules = Past(seen, panel.counts, panel.is_watched), NextRules()
    out: dict[str, float] = {}
    for days in HORIZONS:
        said, came, usual = [], [], []
        for start in range(panel.from_, past.n_days - days, _HALF_YEAR):
            model = learn_next(past, start, days, rules=rules)
            for morning in range(start, min(start + _HALF_YEAR, past.n_days - days), _EVERY):
                quiet = past.is_quiet(morning)
                said.append(model.chance(known_on(past, morning, days)[quiet]))
                came.append(past.exceeds(morning, days)[quiet])
                usual.append(np.full(int(quiet.sum()), model.usual))
        p, y, u = (np.concatenate(it) for it in (said, came, usual))
        out |= {
            f"next{days}_skill": skill(y, p, u),
            f"next{days}_ece": calibration_error(y, p),
            f"next{days}_said": float(p.mean()),
            f"next{days}_came": float(y.mean()),
            f"next{days}_asked": len(p),
        }
    return out


def last_figures(panel: Panel, seen: Detection) -> dict[str, float]:
    """Return the same of Last, and complaints still to come: said over came."""
    seen = replace(seen, is_alarm=seen.is_alarm & panel.is_watched)
    every = last_lessons(seen, panel.counts, quiet_days=_QUIET_DAYS)
    said, came, extra, brought = [], [], [], []
    for start in range(panel.from_, panel.counts.shape[1], _HALF_YEAR):
        model = learn_last(_lessons(panel, seen, start))
        rows = (every.day >= start) & (every.day < start + _HALF_YEAR)
        p = model.chance(every.x[rows])
        said.append(p)
        came.append(every.lasted[rows])
        extra.append(every.excess[rows] * model.ratios[np.searchsorted(GROUPS, p)])
        brought.append(every.extra[rows])
    p, y, e, b = (np.concatenate(it) for it in (said, came, extra, brought))
    before = float(every.lasted[every.day < panel.from_].mean())
    return {
        "last_skill": skill(y, p, before),
        "last_ece": calibration_error(y, p),
        "last_came": float(y.mean()),
        "last_asked": len(p),
        "last_extra_ratio": float(e.sum() / b.sum()),
        **_prior(_lessons(panel, seen, panel.from_)),
    }


def _lessons(panel: Panel, seen: Detection, end: int) -> Lessons:
    """Return what could be learnt by a day."""
    cut = replace(
        seen,
        dates=seen.dates[:end],
        is_alarm=seen.is_alarm[:, :end],
        observed=seen.observed[:, :, :end],
        expected=seen.expected[:, :, :end],
    )
    return last_lessons(cut, panel.counts[:, :end], quiet_days=_QUIET_DAYS)


def _prior(lessons: Lessons) -> dict[str, float]:
    """Return the constants of ``models/spikes/last.py``: what the years before the test teach."""
    middle, spread = lessons.x.mean(axis=0), lessons.x.std(axis=0)
    x = np.column_stack([np.ones(len(lessons.x)), (lessons.x - middle) / spread])
    weights = fit_logistic(x, lessons.lasted, np.zeros(x.shape[1]), np.ones(x.shape[1]))
    group = np.searchsorted(GROUPS, expit(x @ weights))
    out = {"last_prior_constant": float(weights[0])}
    for k, name in enumerate(last_module.NAMES):
        out[f"last_prior_{name}"] = float(weights[k + 1])
        out[f"last_prior_{name}_middle"] = float(middle[k])
        out[f"last_prior_{name}_spread"] = float(spread[k])
    for k in range(len(GROUPS) + 1):
        own = (group == k) & lessons.has_closed
        ratio = lessons.extra[own].sum() / lessons.excess[own].sum()
        out[f"last_prior_ratio_{k + 1}"] = float(ratio)
    return out
