"""Make the reference of test_farrington.py: `python -m` and this module's name.

Simulated weekly counts, of which some have spikes, and what R says of them. It needs R's package
``surveillance``.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np

from tests.surveillance import INSTALL, ask_r, versions

FIXTURE = Path(__file__).with_name("farrington_r.json")
SEED, WEEKS, FIRST = 20130117, 330, 290
# name: threshold, alpha, periods, years
CASES = {
    "delta": ("delta", 0.05, 10, 5),
    "nbPlugin": ("nbPlugin", 0.05, 10, 5),
    "muan": ("muan", 0.05, 10, 5),
    "strict": ("nbPlugin", 0.005, 10, 5),
    "windows alone, two years": ("delta", 0.01, 1, 2),
    "three years, seven seasons": ("muan", 0.01, 7, 3),
}


def simulated() -> np.ndarray:
    """Return counts of twelve series: rare and common, with season, trend and spikes."""
    rng = np.random.default_rng(SEED)
    t = np.arange(1, WEEKS + 1)
    season = np.cos(2 * np.pi * t / 52)
    rows = []
    for level in (-2.0, 0.1, 1.5, 3.75):
        for slope, swing, phi in ((0.0, 0.0, 1.5), (0.003, 0.6, 1.0001), (-0.004, 0.3, 4.0)):
            mean = np.exp(level + slope * t + swing * season)
            row = rng.negative_binomial(mean / (phi - 1), 1 / phi)
            for start in rng.integers(100, WEEKS - 5, 4):
                size = rng.poisson(6 * np.sqrt(phi * mean[start]) + 2)
                row += np.bincount(
                    np.minimum(start + rng.lognormal(0, 0.5, size).astype(int), WEEKS - 1),
                    minlength=WEEKS,
                )
            rows.append(row)
    silent = np.zeros(WEEKS, dtype=int)
    lone = silent.copy()
    lone[[200, FIRST + 5]] = [1, 6]
    return np.array([*rows, silent, lone])


def main() -> None:
    """Write the fixture."""
    if not versions():
        raise SystemExit(INSTALL)
    counts = simulated()
    found: dict[str, object] = {
        "made_by": versions(),
        "seed": SEED,
        "first": FIRST,
        "counts": counts.tolist(),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, (what, alpha, n_periods, years) in CASES.items():
            table = ask_r(
                counts, Path(folder), what=what, first=FIRST, alpha=alpha, n_periods=n_periods,
                years=years,
            )  # fmt: skip
            columns = table[["alarm", "upper", "p", "trend"]]
            found[name] = {c: columns[c].astype(object).where(columns[c].notna(), None).tolist()
                           for c in columns}  # fmt: skip
    FIXTURE.write_text(json.dumps(found, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
