import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import adjusted_rand_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from models.errors import DataContractError
from models.themes.communities import dissolve_small
from models.themes.discovery import SharedNeighbourThemes
from models.themes.graph import principal_components, shared_neighbour_graph
from tests.models.themes.planted import planted


def test_planted_clusters_are_found():
    vectors, labels, hashes = planted()
    model = SharedNeighbourThemes(resolution=1.0).fit(vectors, text_hashes=hashes)
    assert adjusted_rand_score(labels, model.labels_) == 1.0
    assert model.strengths_.min() > 0.9
    assert model.strengths_.max() <= 1.0


@given(st.integers(0, 10_000))
@settings(max_examples=10)
def test_row_order_changes_no_label(seed):
    vectors, _, hashes = planted(clusters=8, noise=1.2)
    model = SharedNeighbourThemes().fit(vectors, text_hashes=hashes)
    order = np.random.default_rng(seed).permutation(len(vectors))
    shuffled = SharedNeighbourThemes().fit(vectors[order], text_hashes=np.array(hashes)[order])
    assert np.array_equal(shuffled.labels_, model.labels_[order])
    assert np.array_equal(shuffled.strengths_, model.strengths_[order])
    bare = SharedNeighbourThemes().fit(vectors)
    assert np.array_equal(SharedNeighbourThemes().fit(vectors[order]).labels_, bare.labels_[order])


def test_labels_are_numbered_by_size():
    model = SharedNeighbourThemes().fit(planted(clusters=6, noise=1.5)[0])
    sizes = np.bincount(model.labels_)
    assert sizes.tolist() == sorted(sizes.tolist(), reverse=True)
    assert sizes.min() >= model.min_texts


def test_graph_of_three_texts_by_hand():
    # Each of three has its one nearest neighbour: N(0) = {0, 1}, N(1) = {1, 0}, N(2) = {2, 1}.
    rows = np.array([[1, 0], [0.8, 0.6], [0, 1]], dtype=np.float32)
    graph = shared_neighbour_graph(rows, 1).toarray()
    # 0-1 share both of two; 1-2 share {1} of {0, 1, 2}; 0-2 are no neighbours.
    assert np.allclose(graph, [[0, 1, 0], [1, 0, 1 / 3], [0, 1 / 3, 0]])


def test_principal_components_of_a_line():
    line = np.array([[1, 0], [0, 1], [1, 0], [0, 1]], dtype=np.float32)
    reduced = principal_components(line, 128)
    assert reduced.shape == (4, 1)  # all spread is on one axis
    assert np.allclose(np.abs(reduced), 1)
    assert reduced[0] == -reduced[1] == reduced[2]


def test_small_communities_dissolve_by_their_ties():
    # Texts 4 and 5 are a community of two: 4 is tied to the first, 5 to nobody else.
    labels = np.array([0, 0, 1, 1, 2, 2, 1])
    ties = np.zeros((7, 7))
    ties[4, 0] = ties[0, 4] = 0.5
    ties[4, 2] = ties[2, 4] = 0.2
    out = dissolve_small(labels, sparse.csr_matrix(ties), 2)
    assert out.tolist() == labels.tolist()
    out = dissolve_small(labels, sparse.csr_matrix(ties), 3)
    # Communities 0 and 2 are both too small; 0 comes first and its tie leads to 2.
    assert out.tolist() == [2, 2, 1, 1, 2, 2, 1]
    out = dissolve_small(np.array([0, 0, 0, 1, 2, 1, 1]), sparse.csr_matrix(ties), 2)
    assert out.tolist() == [0, 0, 0, 1, 0, 1, 1]


@pytest.mark.parametrize("count", [1, 2, 3, 9, 12])
def test_few_texts_are_one_theme(count):
    vectors = planted(clusters=1, per_cluster=count)[0]
    model = SharedNeighbourThemes().fit(vectors)
    assert model.labels_.tolist() == [0] * count


def test_no_text_has_no_theme_and_the_same_text_has_one():
    empty = SharedNeighbourThemes().fit(np.zeros((0, 384)))
    assert empty.labels_.tolist() == []
    assert empty.predict(np.ones((2, 384))).tolist() == [-1, -1]
    same = SharedNeighbourThemes().fit(np.ones((50, 8)))
    assert same.labels_.tolist() == [0] * 50
    assert SharedNeighbourThemes().fit(np.zeros((4, 8))).labels_.tolist() == [0] * 4


def test_more_texts_than_fitted_are_assigned():
    vectors, labels, hashes = planted(clusters=4, per_cluster=60)
    model = SharedNeighbourThemes(max_fit_texts=120, resolution=1.0).fit(
        vectors, text_hashes=hashes
    )
    assert model.is_fitted_text_.sum() == 120
    lowest = np.argsort(np.array(hashes))[:120]
    assert set(np.flatnonzero(model.is_fitted_text_)) == set(lowest)
    assert adjusted_rand_score(labels, model.labels_) == 1.0


