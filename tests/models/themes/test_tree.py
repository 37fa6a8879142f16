import numpy as np
from scipy import sparse

from models.themes.discovery import SharedNeighbourThemes
from models.themes.tree import broad_areas
from tests.models.themes.planted import planted


def _nine_themes():
    """Return (graph, labels, vectors) of nine themes of four texts: three groups of three."""
    labels = np.repeat(np.arange(9), 4)
    same_theme = labels[:, None] == labels
    same_group = labels[:, None] // 3 == labels // 3
    weights = np.where(same_theme, 1.0, np.where(same_group, 0.1, 0.001))
    np.fill_diagonal(weights, 0.0)
    return sparse.csr_matrix(weights), labels, np.eye(36, dtype=np.float32)


def test_areas_are_groups_of_whole_themes():
    areas = broad_areas(*_nine_themes())
    assert areas.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]


def test_few_themes_are_one_area():
    graph, labels, unit = _nine_themes()
    assert broad_areas(graph, np.minimum(labels, 1), unit).tolist() == [0, 0]
    empty = sparse.csr_matrix((0, 0))
    assert broad_areas(empty, np.zeros(0, dtype=np.int64), np.zeros((0, 3))).tolist() == []


def test_a_known_area_stays_together_where_it_is_in_doubt():
    graph, labels, unit = _nine_themes()
    # Theme 2 is known to stand with the second group; its own ties say otherwise, but little.
    is_second, first, other = labels == 2, labels // 3 == 0, labels // 3 == 1
    weights = graph.toarray()
    weights[np.ix_(is_second, first & ~is_second)] = 0.02
    weights[np.ix_(first & ~is_second, is_second)] = 0.02
    weights[np.ix_(is_second, other)] = weights[np.ix_(other, is_second)] = 0.018
    doubtful = sparse.csr_matrix(weights)
    assert broad_areas(doubtful, labels, unit)[2] == broad_areas(doubtful, labels, unit)[0]
    known = np.array([0, 0, 1, 1, 1, 1, 2, 2, 2])
    kept = broad_areas(doubtful, labels, unit, known=known)
    assert kept[2] == kept[3] != kept[0]


def test_themes_without_a_common_neighbour_still_come_into_areas():
    vectors, _, hashes = planted(clusters=16, per_cluster=40, noise=0.2)
    model = SharedNeighbourThemes(resolution=1.0).fit(vectors, text_hashes=hashes)
    areas = broad_areas(model.graph_, model.fit_labels_, model.fit_vectors_)
    assert len(areas) == 16
    assert 1 <= areas.max() + 1 <= 4
