"""A small corpus with known themes, a planted spike and planted personal data."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

_THEMES = {
    "parcel": ("parcel delivery courier late doorstep", "my parcel", "the courier"),
    "invoice": ("invoice charged twice refund card", "my invoice", "the refund"),
    "router": ("router firmware wifi drops restart", "my router", "the wifi"),
    "password": ("password login reset locked account", "my password", "the login"),
}
_ENDINGS = ("again", "today", "since monday", "and nobody answers", "please help", "this week")
FIRST_DAY = pd.Timestamp("2020-01-01")
SPIKE_DAY = pd.Timestamp("2020-06-28")
FIELDS = (
    *("id", "created_at", "received_at", "text", "channel", "brand", "product", "region"),
    *("customer", "reach"),
)


def rows(
    *, days: int = 185, per_day: float = 1.6, seed: int = 3, spike: int = 30
) -> list[dict[str, str]]:
    """Return complaints of four themes over some days; `router` spikes near the end."""
    rng = np.random.default_rng(seed)
    out: list[dict[str, str]] = []
    for day in range(days):
        date = FIRST_DAY + pd.Timedelta(days=day)
        for name, (words, *starts) in _THEMES.items():
            count = int(rng.poisson(per_day))
            if name == "router" and date == SPIKE_DAY:
                count += spike
            for _ in range(count):
                picked = rng.permutation(words.split())[:4]
                text = f"{starts[int(rng.integers(2))]} {' '.join(picked)} "
                text += f"{_ENDINGS[int(rng.integers(6))]} {int(rng.integers(1, 60))} times"
                moment = date + pd.Timedelta(seconds=int(rng.integers(86_400)))
                out.append(
                    {
                        "id": f"c{len(out)}",
                        "created_at": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
                        "received_at": "",
                        "text": text,
                        "channel": ("web", "phone")[int(rng.integers(2))],
                        "brand": "Acme",
                        "product": "broadband",
                        "region": ("North", "South")[int(rng.integers(2))],
                        "customer": f"customer-{int(rng.integers(400))}",
                        "reach": "",
                    }
                )
    return out


def write(path: Path, complaints: Iterable[dict[str, str]]) -> Path:
    """Write complaints as CSV and return the path."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows(complaints)
    return path


def write_params(path: Path) -> Path:
    """Write parameters that make the chain quick: the tiny encoder, few origins."""
    path.write_text(
        "embedding: {encoder: hashing}\n"
        "themes: {resolution: 0.5, min_texts: 20}\n"
        "forecast: {dispersion_origins: 2}\n",
        encoding="utf-8",
    )
    return path
