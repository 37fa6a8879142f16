"""A tiny deterministic encoder for tests and dry runs: hashed n-grams, randomly projected."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.embedding.base import Vectors, unit_length

_FEATURES = 2**14  # hash buckets: few collisions in a test's vocabulary
_PROJECTION_SEED = 384  # fixed: the projection is part of the encoder's identity


class HashingEncoder:
    """Word and character n-grams, hashed and projected to a unit vector.

    Texts that share words come out close, so clusters of a test's texts can be found; of meaning
    it knows nothing.

    Parameters
    ----------
    dimension : int, default 64
        Numbers in a vector.

    Examples
    --------
    >>> a, b, c = HashingEncoder().encode(["late parcel", "my parcel is late", "wrong bill"])
    >>> bool(a @ b > a @ c)
    True
    """

    name = "hashing"

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension
        rng = np.random.default_rng(_PROJECTION_SEED)
        self._projection = rng.standard_normal((_FEATURES, dimension)).astype(np.float32)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text; texts without a letter share one fixed vector."""
        from sklearn.feature_extraction.text import HashingVectorizer

        if not len(texts):
            return np.zeros((0, self.dimension), dtype=np.float32)
        words = HashingVectorizer(n_features=_FEATURES, ngram_range=(1, 2), norm="l2")
        pieces = HashingVectorizer(
            n_features=_FEATURES, analyzer="char_wb", ngram_range=(3, 3), norm="l2"
        )
        features = words.transform(texts) + 0.5 * pieces.transform(texts)
        vectors = np.asarray(features @ self._projection, dtype=np.float32)
        vectors[~vectors.any(axis=1)] = self._projection[0]
        return unit_length(vectors)
