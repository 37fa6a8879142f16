import hashlib

import numpy as np
import pandas as pd
import pytest

from models.contracts import EMBEDDINGS
from models.embedding import HashingEncoder
from models.errors import DataContractError
from pipelines.steps.embed import embed_texts, read_vectors
from pipelines.store import Store


class CountingEncoder(HashingEncoder):
    """Remembers what it was asked for, and may die on the way."""

    def __init__(self, name="counting", dies_after=None):
        super().__init__()
        self.name, self.dies_after, self.asked = name, dies_after, []

    def encode(self, texts):
        if self.dies_after is not None and len(self.asked) >= self.dies_after:
            raise KeyboardInterrupt
        self.asked.extend(texts)
        return super().encode(texts)


def _frame(texts):
    hashes = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    return pd.DataFrame({"text_hash": hashes, "text": texts})


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def test_each_text_is_embedded_once_ever(store):
    encoder = CountingEncoder()
    first = embed_texts(store, encoder, _frame(["a b", "c d", "a b"]), chunk_texts=10)
    assert (first.new, first.kept) == (2, 0)
    again = embed_texts(store, encoder, _frame(["c d", "e f"]), chunk_texts=10)
    assert (again.new, again.kept) == (1, 1)
    assert sorted(encoder.asked) == ["a b", "c d", "e f"]
    version = store.version(EMBEDDINGS)
    nothing = embed_texts(store, encoder, _frame(["a b", "c d", "e f"]), chunk_texts=10)
    assert (nothing.new, nothing.kept) == (0, 3)
    assert store.version(EMBEDDINGS) == version


def test_another_encoder_embeds_anew(store):
    texts = _frame(["a b"])
    embed_texts(store, CountingEncoder("one"), texts, chunk_texts=10)
    assert embed_texts(store, CountingEncoder("two"), texts, chunk_texts=10).new == 1
    assert store.count(EMBEDDINGS) == 2


def test_a_killed_run_keeps_what_it_had(store):
    texts = _frame([f"text number {i}" for i in range(25)])
    with pytest.raises(KeyboardInterrupt):
        embed_texts(store, CountingEncoder(dies_after=20), texts, chunk_texts=10)
    assert store.count(EMBEDDINGS) == 20
    encoder = CountingEncoder()
    assert embed_texts(store, encoder, texts, chunk_texts=10).new == 5
    assert len(encoder.asked) == 5


def test_progress_counts_texts(store):
    seen = []
    texts = _frame([f"text {i}" for i in range(25)])
    embed_texts(
        store, HashingEncoder(), texts, chunk_texts=10, progress=lambda *at: seen.append(at)
    )
    assert seen == [(0, 25), (10, 25), (20, 25), (25, 25)]


def test_vectors_come_in_the_order_asked_for(store):
    encoder = HashingEncoder()
    texts = _frame(["late parcel", "wrong bill", "no signal"])
    embed_texts(store, encoder, texts, chunk_texts=2)
    asked = texts["text_hash"].iloc[[2, 0, 2]]
    vectors = read_vectors(store, encoder.name, asked)
    expected = encoder.encode(["no signal", "late parcel", "no signal"])
    assert vectors.dtype == np.float32
    assert np.abs(vectors - expected).max() < 1e-3
    assert read_vectors(store, encoder.name, asked.iloc[:0]).shape == (0, 0)


def test_a_missing_vector_is_an_error(store):
    texts = _frame(["late parcel", "wrong bill"])
    embed_texts(store, HashingEncoder(), texts.iloc[:1], chunk_texts=2)
    with pytest.raises(DataContractError, match="1 of 2 texts have no vector by 'hashing'"):
        read_vectors(store, "hashing", texts["text_hash"])
