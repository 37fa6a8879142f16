import numpy as np
from scipy import sparse

from models.themes.communities import aggregate, by_size, polish, strengthened


def _graph(*ties):
    rows, columns, weights = zip(*ties, strict=True)
    half = sparse.coo_matrix((weights, (rows, columns)), shape=(6, 6))
    return (half + half.T).tocsr()


# Two triangles, 0-1-2 and 3-4-5, with one weak tie between them.
TRIANGLES = _graph(
    (0, 1, 1.0), (0, 2, 1.0), (1, 2, 1.0), (3, 4, 1.0), (3, 5, 1.0), (4, 5, 1.0), (2, 3, 0.1)
)


def test_polishing_moves_a_text_to_where_its_ties_are():
    labels = np.array([0, 0, 0, 0, 1, 1])  # 3 stands with the wrong triangle
    # Gain of 3 in {4, 5}: 2 - 2.1 · 4.0 / 12.2 = 1.31; where it is: 0.1 - 2.1 · 6.1 / 12.2 < 0.
    assert polish(TRIANGLES, labels, 1.0, sweeps=3).tolist() == [0, 0, 0, 1, 1, 1]


def test_polishing_leaves_the_best_partition_alone():
    labels = np.array([0, 0, 0, 1, 1, 1])
    assert polish(TRIANGLES, labels, 1.0, sweeps=3).tolist() == labels.tolist()
    none = sparse.csr_matrix((3, 3))
    assert polish(none, np.array([0, 1, 0]), 1.0, sweeps=3).tolist() == [0, 1, 0]


def test_ties_between_communities_are_summed():
    ties = aggregate(TRIANGLES, np.array([0, 0, 0, 1, 1, 1])).toarray()
    assert np.allclose(ties, [[6.0, 0.1], [0.1, 6.0]])


def test_ties_inside_known_themes_are_strengthened_and_no_others():
    known = np.array([0, 0, -1, -1, 1, 0])
    out = strengthened(TRIANGLES, known, 1.5).toarray()
    assert out[0, 1] == out[1, 0] == 2.5
    assert out[2, 3] == 0.1  # both unknown: not the same theme
    assert out[4, 5] == 1.0  # of different themes
    assert out.sum() == TRIANGLES.sum() + 2 * 1.5
    assert (strengthened(TRIANGLES, known, 0.0) != TRIANGLES).nnz == 0


def test_the_largest_community_is_number_nought():
    assert by_size(np.array([7, 3, 3, 5, 5, 9])).tolist() == [2, 0, 0, 1, 1, 3]
