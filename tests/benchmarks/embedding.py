"""Our encoder beside plain sentence-transformers: the same weights, texts and machine.

    python -m tests.benchmarks.embedding [--quick] --json FILE

The two take turns, round by round, so that what else the machine does strikes both alike;
the ratio is the median of the rounds' ratios. Short texts are banking77's (12 words), long ones
Firefox support's (about 100 words). Then a corpus is put through the product's own step twice:
the second time must embed nothing.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.embedding import BUNDLED_NAME, Encoder, load_encoder
from models.embedding.sentence import _bundled_folder
from pipelines.settings import load_settings
from pipelines.steps.embed import embed_texts
from pipelines.store import Store
from tests.benchmarks.corpora import banking77, corpora_folder, firefox
from tests.benchmarks.figures import machine, parser, show, write

_ROUNDS = 7
_SHORT, _LONG = 2000, 160  # texts of a round
Encode = Callable[[list[str]], npt.NDArray[np.float32]]


def peer() -> Encode:
    """Return sentence-transformers' own ``encode`` as it comes, with the bundled weights."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(_bundled_folder()), device="cpu", local_files_only=True)
    return lambda texts: model.encode(texts, show_progress_bar=False)


def seconds_of(encode: Encode, texts: Sequence[str]) -> tuple[float, npt.NDArray[np.float32]]:
    """Return what encoding the texts took, and the vectors."""
    started = time.perf_counter()
    vectors = encode(list(texts))
    return time.perf_counter() - started, vectors


def side_by_side(
    ours: Encode, theirs: Encode, texts: Sequence[str], rounds: int
) -> dict[str, float]:
    """Return the speeds (median over rounds), their ratio and the lowest cosine."""
    for encode in (ours, theirs):
        encode(list(texts[:64]))  # what only a first call does
    own_s, peer_s, lowest = [], [], 1.0
    for turn in range(rounds):
        pair = [(own_s, ours), (peer_s, theirs)]
        vectors = []
        for times, encode in pair if turn % 2 == 0 else pair[::-1]:
            taken, found = seconds_of(encode, texts)
            times.append(taken)
            vectors.append(found.astype(np.float64))
        cosines = np.einsum("ij,ij->i", vectors[0], vectors[1])
        cosines /= np.linalg.norm(vectors[0], axis=1) * np.linalg.norm(vectors[1], axis=1)
        lowest = min(lowest, float(cosines.min()))
    ratios = [b / a for a, b in zip(own_s, peer_s, strict=True)]
    return {
        "texts_per_s": len(texts) / statistics.median(own_s),
        "sentence_transformers_texts_per_s": len(texts) / statistics.median(peer_s),
        "ratio": statistics.median(ratios),
        "ratio_lowest": min(ratios),
        "ratio_highest": max(ratios),
        "min_cosine": lowest,
    }


def embedded_again(encoder: Encoder, texts: Sequence[str], hashes: Sequence[str]) -> int:
    """Return how many texts of an unchanged corpus the product's step embeds a second time."""
    rows = pd.DataFrame({"text_hash": list(hashes), "text": list(texts)})
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        embed_texts(store, encoder, rows, chunk_texts=512)
        # In another order: it is the texts that must be known again, not the file.
        return embed_texts(store, encoder, rows[::-1], chunk_texts=512).new


def main() -> None:
    """Measure, print, write."""
    options = parser().parse_args()
    folder = corpora_folder()
    short, long = banking77(folder), firefox(folder)
    settings = load_settings().embedding
    encoder = load_encoder(
        BUNDLED_NAME, precision=settings.precision, batch_texts=settings.batch_texts
    )
    theirs = peer()
    share = 4 if options.quick else 1
    rounds = _ROUNDS if not options.quick else 3
    # The corpora come by hash: the first texts are a fair sample.
    at_short = side_by_side(encoder.encode, theirs, short.texts[: _SHORT // share], rounds)
    at_long = side_by_side(encoder.encode, theirs, long.texts[: _LONG // share], rounds)
    figures: dict[str, object] = {
        **machine(),
        "precision": encoder.name.rsplit("/", 1)[-1],
        **at_short,
        **{f"long_{name}": value for name, value in at_long.items()},
    }
    figures["min_cosine"] = min(at_short["min_cosine"], at_long["min_cosine"])
    few = slice(0, _SHORT // share)
    figures["embedded_again"] = embedded_again(encoder, short.texts[few], short.hashes[few])
    show(write(figures, options.json, digits=6))


if __name__ == "__main__":
    main()
