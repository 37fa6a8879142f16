import numpy as np
import pytest

from models.embedding import from_bytes, to_bytes, unit_length
from models.errors import DataContractError


def test_bytes_keep_cosines_to_half_precision():
    rng = np.random.default_rng(1)
    vectors = unit_length(rng.standard_normal((50, 384)))
    back = from_bytes(to_bytes(vectors))
    assert back.shape == vectors.shape
    assert back.dtype == np.float32
    assert np.allclose(np.linalg.norm(back, axis=1), 1, atol=1e-6)
    assert (vectors * back).sum(axis=1).min() > 0.999999
    assert np.abs(vectors @ vectors.T - back @ back.T).max() < 1e-3


def test_bytes_are_little_endian_halves():
    # 1.0 and 0.5 in IEEE 754 binary16 are 0x3C00 and 0x3800.
    assert to_bytes(np.array([[1.0, 0.5]])) == [b"\x00\x3c\x00\x38"]


def test_no_rows_are_no_vectors():
    assert from_bytes([]).shape == (0, 0)


def test_rows_of_two_sizes_are_refused():
    with pytest.raises(DataContractError, match=r"rows of one length.*4, 6 bytes"):
        from_bytes([b"\x00" * 4, b"\x00" * 6])


def test_unit_length_of_hand_worked_rows():
    rows = unit_length(np.array([[3.0, 4.0], [0.0, 0.0]]))
    assert rows.tolist() == [[np.float32(0.6), np.float32(0.8)], [0.0, 0.0]]
