"""Seven weekly series of diseases with the epidemiologists' outbreak marks, 2001-2004.

A week is held against the two years before it. Most marks lie early, so few are judged: one
outbreak of thirty weeks, which says little of any rule. Every rule gives each week a score; its
threshold is where one week a series-year without a mark lies below (in-sample, the same for all
rules). An outbreak is a run of marked weeks; it is seen if one of them is in alarm.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.spikes.episodes import episodes
from models.spikes.weekly.farrington_rules import FarringtonRules
from models.spikes.weekly.seasonal import weekly_p_values
from tests.benchmarks.spike_rules import Floats, ears, farrington, mean_of_seven, z_score

_FIRST, _YEARS, _WEEKS_A_YEAR = 104 + 3, 2, 365.25 / 7


def outbreak_figures(folder: Path) -> dict[str, float]:
    """Return the share of outbreaks and of marked weeks that each rule sees."""
    rows = pd.read_csv(folder / "outbreaks" / "weekly_counts.csv")
    counts, mark = (
        rows.pivot_table(index="series", columns="week", values=name).to_numpy(np.int64)
        for name in ("count", "outbreak")
    )
    is_marked = mark[:, _FIRST:] > 0
    years = float((~is_marked).sum()) / _WEEKS_A_YEAR
    rules = FarringtonRules(method="nbPlugin", years=_YEARS)
    scores: dict[str, Floats] = {
        "": weekly_p_values(counts, first=_FIRST, years=_YEARS),
        "_farrington": farrington(counts, first=_FIRST, rules=rules),
        "_ears_c2": ears(counts, "C2")[:, _FIRST:],
        "_z": z_score(counts, 52)[:, _FIRST:],
        "_vendor": mean_of_seven(counts)[:, _FIRST:],
    }
    spans = [(i, it) for i, row in enumerate(is_marked) for it in episodes(row, quiet_days=1)]
    out: dict[str, float] = {
        "outbreaks": len(spans),
        "outbreaks_marked_weeks": int(is_marked.sum()),
    }
    for name, score in scores.items():
        quiet: npt.NDArray[np.float64] = np.sort(score[~is_marked])
        alarm = score < quiet[int(years) + 1]
        hits = [alarm[i, it.opened : it.last_alarm + 1].any() for i, it in spans]
        out[f"outbreaks{name}_seen_at_1"] = float(np.mean(hits))
        out[f"outbreaks{name}_weeks_seen_at_1"] = float(alarm[is_marked].mean())
    return out
