"""Forecasts beside the peers: how sharp, how honest, how fast.

    python -m tests.benchmarks.forecast [--quick] --json FILE

Every method gets the same past and is asked for the same eleven quantiles at the same origins, in
the same run; its scores come from the same code. statsforecast and Prophet run as shipped, in an
environment of their own (`make bench-env`); where it is absent their rows are left out and the
output says so. The file is written anew after each method, so a killed run leaves what it had.

`--fold tune` measures at origins before the test window: what is chosen (members, constants) is
chosen there. `--methods` and `--panels` take a part, `--params FILE` lays parameters of this
project's engine over `params.yaml`. `--quick` takes few series, two origins, and the quick peers.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from models.forecasting.scoring.bootstrap import mean_interval, ratio_interval
from tests.benchmarks.corpora import corpora_folder
from tests.benchmarks.forecast_costs import costs
from tests.benchmarks.forecast_jobs import MethodFailed, Outcome, has_peers, run_method
from tests.benchmarks.forecast_methods import METHODS, PEERS
from tests.benchmarks.forecast_panels import FOLDS, Case, nyc_daily, nyc_weekly, outbreaks
from tests.benchmarks.forecast_themes import firefox_themes

OWN = "issuecast"
# Methods that take a quarter of a minute a series: they run last, and at so many newest origins.
_SLOW = {"autoarima": 1}
_QUICK_METHODS = (OWN, "seasonal_naive", "autoets")
_SHOWN = {
    OWN: "**issuecast**",
    "seasonal_naive": "seasonal naive",
    "autoets": "AutoETS",
    "autoarima": "AutoARIMA",
    "autotheta": "AutoTheta",
    "croston": "Croston SBA, conformal",
    "prophet": "Prophet",
}
# What is reported as one: New York's weeks and the disease counts.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "daily": ("daily",),
    "weekly": ("weekly", "outbreaks"),
    "firefox": ("firefox",),
}
LOADERS: Mapping[str, Callable[..., list[Case]]] = {
    "daily": nyc_daily,
    "weekly": nyc_weekly,
    "outbreaks": outbreaks,
    "firefox": firefox_themes,
}

Figures = dict[str, object]


def per_series(rows: pd.DataFrame) -> pd.DataFrame:
    """Return each series' scores over its origins: means, and WQL from summed losses.

    What the bootstrap draws are series, for a series' origins are no independent witnesses.
    """
    by = rows.groupby(["panel", "series_id"])
    out = by.mean(numeric_only=True)
    sums = by[["loss", "total"]].sum()
    return out.assign(loss=sums["loss"], total=sums["total"])


def figures_of(group: str, method: str, outcome: Outcome) -> Figures:
    """Return a method's figures on a group of panels, by the names they are asked for."""
    series = per_series(outcome.by_series)
    head = "" if method == OWN else f"{method}_"
    out: Figures = {}
    for score in ("scrps", "mase"):
        mean, low, high = mean_interval(series[score].to_numpy())
        out[f"{head}{group}_{score}"] = mean
        out |= {f"{head}{group}_{score}_lo": low, f"{head}{group}_{score}_hi": high}
    out[f"{head}{group}_wql"] = series["loss"].sum() / series["total"].sum()
    for score in ("inside_80", "inside_95", "above_90", "above_975"):
        out[f"{head}{group}_{score}"] = outcome.by_series[score].mean()
    if method == OWN:
        for rate in ("pit80", "pit95", "tail90", "tail975", "tail99"):
            mean, low, high = mean_interval(series[rate].to_numpy())
            out[f"{rate}_{group}"] = mean
            out |= {f"{rate}_{group}_lo": low, f"{rate}_{group}_hi": high}
    else:
        out[f"version_{method}"] = outcome.measured["version"]
    for cost in ("s_per_1000", "cpu_s_per_1000"):
        out[f"{head}{cost}_{group}"] = outcome.measured[cost]
    out[f"{head}peak_mb_{group}"] = outcome.measured["peak_mb"]
    return out


def ratios(group: str, ours: Outcome, peer: str, theirs: Outcome) -> Figures:
    """Return our scaled CRPS over a peer's, on the series and origins that both forecast.

    The day's panel carries no name of its own.
    """
    keys = ["panel", "series_id", "origin"]
    both = ours.by_series[[*keys, "scrps"]].merge(theirs.by_series[[*keys, "scrps"]], on=keys)
    series = both.groupby(keys[:2])[["scrps_x", "scrps_y"]].mean()
    values = ratio_interval(series["scrps_x"].to_numpy(), series["scrps_y"].to_numpy())
    name = f"ratio_{peer}" if group == "daily" else f"ratio_{peer}_{group}"
    return dict(zip((name, f"{name}_lo", f"{name}_hi"), values, strict=True))


def run_group(method: str, cases: Mapping[str, list[Case]], params: Path | None) -> Outcome:
    """Run a method on all panels of a group; costs are weighted by their forecasts."""
    newest = _SLOW.get(method, 0)
    parts = [run_method(method, cases[panel][-newest:], params=params) for panel in cases]
    if len(parts) == 1:
        return parts[0]
    rows = pd.concat([part.by_series for part in parts], ignore_index=True)
    weights = [len(part.by_series) for part in parts]
    measured: dict[str, float | str] = {
        cost: float(np.average([float(part.measured[cost]) for part in parts], weights=weights))
        for cost in ("s_per_1000", "cpu_s_per_1000")
    }
    measured["peak_mb"] = max(float(part.measured["peak_mb"]) for part in parts)
    measured["version"] = parts[0].measured["version"]
    return Outcome(rows, measured)


