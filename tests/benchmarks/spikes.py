"""Spikes beside the peers: how many are seen at the same number of false alarms.

    python -m tests.benchmarks.spikes [--quick] [--parts PART...] --json FILE

Simulated: the 42 scenarios of Noufaily and others 2013, the last 49 weeks judged. Every rule gives
each week a score; its threshold is where one week a theme-year of separate quiet series (past
spikes, but none in the last 49 weeks) lies below. A spike is detected if any week of it is in
alarm. Real: New York's complaints 2017-23 (``spike_panel.py``), thresholds set each month on what
was past. R's ``surveillance`` answers where it is installed (Debian: r-cran-surveillance), and its
figures are left out where it is not. `--quick`: few replicates, R on few series, a quarter of
New York's themes. `--parts` takes a part: noufaily, nyc, chances (``spike_chances.py``), brands
(``spike_brands.py``), outbreaks (``spike_outbreaks.py``), parity, chain (``spike_chain.py``: an
hour). The file is written anew after each.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from models.forecasting.scoring.bootstrap import mean_interval
from models.spikes.weekly.farrington import farrington_flexible
from models.spikes.weekly.farrington_rules import METHODS, FarringtonRules
from tests.benchmarks.corpora import corpora_folder
from tests.benchmarks.figures import machine, parser, show, write
from tests.benchmarks.spike_brands import brand_figures
from tests.benchmarks.spike_chain import chain_figures
from tests.benchmarks.spike_chances import kept_detection, last_figures, next_figures
from tests.benchmarks.spike_outbreaks import outbreak_figures
from tests.benchmarks.spike_panel import nyc, nyc_figures
from tests.benchmarks.spike_rules import (
    Floats,
    ears,
    farrington,
    mean_of_seven,
    now_by_day,
    running_mean_sd,
    seasonal,
    z_score,
)
from tests.benchmarks.spike_scenarios import JUDGED, WEEKS, Simulated, simulate
from tests.surveillance import INSTALL, ask_r, versions

_FIRST = WEEKS - JUDGED
_EARS_ALPHA = 0.001  # as R's earsC has it
_WEEKS_A_YEAR = 365.25 / 7
PARTS = ("noufaily", "nyc", "chances", "brands", "outbreaks", "parity", "chain")
Rule = Callable[[npt.NDArray[np.int64]], Floats]
RULES: dict[str, Rule] = {
    "seasonal": lambda y: seasonal(y, first=_FIRST),
    "farrington": lambda y: farrington(y, first=_FIRST),
    "now_windows": lambda y: now_by_day(y, first=_FIRST),
    "ears_c1": lambda y: ears(y, "C1")[:, _FIRST:],
    "ears_c2": lambda y: ears(y, "C2")[:, _FIRST:],
    "ears_c3": lambda y: ears(y, "C3")[:, _FIRST:],
    "z": lambda y: z_score(y, 52)[:, _FIRST:],
    "vendor": lambda y: mean_of_seven(y)[:, _FIRST:],
}


def detected(quiet: Floats, score: Floats, spike: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return which spikes have a week in alarm at one false alarm a theme-year.

    Examples
    --------
    104 quiet weeks, so two may be below the threshold; the first series' spike is as rare as the
    rarest of them, the second's is not.

    >>> quiet = np.linspace(0.01, 1.04, 104)[None, :]
    >>> score, spike = np.array([[0.5, 0.01], [0.5, 0.1]]), np.array([[False, True]] * 2)
    >>> detected(quiet, score, spike).tolist()
    [True, False]
    """
    allowed = int(quiet.size / _WEEKS_A_YEAR) + 1
    threshold = np.sort(quiet, axis=None)[allowed]  # ties count for none: a week must lie below
    found = ((score < threshold) & spike).any(axis=1)
    return np.asarray(found[spike.any(axis=1)])


