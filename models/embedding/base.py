"""What every encoder offers, and how its vectors are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from models.errors import DataContractError

Vectors = npt.NDArray[np.float32]

_ROWS_AT_A_TIME = 512  # of a division: what is made in between stays in the processor's cache


class Encoder(Protocol):
    """Turns texts into vectors of unit length.

    Attributes
    ----------
    name : str
        The encoder's identity: model, first digits of its weights' hash and precision. Vectors
        of two encoders with one name can be compared; others must never be mixed.
    dimension : int
        Numbers in a vector.
    """

    @property
    def name(self) -> str:
        """Return the encoder's identity."""
        ...

    @property
    def dimension(self) -> int:
        """Return the number of numbers in a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text: float32 of shape (n_texts, dimension)."""
        ...


def to_bytes(vectors: npt.NDArray[np.floating]) -> list[bytes]:
    """Return each vector as the bytes of its half-precision (float16) numbers.

    Half precision moves a unit vector's cosines by less than .001 and halves the table.

    Examples
    --------
    >>> [len(row) for row in to_bytes(np.eye(2, 384, dtype=np.float32))]
    [768, 768]
    """
    return [row.tobytes() for row in np.asarray(vectors, dtype="<f2")]


def from_bytes(column: Iterable[bytes]) -> Vectors:
    """Return the vectors that :func:`to_bytes` packed, as float32 of unit length.

    Parameters
    ----------
    column : iterable of bytes
        Float16 numbers, the same count in every row.

    Returns
    -------
    ndarray of shape (n_rows, dimension)
        Of shape (0, 0) without rows. A row of zeros stays zeros.

    Raises
    ------
    DataContractError
        If the rows are not of one length.
    """
    rows = list(column)
    if not rows:
        return np.zeros((0, 0), dtype=np.float32)
    lengths = {len(row) for row in rows}
    if len(lengths) > 1 or next(iter(lengths)) % 2:
        found = ", ".join(str(length) for length in sorted(lengths)[:5])
        raise DataContractError(
            f"vectors: expected rows of one length, two bytes a number; got {found} bytes. "
            "Vectors of two encoders have been mixed."
        )
    halves = np.frombuffer(b"".join(rows), dtype="<f2").reshape(len(rows), -1)
    return unit_length(halves.astype(np.float32))


def unit_length(vectors: npt.NDArray[np.floating]) -> Vectors:
    """Return the vectors divided by their lengths; vectors of zeros stay as they are."""
    rows = np.asarray(vectors, dtype=np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float64))
    lengths[lengths == 0] = 1.0
    out = np.empty(rows.shape, dtype=np.float32)
    for start in range(0, len(rows), _ROWS_AT_A_TIME):
        part = slice(start, start + _ROWS_AT_A_TIME)
        out[part] = rows[part] / lengths[part, None]  # in double precision, while in the cache
    return out
