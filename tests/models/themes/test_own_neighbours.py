import numpy as np
import pytest

from models.embedding import unit_length
from models.themes import own_neighbours as module
from models.themes.neighbours import nearest
from models.themes.own_neighbours import nearest_to_each_other


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Let a few hundred rows take the way of many thousand, in many blocks."""
    for name, value in (("_FEW", 100), ("_SAMPLE", 100), ("_ROWS", 37), ("_COLUMNS", 64)):
        monkeypatch.setattr(module, name, value)


def _rows(kind):
    rng = np.random.default_rng(4)
    rows = rng.standard_normal((700, 16))
    if kind == "clumped":  # near the sample's texts the promised number is far too high
        rows[:60] = rows[0] + 0.05 * rng.standard_normal((60, 16))
    if kind == "copies":
        rows[100:140] = rows[99]
    if kind == "few":
        rows = rows[rng.integers(0, 5, 700)]  # five texts, over and over: all is a tie
    if kind == "zeros":
        rows[::50] = 0
    return unit_length(rows)


@pytest.mark.parametrize("kind", ["any", "clumped", "copies", "few", "zeros"])
@pytest.mark.parametrize("neighbours", [1, 5])
def test_the_neighbours_are_those_of_all_products_to_the_bit(kind, neighbours):
    rows = _rows(kind)
    places, similarities = nearest_to_each_other(rows, neighbours=neighbours)
    expected = nearest(rows, rows, neighbours=neighbours, is_self=True)
    assert np.array_equal(places, expected[0])
    assert np.array_equal(similarities, expected[1])


def test_a_sample_that_promised_too_much_is_made_good(monkeypatch):
    # A threshold that no text reaches: every text is looked at in full.
    monkeypatch.setattr(module, "_thresholds", lambda rows, wanted: np.full(len(rows), 1e9))
    for kind in ("any", "copies"):
        rows = _rows(kind)
        monkeypatch.setattr(
            module, "_candidates", lambda rows, threshold, at_most: np.zeros(1, dtype=np.int64)
        )
        places, _ = nearest_to_each_other(rows, neighbours=5)
        assert np.array_equal(places, nearest(rows, rows, neighbours=5, is_self=True)[0])


def test_only_half_of_the_products_are_made(monkeypatch):
    made = []
    real = np.flatnonzero
    monkeypatch.setattr(
        module.np, "flatnonzero", lambda flags: made.append(flags.size) or real(flags)
    )
    rows = _rows("any")
    nearest_to_each_other(rows, neighbours=5)
    assert sum(made) < 0.6 * len(rows) ** 2
