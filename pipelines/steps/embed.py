"""Texts to stored vectors: each distinct text is embedded once, ever."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from models.contracts import EMBEDDINGS
from models.embedding import Encoder, Vectors, from_bytes, to_bytes
from models.errors import DataContractError
from pipelines.store import Store

Progress = Callable[[int, int], object]  # called with (texts done, texts to do)


@dataclass(frozen=True)
class EmbedResult:
    """What a call did: distinct texts newly embedded, texts kept from before, seconds."""

    new: int
    kept: int
    seconds: float


def embed_texts(
    store: Store,
    encoder: Encoder,
    texts: pd.DataFrame,
    *,
    chunk_texts: int,
    progress: Progress | None = None,
) -> EmbedResult:
    """Embed the texts that the store has no vector of yet, and return how many they were.

    Each chunk is stored as soon as it is made, so a killed run keeps what it had. Chunks are
    taken in the order of the hashes: that mixes short and long texts, so that progress tells the
    time left; within a chunk the encoder sorts by length and pads nothing.

    Parameters
    ----------
    store : Store
        Read and appended to (``embeddings``).
    encoder : Encoder
        Its name is the vectors' second key.
    texts : DataFrame of ``text_hash, text``
        Repeats are embedded once.
    chunk_texts : int
        Texts between two writes.
    progress : callable, optional
        Called with (texts done, texts to do) before the first chunk and after each.
    """
    started = time.perf_counter()
    distinct = texts.drop_duplicates("text_hash").sort_values("text_hash", kind="stable")
    mine = pc.field("encoder") == encoder.name
    stored = store.read(EMBEDDINGS, columns=["text_hash"], where=mine)["text_hash"]
    todo = distinct[~distinct["text_hash"].isin(stored)]
    if progress is not None and len(todo):
        progress(0, len(todo))
    for start in range(0, len(todo), chunk_texts):
        chunk = todo.iloc[start : start + chunk_texts]
        vectors = encoder.encode(chunk["text"].tolist())
        rows = pd.DataFrame({"text_hash": chunk["text_hash"].to_numpy(), "encoder": encoder.name})
        rows["vector"] = pd.Series(to_bytes(vectors), dtype="object")
        store.append(EMBEDDINGS, rows)
        if progress is not None:
            progress(start + len(chunk), len(todo))
    seconds = time.perf_counter() - started
    return EmbedResult(new=len(todo), kept=len(distinct) - len(todo), seconds=seconds)


def read_vectors(store: Store, encoder_name: str, text_hashes: pd.Series) -> Vectors:
    """Return the stored vectors of the texts, in the order of the hashes.

    Parameters
    ----------
    store : Store
        Where :func:`embed_texts` put them.
    encoder_name : str
        Only this encoder's vectors are looked at.
    text_hashes : sequence of str
        Repeats are allowed.

    Returns
    -------
    ndarray of shape (n_hashes, dimension)
        float32 of unit length; of shape (0, 0) without hashes.

    Raises
    ------
    DataContractError
        If a text has no vector by this encoder.
    """
    wanted = pd.Index(text_hashes)
    if wanted.empty:
        return np.zeros((0, 0), dtype=np.float32)
    where = (pc.field("encoder") == encoder_name) & pc.field("text_hash").isin(
        wanted.unique().tolist()
    )
    rows = store.read(EMBEDDINGS, columns=["text_hash", "vector"], where=where)
    # A run killed between two writers can leave a text twice; both rows are the same vector.
    rows = rows.drop_duplicates("text_hash")
    places = pd.Index(rows["text_hash"]).get_indexer(wanted)
    missing = int((places < 0).sum())
    if missing:
        raise DataContractError(
            f"embeddings: {missing} of {len(wanted)} texts have no vector by {encoder_name!r}; "
            "embed them first."
        )
    vectors = from_bytes(rows["vector"])
    return np.asarray(vectors[places], dtype=np.float32)
