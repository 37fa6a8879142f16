"""Texts to vectors: the encoders."""

from __future__ import annotations

from pathlib import Path

from models.embedding.base import Encoder, Vectors, from_bytes, to_bytes, unit_length
from models.embedding.hashing import HashingEncoder
from models.embedding.sentence import BUNDLED_NAME, SentenceEncoder

__all__ = [
    "BUNDLED_NAME",
    "Encoder",
    "HashingEncoder",
    "SentenceEncoder",
    "Vectors",
    "from_bytes",
    "load_encoder",
    "to_bytes",
    "unit_length",
]


def load_encoder(name: str, *, precision: str = "auto", batch_texts: int = 64) -> Encoder:
    """Return the encoder that ``embedding.encoder`` names.

    Parameters
    ----------
    name : str
        ``all-MiniLM-L6-v2`` (bundled), ``hashing`` (for tests and dry runs: knows no meaning) or
        the path of a sentence-transformers folder.
    precision : {"auto", "fp32", "bf16"}
        See :class:`SentenceEncoder`.
    batch_texts : int
        At most so many texts a step.

    Raises
    ------
    DataContractError
        If the name is neither an encoder's nor a model folder's, or its weights are wrong.
    """
    if name == HashingEncoder.name:
        return HashingEncoder()
    folder = None if name == BUNDLED_NAME else Path(name).expanduser()
    return SentenceEncoder(folder, precision=precision, batch_texts=batch_texts)
