"""What every benchmark is asked and how it keeps its figures: one flat JSON object."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path


def parser() -> argparse.ArgumentParser:
    """Return what reads the options that all benchmarks take."""
    made = argparse.ArgumentParser()
    made.add_argument("--quick", action="store_true")
    made.add_argument("--json", type=Path, required=True)
    return made


def machine() -> dict[str, object]:
    """Return the figures that say where the others were measured."""
    return {"cpus": os.cpu_count(), "machine": platform.machine()}


def write(figures: Mapping[str, object], path: Path, *, digits: int) -> dict[str, object]:
    """Write the figures as flat JSON; return them rounded."""
    rounded = {k: round(v, digits) if isinstance(v, float) else v for k, v in figures.items()}
    path.write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")
    return rounded


def show(figures: Mapping[str, object]) -> None:
    """Print the figures, one a line."""
    width = max((len(name) for name in figures), default=0)
    for name, value in figures.items():
        print(f"{name:<{width}} {value}")
