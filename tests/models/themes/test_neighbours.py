import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.embedding import unit_length
from models.errors import DataContractError
from models.themes import neighbours as module
from models.themes.neighbours import checked_vectors, nearest, quantised


def test_hand_worked_neighbours():
    circle = np.array([[1, 0], [0.8, 0.6], [0, 1], [-1, 0]], dtype=np.float32)
    places, cosines = nearest(circle, circle, neighbours=2, is_self=True)
    # From (1, 0): .8 to the second, 0 to the third. From (-1, 0): 0 to the third, -.8 next.
    assert places.tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]
    assert np.allclose(cosines, [[0.8, 0], [0.8, 0.6], [0.6, 0], [0, -0.8]], atol=1e-3)


def test_ties_go_to_the_first_rows():
    same = np.tile(np.array([[1.0, 0.0]], dtype=np.float32), (6, 1))
    places, _ = nearest(same[:2], same, neighbours=3, is_self=True)
    assert places.tolist() == [[1, 2, 3], [0, 2, 3]]


def test_fewer_rows_than_neighbours_and_none_at_all():
    one = np.array([[1.0, 0.0]], dtype=np.float32)
    assert nearest(one, one, neighbours=5)[0].tolist() == [[0]]
    assert nearest(one, one, neighbours=5, is_self=True)[0].shape == (1, 0)
    assert nearest(one[:0], one, neighbours=5)[0].shape == (0, 1)


@given(st.integers(0, 10_000), st.integers(1, 12))
@settings(max_examples=25)
def test_agrees_with_sorting_everything(seed, k):
    rng = np.random.default_rng(seed)
    rows = unit_length(rng.standard_normal((40, 8)))
    places, _ = nearest(rows, rows, neighbours=k, is_self=True)
    whole = quantised(rows).astype(np.int64)
    cosines = whole @ whole.T
    np.fill_diagonal(cosines, -(10**9))
    expected = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    assert np.array_equal(places, expected)


def test_blocks_change_no_bit(monkeypatch):
    rng = np.random.default_rng(2)
    rows = unit_length(rng.standard_normal((300, 384)))
    whole = nearest(rows, rows, neighbours=15, is_self=True)
    monkeypatch.setattr(module, "_BLOCK_BYTES", 4 * 300 * 7)
    blocked = nearest(rows, rows, neighbours=15, is_self=True)
    assert np.array_equal(whole[0], blocked[0])
    assert np.array_equal(whole[1], blocked[1])
    alone = nearest(rows[17:18], rows, neighbours=1)
    assert alone[0].tolist() == [[17]]


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        ([1.0, 2.0], r"expected shape \(n_texts, dimension\), got \(2,\)"),
        ([[1.0], [2.0, 3.0]], "expected a table of numbers"),
        ([["a"]], "expected a table of numbers"),
        ([[np.nan, 1.0]], "missing or infinite"),
        (np.zeros((3, 0)), "3 texts have vectors without numbers"),
    ],
)
def test_what_is_no_matrix_is_refused(vectors, message):
    with pytest.raises(DataContractError, match=message):
        checked_vectors(vectors)
