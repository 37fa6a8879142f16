"""Vectors of the benchmarks' texts: made once by the product's own step, then read back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.embedding import load_encoder
from pipelines.settings import load_settings
from pipelines.steps.embed import embed_texts, read_vectors
from pipelines.store import Store

# Git-ignored. A text's vector is found by its hash and the encoder's, so nothing here goes stale.
CACHE = Path(__file__).parents[2] / ".benchmarks" / "store"


def vectors_of(texts: Sequence[str], hashes: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return the texts' unit vectors by the encoder of ``params.yaml``.

    Only texts without a stored vector are embedded; a killed benchmark keeps what it had made.
    """
    options = load_settings().embedding
    encoder = load_encoder(
        options.encoder, precision=options.precision, batch_texts=options.batch_texts
    )
    store = Store(CACHE)
    rows = pd.DataFrame({"text_hash": list(hashes), "text": list(texts)})
    done = embed_texts(store, encoder, rows, chunk_texts=options.chunk_texts)
    if done.new:
        print(f"  embedded {done.new:,} texts in {done.seconds:.0f} s, {done.kept:,} were there")
    return read_vectors(store, encoder.name, rows["text_hash"])