def test_predict_votes_and_refuses_another_size():
    vectors, labels, hashes = planted()
    model = SharedNeighbourThemes(resolution=1.0).fit(vectors, text_hashes=hashes)
    fresh, fresh_labels, _ = planted(noise=0.36)
    assert adjusted_rand_score(fresh_labels, model.predict(fresh)) == 1.0
    assert labels.tolist() == fresh_labels.tolist()
    with pytest.raises(DataContractError, match="fitted on 32 numbers a text, got 7"):
        model.predict(np.ones((1, 7)))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"neighbours": 0}, "themes.neighbours: expected 1 or more, got 0"),
        ({"resolution": 0.0}, "themes.resolution: expected > 0"),
        ({"loyalty": -1.0}, "themes.loyalty: expected 0 or more, got -1.0"),
        ({"resolution": float("nan")}, "themes.resolution: expected > 0"),
        ({"min_texts": -1}, "themes.min_texts"),
    ],
)
def test_parameters_are_checked_at_the_fit(parameters, message):
    with pytest.raises(DataContractError, match=message):
        SharedNeighbourThemes(**parameters).fit(np.eye(3))


def test_hashes_must_be_one_a_text():
    with pytest.raises(DataContractError, match="got 3 vectors and 2 text hashes"):
        SharedNeighbourThemes().fit(np.eye(3), text_hashes=["a", "b"])


def test_keeps_scikit_learns_conventions():
    model = SharedNeighbourThemes(resolution=3.0)
    assert clone(model).get_params() == model.get_params()
    assert model.set_params(min_texts=5).min_texts == 5
    assert model.fit_predict(np.eye(4)).tolist() == [0, 0, 0, 0]
    assert model.get_params()["resolution"] == 3.0


_OUR_OWN_RULE = {
    "check_estimators_empty_data_messages": "no text at all is a state, not a fault: no theme",
    "check_dtype_object": "our one error for bad input is a ValueError, never a TypeError",
}


@parametrize_with_checks(
    [SharedNeighbourThemes()], expected_failed_checks=lambda estimator: _OUR_OWN_RULE
)
def test_scikit_learns_checks(estimator, check):
    check(estimator)


def test_predict_before_fit_says_so():
    with pytest.raises(NotFittedError, match="not fitted yet"):
        SharedNeighbourThemes().predict(np.eye(3))


def _refit(vectors, hashes, model, known, **kwargs):
    return SharedNeighbourThemes(**kwargs).fit(
        vectors, text_hashes=hashes, known_themes=known, known_resolution=model.resolution_
    )


def test_a_refit_keeps_what_is_in_doubt_and_takes_in_what_is_new():
    vectors, labels, hashes = planted(clusters=8, per_cluster=60, noise=1.3)
    first = np.flatnonzero(np.arange(len(vectors)) % 10 != 0)
    model = SharedNeighbourThemes().fit(vectors[first], text_hashes=np.array(hashes)[first])
    known = np.full(len(vectors), -1)
    known[first] = model.labels_
    again = _refit(vectors, hashes, model, known)
    assert adjusted_rand_score(model.labels_, again.labels_[first]) > 0.98
    assert adjusted_rand_score(labels, again.labels_) > 0.9
    # The same texts again: not one moves.
    same = _refit(vectors, hashes, again, again.labels_)
    assert np.array_equal(same.labels_, again.labels_)


def test_a_refit_splits_and_merges_where_the_structure_says_so():
    vectors, labels, hashes = planted(clusters=6, per_cluster=60, noise=0.35)
    model = SharedNeighbourThemes(resolution=1.0).fit(vectors, text_hashes=hashes)
    assert adjusted_rand_score(labels, model.labels_) == 1.0
    # Known as one theme although they are two, and as two although they are one.
    known = labels.copy()
    known[labels == 1] = 0
    known[np.flatnonzero(labels == 2)[::2]] = 9
    again = _refit(vectors, hashes, model, known)
    assert adjusted_rand_score(labels, again.labels_) == 1.0


def test_known_themes_are_one_a_text():
    with pytest.raises(DataContractError, match="got 3 vectors and 2 known themes"):
        SharedNeighbourThemes().fit(np.eye(3), known_themes=[0, 1])


@pytest.mark.parametrize("word", ["fine", -1, None])
def test_a_resolution_is_a_number_or_auto(word):
    with pytest.raises(DataContractError, match="expected > 0 or auto"):
        SharedNeighbourThemes(resolution=word).fit(np.eye(3))


def test_bad_vectors_are_refused_by_name():
    with pytest.raises(DataContractError, match="sparse input is not supported"):
        SharedNeighbourThemes().fit(sparse.csr_matrix(np.eye(3)))
    with pytest.raises(DataContractError, match="Complex data not supported"):
        SharedNeighbourThemes().fit(np.eye(3) * 1j)
    with pytest.raises(DataContractError, match="missing or infinite"):
        SharedNeighbourThemes().fit(np.array([[1.0, np.nan]]))
