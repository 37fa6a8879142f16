"""Hands a corpus to a method's own process and scores what comes back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

ROOT = Path(__file__).parents[2]
PEERS_PYTHON = ROOT / ".bench-venv" / "bin" / "python"
PEERS = ("bertopic", "evoc")
_REFIT_SHARE = 0.9
_REFIT_SEED = 11

Ints = npt.NDArray[np.int64]
Figures = dict[str, float]


def has_peers() -> bool:
    """Return whether the peers' environment (`make bench-env`) is there."""
    return PEERS_PYTHON.exists()


def run_method(
    method: str,
    vectors: npt.NDArray[np.float32],
    texts: Sequence[str],
    hashes: Sequence[str],
    *,
    true_themes: int,
    fits: Sequence[str],
) -> tuple[dict[str, Ints], dict[str, float]]:
    """Run one method in a process of its own.

    Returns
    -------
    labels : dict
        ``method.fit`` (also of the method's variants) to a label a text; -1: an outlier, -2: left
        out of the fit.
    measured : dict
        Seconds, CPU seconds, peak memory (MB) and the package's version.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kept = np.random.default_rng(_REFIT_SEED).permutation(len(vectors))
        np.save(folder / "refit.npy", kept[: round(_REFIT_SHARE * len(vectors))])
        np.save(folder / "vectors.npy", vectors)
        pairs = [list(pair) for pair in zip(texts, hashes, strict=True)]
        (folder / "texts.json").write_text(json.dumps(pairs), encoding="utf-8")
        job = {"method": method, "fits": list(fits), "true_themes": true_themes}
        (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
        python = str(PEERS_PYTHON) if method in PEERS else sys.executable
        command = [python, "-W", "ignore", "-m", "tests.benchmarks.theme_methods", name]
        # Threads that wait must not spin: on a machine with other work that costs minutes.
        environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE"}
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=sys.stderr, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{method} failed: see above.")
        with np.load(folder / "labels.npz") as arrays:
            labels = {key: arrays[key] for key in arrays.files}
        measured = json.loads((folder / "measured.json").read_text(encoding="utf-8"))
    return labels, measured


def score(labels: dict[str, Ints], name: str, truth: Ints) -> Figures:
    """Return how a method's themes agree with the truth and with themselves.

    Outliers count as one group of their own, for every method alike.
    """
    first, second, refit = (labels[f"{name}.{fit}"] for fit in ("first", "second", "refit"))
    seen = refit != -2
    return {
        "themes": len(np.unique(first[first >= 0])),
        "nmi": normalized_mutual_info_score(truth, first),
        "ari": adjusted_rand_score(truth, first),
        "outliers": float((first == -1).mean()),
        "seed_ari": adjusted_rand_score(first, second),
        "refit_ari": adjusted_rand_score(first[seen], refit[seen]),
    }