def noufaily(*, replicates: int) -> dict[str, float]:
    """Return each rule's probability of detection over all scenarios."""
    quiet = simulate(replicates, seed=1, with_last=False)
    spiked = simulate(replicates, seed=2, with_last=True)
    out: dict[str, float] = {"noufaily_spikes": int(spiked.spike.any(axis=1).sum())}
    found = {
        name: detected(rule(quiet.counts), rule(spiked.counts), spiked.spike)
        for name, rule in RULES.items()
    }
    for name, hits in found.items():
        out["noufaily_pod_at_1" if name == "seasonal" else f"noufaily_pod_{name}"] = hits.mean()
    gain = found["seasonal"].astype(float) - found["farrington"]
    _, low, high = mean_interval(gain)
    out |= {"noufaily_gain_lo": low, "noufaily_gain_hi": high}
    shipped = farrington_flexible(quiet.counts, first=_FIRST)
    out["noufaily_farrington_shipped_false"] = shipped.is_alarm.mean() * _WEEKS_A_YEAR
    return {name: float(value) for name, value in out.items()}


def parity(folder: Path, *, every: int, weeks: int) -> dict[str, float]:
    """Return the share of alarm decisions on which the port and R agree."""
    simulated: Simulated = simulate(1, seed=3, with_last=True)
    outbreaks = pd.read_csv(folder / "outbreaks" / "weekly_counts.csv")
    real = outbreaks.pivot_table(index="series", columns="week", values="count").to_numpy()
    same: list[npt.NDArray[np.bool_]] = []
    for counts, years in ((simulated.counts[::every], 5), (real, 3)):
        first = counts.shape[1] - weeks
        for method in METHODS:
            rules = FarringtonRules(method=method, years=years)
            ours = farrington_flexible(counts, first=first, rules=rules).is_alarm
            with tempfile.TemporaryDirectory() as place:
                table = ask_r(counts, Path(place), what=method, first=first, years=years)
            theirs = (table["alarm"] == 1).to_numpy().reshape(ours.shape)
            same.append((ours == theirs).ravel())
    agreed = np.concatenate(same)
    return {
        "farrington_parity": float(agreed.mean()),
        "farrington_decisions": len(agreed),
        **_ears_parity(simulated.counts[::every]),
    }


def _ears_parity(counts: npt.NDArray[np.int64]) -> dict[str, float]:
    """Return the same for EARS C1 and C2 at R's own level."""
    same = []
    for method, lag in (("C1", 1), ("C2", 3)):
        mean, sd = (table[:, _FIRST:] for table in running_mean_sd(counts, 7, lag=lag))
        ours = counts[:, _FIRST:] > mean + norm.isf(_EARS_ALPHA) * sd
        with tempfile.TemporaryDirectory() as place:
            table = ask_r(counts, Path(place), what=method, first=_FIRST, alpha=_EARS_ALPHA)
        same.append(((table["alarm"] == 1).to_numpy().reshape(ours.shape) == ours).mean())
    return {"ears_parity": float(np.mean(same))}


def main() -> None:
    """Measure and write the figures."""
    made = parser()
    made.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="measure only these")
    made.add_argument("--workspace", help="of the part chain: one that has the vectors already")
    options = made.parse_args()
    quick, folder = options.quick, corpora_folder()
    figures: dict[str, object] = {**machine(), "quick": quick}
    for part in options.parts:
        if part == "noufaily":
            figures |= noufaily(replicates=5 if quick else 20)
        elif part == "nyc":
            figures |= nyc_figures(folder, quick=quick)
        elif part == "chances":
            panel = nyc(folder, quick=quick)
            seen = kept_detection(panel)
            figures |= next_figures(panel, seen) | last_figures(panel, seen)
        elif part == "brands":
            figures |= brand_figures(folder)
        elif part == "outbreaks":
            figures |= outbreak_figures(folder)
        elif part == "chain":
            with tempfile.TemporaryDirectory() as place:
                work = Path(options.workspace or place)
                figures |= chain_figures(folder, work, quick=quick)
        elif versions():
            figures["r"] = versions()
            figures |= parity(folder, every=6 if quick else 2, weeks=8 if quick else 49)
        else:
            print(f"farrington_parity was not measured: {INSTALL}")
        write(figures, options.json, digits=4)
    show(write(figures, options.json, digits=4))


if __name__ == "__main__":
    main()
