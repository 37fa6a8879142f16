"""Themes beside the peers: how good, how stable, how fast, and who keeps their names.

    python -m tests.benchmarks.themes [--quick] --json FILE

Every method gets the same vectors in the same run and never sees a label; k-means is told the
true number of classes, which nobody knows. BERTopic and EVoC run in an environment of their own
(`make bench-env`); where it is absent their rows are left out and the output says so. `--quick`
leaves out the peers, firefox_support, 100,000 vectors and the birth scan on the stream.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.metrics import adjusted_rand_score

from tests.benchmarks.births import banking77_births, firefox_births
from tests.benchmarks.cached_vectors import vectors_of
from tests.benchmarks.corpora import (
    Labelled,
    airline,
    banking77,
    corpora_folder,
    firefox,
    firefox_stream,
)
from tests.benchmarks.figures import machine, parser, show, write
from tests.benchmarks.theme_identity import kept_ids
from tests.benchmarks.theme_jobs import PEERS, Figures, has_peers, run_method, score

OWN = "issuecast"
_FITS = ("first", "second", "refit")
_VARIANTS = {"bertopic": ("bertopic", "bertopic_reduced")}
_SHOWN = {
    OWN: "**issuecast**",
    "kmeans": "k-means, told the true k",
    "bertopic": "BERTopic",
    "bertopic_reduced": "BERTopic, outliers reduced",
    "evoc": "EVoC",
}
_MANY = 100_000
_JITTER = 0.3  # length of the noise that makes a further vector out of a real one
_JITTER_SEED = 3

Vectors = npt.NDArray[np.float32]


def compare(
    corpus: Labelled, vectors: Vectors, methods: tuple[str, ...]
) -> tuple[dict[str, Figures], dict[str, object]]:
    """Return each method's figures on the corpus, and the versions of the packages."""
    out: dict[str, Figures] = {}
    versions: dict[str, object] = {}
    for method in methods:
        print(f"  {corpus.name}: {method} ...", flush=True)
        is_own = method == OWN
        labels, measured = run_method(
            method,
            vectors,
            corpus.texts,
            corpus.hashes,
            true_themes=corpus.true_themes,
            fits=(*_FITS, "shuffled") if is_own else _FITS,
        )
        versions[method] = measured.pop("version")
        for name in _VARIANTS.get(method, (method,)):
            out[name] = {**score(labels, name, corpus.labels), **measured}
        if is_own:
            pair = labels[f"{OWN}.first"], labels[f"{OWN}.shuffled"]
            out[OWN]["row_order_ari"] = adjusted_rand_score(*pair)
    return out, versions


def many(vectors: Vectors) -> Vectors:
    """Return 100,000 unit vectors: the given ones and, around them, noisy copies."""
    rng = np.random.default_rng(_JITTER_SEED)
    copies = vectors[np.arange(_MANY) % len(vectors)].copy()
    noise = rng.standard_normal((_MANY, vectors.shape[1])).astype(np.float32)
    noise[: len(vectors)] = 0.0
    copies += noise * np.float32(_JITTER / vectors.shape[1] ** 0.5)
    return np.asarray(copies / np.linalg.norm(copies, axis=1, keepdims=True), dtype=np.float32)


def fit_many(vectors: Vectors, texts: list[str], methods: tuple[str, ...]) -> Figures:
    """Return the CPU seconds that each method takes for 100,000 vectors."""
    figures: Figures = {}
    rows = many(vectors)
    said = [texts[i % len(texts)] for i in range(_MANY)]
    hashes = [f"{i:032x}" for i in np.random.default_rng(_JITTER_SEED).permutation(_MANY)]
    for method in methods:
        print(f"  100,000 vectors: {method} ...", flush=True)
        _, measured = run_method(method, rows, said, hashes, true_themes=0, fits=("warm", "first"))
        figures[_named(method, "fit_100k_cpu_s")] = measured["fit_cpu_s"]
        figures[_named(method, "fit_100k_s")] = measured["fit_s"]
        figures[_named(method, "fit_100k_peak_mb")] = measured["peak_mb"]
    return figures


