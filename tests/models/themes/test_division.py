"""A theme divided: parts that are there are found, in any order of rows, and told by examples."""

import numpy as np
import pytest

from models.themes.division import divide, telling_examples


def _groups(sizes, *, spread=0.12, dimension=24, seed=1):
    """Return unit vectors around one axis a group, their groups and hashes."""
    rng = np.random.default_rng(seed)
    of = np.repeat(np.arange(len(sizes)), sizes)
    # Texts of one theme: near each other, and nearer within their group.
    vectors = np.eye(dimension)[of] + 0.8 * np.eye(dimension)[-1]
    vectors += spread * rng.standard_normal((len(of), dimension))
    hashes = [f"{number:08x}" for number in rng.permutation(10**6)[: len(of)]]
    return vectors.astype(np.float32), of, hashes


def _same(one, other):
    """Return whether two labellings group alike."""
    pairs = set(zip(one.tolist(), other.tolist(), strict=True))
    return len(pairs) == len(set(one.tolist())) == len(set(other.tolist()))


@pytest.mark.parametrize("sizes", [(60, 40), (80, 30, 20), (25, 25, 25, 25)])
def test_the_groups_that_are_there_are_the_parts(sizes):
    vectors, of, hashes = _groups(sizes)
    labels = divide(vectors, hashes, parts=len(sizes), min_texts=10)
    assert _same(labels, of)
    assert np.bincount(labels).tolist() == sorted(sizes, reverse=True)


def test_fewer_parts_join_the_nearest_groups():
    vectors, of, hashes = _groups((40, 40, 40))
    vectors[of == 1] += 0.45 * np.eye(24, dtype=np.float32)[2]  # the second leans to the third
    vectors[of == 2] += 0.45 * np.eye(24, dtype=np.float32)[1]
    labels = divide(vectors, hashes, parts=2, min_texts=10)
    assert _same(labels, np.minimum(of, 1))


def test_neither_the_rows_order_nor_a_second_call_changes_a_part():
    vectors, _, hashes = _groups((50, 35, 25), spread=0.4)
    labels = divide(vectors, hashes, parts=3, min_texts=5)
    order = np.random.default_rng(3).permutation(len(labels))
    again = divide(vectors[order], [hashes[i] for i in order], parts=3, min_texts=5)
    assert again.tolist() == labels[order].tolist()


@pytest.mark.parametrize(
    ("vectors", "parts"),
    [
        (np.ones((40, 3)), 2),  # all the same text
        (np.eye(9), 2),  # too few to be parts
        (np.zeros((0, 3)), 2),
    ],
)
def test_what_does_not_fall_apart_has_no_parts(vectors, parts):
    hashes = [f"{i:03}" for i in range(len(vectors))]
    assert divide(vectors, hashes, parts=parts, min_texts=10) is None


def test_one_example_tells_a_part_where_one_is_enough():
    vectors, of, _ = _groups((30, 30), spread=0.05)
    examples = telling_examples(vectors, of, most=10)
    assert of[examples].tolist() == [0, 1]


def test_a_part_of_two_groups_gets_an_example_of_each():
    vectors, groups, _ = _groups((30, 30, 30), spread=0.05)
    of = np.array([0, 1, 0])[groups]  # the first and the last group are one part
    examples = telling_examples(vectors, of, most=10)
    assert sorted(groups[examples].tolist()) == [0, 1, 2]
    # Each text is nearest to an example of its own part.
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    nearest = examples[(unit @ unit[examples].T).argmax(axis=1)]
    assert (of[nearest] == of).all()
    assert len(telling_examples(vectors, of, most=1)) == 2