_HEAD = """
| panel | method | scaled CRPS (95 %) | MASE | WQL | 80 % | 95 % | > q97.5 | CPU s / 1,000 | MB |
|---|---|---|---|---|---|---|---|---|---|"""


def table_row(group: str, method: str, figures: Figures) -> str:
    """Return a method's figures as a Markdown row; our coverage is the randomised PIT's."""
    head = "" if method == OWN else f"{method}_"

    def of(name: str) -> float:
        return float(figures[f"{head}{name}"])  # type: ignore[arg-type]

    inside = [of(f"pit80_{group}"), of(f"pit95_{group}")] if method == OWN else [
        of(f"{group}_inside_80"),
        of(f"{group}_inside_95"),
    ]  # fmt: skip
    above = of(f"tail975_{group}") if method == OWN else of(f"{group}_above_975")
    score = f"{group}_scrps"
    return (
        f"| {group} | {_SHOWN[method]} | {of(score):.3f} ({of(score + '_lo'):.3f}-"
        f"{of(score + '_hi'):.3f}) | {of(f'{group}_mase'):.3f} | {of(f'{group}_wql'):.3f} "
        f"| {inside[0]:.3f} | {inside[1]:.3f} | {above:.3f} "
        f"| {of(f'cpu_s_per_1000_{group}'):.1f} | {of(f'peak_mb_{group}'):.0f} |"
    )


def write(figures: Figures, path: Path) -> Figures:
    """Write the figures as flat JSON, what is no number as null; return them rounded."""
    out: Figures = {}
    for key, value in figures.items():
        if isinstance(value, float | np.floating):
            out[key] = round(float(value), 4) if np.isfinite(value) else None
        else:
            out[key] = value
    path.write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")
    return out


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--fold", choices=FOLDS, default="test")
    parser.add_argument("--methods", nargs="+", choices=METHODS)
    parser.add_argument("--panels", nargs="+", choices=LOADERS)
    parser.add_argument("--params", type=Path)
    return parser.parse_args()


def _methods(options: argparse.Namespace) -> tuple[list[str], str]:
    """Return which methods run, and what is said of the peers."""
    wanted = options.methods or (_QUICK_METHODS if options.quick else METHODS)
    if has_peers():
        return list(wanted), "run"
    print("The peers' environment is absent (make bench-env): their rows are left out.")
    return [name for name in wanted if name not in PEERS], "absent"


def _cases(
    folder: Path, options: argparse.Namespace, figures: Figures
) -> dict[str, dict[str, list[Case]]]:
    """Return each group's panels, and note how many series it has."""
    out = {}
    for group, panels in GROUPS.items():
        chosen = [panel for panel in panels if panel in (options.panels or LOADERS)]
        made = {p: LOADERS[p](folder, fold=options.fold, quick=options.quick) for p in chosen}
        if made:
            out[group] = made
            series = [{s for case in one for s in case.series_ids} for one in made.values()]
            figures[f"{group}_series"] = sum(len(names) for names in series)
            print(f"{group}: {figures[f'{group}_series']} series", flush=True)
    return out


def compare(
    methods: list[str],
    cases: Mapping[str, Mapping[str, list[Case]]],
    outcomes: dict[tuple[str, str], Outcome],
    figures: Figures,
    rows: list[str],
    options: argparse.Namespace,
) -> None:
    """Run the methods on each group and add what they did to the figures and the table's rows."""
    for group, of_group in cases.items():
        for method in methods:
            print(f"  {group}: {method} ...", flush=True)
            try:
                done = run_group(method, of_group, options.params)
            except MethodFailed as failure:
                figures[f"{method}_{group}_left_out"] = str(failure)
                print(f"  {failure}")
                continue
            outcomes[group, method] = done
            figures |= figures_of(group, method, done)
            if method != OWN and (group, OWN) in outcomes:
                figures |= ratios(group, outcomes[group, OWN], method, done)
            rows.append(table_row(group, method, figures))
            write(figures, options.json)


def main() -> None:
    """Measure, print, write."""
    options = _options()
    folder = corpora_folder()
    methods, peers = _methods(options)
    figures: Figures = {
        "cpus": os.cpu_count(),
        "machine": platform.machine(),
        "fold": options.fold,
        "peers": peers,
    }
    outcomes: dict[tuple[str, str], Outcome] = {}
    cases = _cases(folder, options, figures)
    rows: list[str] = []
    quick = [name for name in methods if name not in _SLOW]
    compare(quick, cases, outcomes, figures, rows, options)
    if OWN in methods and options.panels is None:
        print("costs ...", flush=True)
        figures |= costs(folder)
        write(figures, options.json)
    compare([name for name in methods if name in _SLOW], cases, outcomes, figures, rows, options)
    write(figures, options.json)
    print(_HEAD + "\n" + "\n".join(rows) + "\n")
    for name, value in figures.items():
        if name.startswith(("pit", "tail", "ratio_", "update_", "coherence_", "mlflow_")):
            shown = f"{value:.4f}" if isinstance(value, float) else value
            print(f"{name:<32} {shown}")


if __name__ == "__main__":
    main()
