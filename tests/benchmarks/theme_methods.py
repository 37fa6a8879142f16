"""One method's themes of one corpus, measured in a process of its own.

    python -m tests.benchmarks.theme_methods FOLDER

Run by the benchmark in this project's environment for its own method and k-means, and in the
peers' environment for theirs, so it imports nothing at the top that both do not have. The folder
is all that passes between them:

in      ``job.json`` (``method``, ``fits``, ``true_themes``), ``vectors.npy``, ``texts.json`` (a
        text and its hash a row), ``refit.npy`` (row numbers: nine tenths of the rows, shuffled)
out     ``labels.npz`` (an array a fit; -1: an outlier), ``measured.json``

A fit is ``first`` and ``second`` (the same rows under two seeds), ``refit`` (the rows of
``refit.npy``), ``shuffled`` (all rows in another order, the first seed) or ``warm`` (the first
2,000 rows: it imports and compiles what a later fit then need not).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

Labels = dict[str, np.ndarray]  # the method's name (or a variant's) to a label a row


def issuecast(vectors: np.ndarray, texts: list[list[str]], seed: int, k: int) -> Labels:
    """Return this project's themes.

    The estimator draws nothing at random. What stands for a seed is the one arbitrary choice
    it has: the order in which it takes the texts, here that of hashes salted with the seed.
    """
    from models.themes.discovery import SharedNeighbourThemes

    hashes = [text_hash for _, text_hash in texts]
    if seed:
        hashes = [hashlib.sha256(f"{seed}{h}".encode()).hexdigest() for h in hashes]
    model = SharedNeighbourThemes().fit(vectors, text_hashes=hashes)
    return {"issuecast": model.labels_}


def kmeans(vectors: np.ndarray, texts: list[list[str]], seed: int, k: int) -> Labels:
    """Return k-means' clusters, told the true number of classes."""
    from sklearn.cluster import KMeans

    return {"kmeans": KMeans(k, random_state=seed).fit_predict(vectors)}


def bertopic(vectors: np.ndarray, texts: list[list[str]], seed: int, k: int) -> Labels:
    """Return BERTopic's topics as shipped, and with its outliers given to their nearest topic.

    As shipped its UMAP takes NumPy's global generator, which the seed sets.
    """
    from bertopic import BERTopic

    np.random.seed(seed)  # noqa: NPY002 - what BERTopic draws from
    documents = [text for text, _ in texts]
    model = BERTopic()
    topics, _ = model.fit_transform(documents, vectors)
    reduced = list(topics)
    if -1 in topics and max(topics) >= 0:
        reduced = model.reduce_outliers(
            documents, topics, strategy="embeddings", embeddings=vectors
        )
    return {"bertopic": np.asarray(topics), "bertopic_reduced": np.asarray(reduced)}


def evoc(vectors: np.ndarray, texts: list[list[str]], seed: int, k: int) -> Labels:
    """Return EVoC's clusters as shipped."""
    from evoc import EVoC

    return {"evoc": np.asarray(EVoC(random_state=seed).fit_predict(vectors))}


METHODS: dict[str, Callable[..., Labels]] = {
    "issuecast": issuecast,
    "kmeans": kmeans,
    "bertopic": bertopic,
    "evoc": evoc,
}
_PEER_VERSIONS = {"kmeans": "scikit-learn"}
_WARM_ROWS = 2000


def _cpu_s() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _peak_mb() -> float:
    # getrusage's peak would be the larger parent's, whose child this process was before exec.
    status = Path("/proc/self/status")
    if not status.exists():  # not Linux
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = status.read_text(encoding="ascii").splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def main() -> None:
    """Fit as the job says, measure each fit, write labels and measures."""
    folder = Path(sys.argv[1])
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    vectors = np.load(folder / "vectors.npy")
    texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    method = METHODS[job["method"]]
    all_rows = np.arange(len(vectors))
    rows_of = {
        "first": (all_rows, 0),
        "second": (all_rows, 1),
        "refit": (np.load(folder / "refit.npy"), 0),
        "warm": (all_rows[:_WARM_ROWS], 0),
        "shuffled": (np.random.default_rng(7).permutation(len(vectors)), 0),
    }
    labels: Labels = {}
    seconds, cpu_seconds = [], []
    for fit in job["fits"]:
        rows, seed = rows_of[fit]
        given, said = vectors[rows], [texts[i] for i in rows]
        started, cpu_before = time.perf_counter(), _cpu_s()
        found = method(given, said, seed, job["true_themes"])
        seconds.append(time.perf_counter() - started)
        cpu_seconds.append(_cpu_s() - cpu_before)
        for name, clusters in found.items():
            # In the corpus's own order; -2: left out of this fit.
            in_order = np.full(len(vectors), -2, dtype=np.int64)
            in_order[rows] = clusters
            labels[f"{name}.{fit}"] = in_order
    package = _PEER_VERSIONS.get(job["method"], job["method"])
    measured = {
        # The first fit imports libraries and compiles; what a later one takes is the method's.
        "cold_s": seconds[0],
        "fit_s": seconds[min(1, len(seconds) - 1)],
        "fit_cpu_s": cpu_seconds[min(1, len(seconds) - 1)],
        "peak_mb": _peak_mb(),
        "version": importlib.metadata.version(package),
    }
    np.savez(folder / "labels.npz", **labels)  # type: ignore[arg-type]
    (folder / "measured.json").write_text(json.dumps(measured), encoding="utf-8")


if __name__ == "__main__":
    main()