def births(folder: Path, corpus: Labelled, vectors: Vectors, is_quick: bool) -> Figures:
    """Return the figures of the birth scan, and print what was born by name."""
    print("  banking77: births ...", flush=True)
    figures = dict(banking77_births(vectors, corpus.labels, quick=is_quick))
    if is_quick:
        return figures
    print("  firefox: births ...", flush=True)
    stream = firefox_stream(folder)
    of_stream = vectors_of(stream["text"].tolist(), stream["text_hash"].tolist())
    found, listed = firefox_births(of_stream, stream)
    for birth in listed:
        print(f"    {birth['at']}  {birth['people']:>3} people  {birth['title']}: {birth['label']}")
    return {**figures, **found}


def _named(method: str, figure: str) -> str:
    return figure if method == OWN else f"{method}_{figure}"


def flat(corpus: str, by_method: dict[str, Figures]) -> Figures:
    """Return the figures of a corpus by the names they are asked for.

    Agreement with the truth carries the corpus's name; stability and time do so on the second
    and third corpus only, for ``seed_ari``, ``refit_ari`` and ``fit_13k_s`` mean banking77's.
    """
    own_names = {"themes", "nmi", "ari", "outliers"}
    out: Figures = {}
    for method, figures in by_method.items():
        for figure, value in figures.items():
            is_main = corpus == "banking77" and figure not in own_names
            name = figure if is_main else f"{corpus}_{figure}"
            out[_named(method, "fit_13k_s" if name == "fit_s" else name)] = value
    return out


def table(corpus: str, by_method: dict[str, Figures]) -> str:
    """Return a corpus's figures as Markdown rows."""
    rows = []
    for method, f in by_method.items():
        rows.append(
            f"| {corpus} | {_SHOWN[method]} | {f['themes']:.0f} | {f['nmi']:.3f} | {f['ari']:.3f} "
            f"| {f['outliers']:.0%} | {f['seed_ari']:.2f} | {f['refit_ari']:.2f} "
            f"| {f['fit_s']:.1f} ({f['cold_s']:.1f}) | {f['peak_mb']:.0f} |"
        )
    return "\n".join(rows)


_DIGITS = 4
_HEAD = """
| corpus | method | themes | NMI | ARI | outliers | seed ARI | refit ARI | s (cold) | MB |
|---|---|---|---|---|---|---|---|---|---|"""


def main() -> None:
    """Measure, print, write."""
    options = parser().parse_args()
    folder = corpora_folder()
    figures = machine()
    with_peers = has_peers() and not options.quick
    figures["peers"] = "run" if with_peers else "left out: --quick" if has_peers() else "absent"
    if not has_peers():
        print("The peers' environment is absent (make bench-env): their rows are left out.")
    methods = (OWN, "kmeans", *(PEERS if with_peers else ()))
    loaders = (banking77, airline) if options.quick else (banking77, airline, firefox)
    rows = []
    pool: list[Vectors] = []
    pool_texts: list[str] = []
    for load in loaders:
        corpus = load(folder)
        print(f"{corpus.name}: {len(corpus.texts):,} texts, {corpus.true_themes} classes")
        vectors = vectors_of(corpus.texts, corpus.hashes)
        pool.append(vectors)
        pool_texts += corpus.texts
        by_method, versions = compare(corpus, vectors, methods)
        figures.update({f"version_{name}": version for name, version in versions.items()})
        figures.update(flat(corpus.name, by_method))
        rows.append(table(corpus.name, by_method))
        if load is banking77:
            print("  banking77: five refits ...", flush=True)
            shares = kept_ids(vectors, corpus.hashes)
            figures.update({f"id_kept_{i}": share for i, share in enumerate(shares, start=1)})
            figures["id_kept_min"] = min(shares)
            figures.update(births(folder, corpus, vectors, options.quick))
        # The peers take an hour where they are slow: keep what is known.
        write(figures, options.json, digits=_DIGITS)
    if not options.quick:
        figures.update(fit_many(np.concatenate(pool), pool_texts, (OWN, *methods[2:])))
    if "bertopic_fit_13k_s" in figures:
        figures["ratio_bertopic"] = figures["bertopic_fit_13k_s"] / figures["fit_13k_s"]  # type: ignore[operator]
        figures["ratio_evoc"] = figures["evoc_fit_13k_s"] / figures["fit_13k_s"]  # type: ignore[operator]
    rounded = write(figures, options.json, digits=_DIGITS)
    print(_HEAD + "\n" + "\n".join(rows) + "\n")
    in_table = ("themes", "nmi", "ari", "outliers", "seed_ari", "refit_ari", "cold_s", "peak_mb")
    show({k: v for k, v in rounded.items() if not k.endswith(in_table) or k == "row_order_ari"})


if __name__ == "__main__":
    main()
