import numpy as np
import pytest

from models.errors import DataContractError
from models.themes.quality.shapes import closeness_to, near_duplicates, theme_shapes
from tests.models.themes.planted import planted

# Three texts of theme 0: two along x, one along y. Two texts of theme 1 along z.
VECTORS = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]], dtype=float)
LABELS = [0, 0, 0, 1, 1]
HALF = 0.5**0.5


def test_cohesion_is_the_mean_cosine_to_the_centre_of_the_others():
    shapes = theme_shapes(VECTORS, LABELS)
    # The others of the first text are x and y: their centre is at 45 degrees. Of the third: x, x.
    assert shapes.closeness == pytest.approx([HALF, HALF, 0, 1, 1])
    assert shapes.cohesion == pytest.approx([2 * HALF / 3, 1])
    mean = 2 * HALF / 3
    variance = (2 * (HALF - mean) ** 2 + mean**2) / 2
    assert shapes.spread == pytest.approx([variance**0.5, 0])


def test_separation_is_the_cosine_of_the_nearest_centres():
    rows = np.array([[1, 0], [0.6, 0.8], [0, -1]])
    shapes = theme_shapes(rows, [0, 1, 2])
    assert shapes.nearest.tolist() == [1, 0, 0]
    assert shapes.nearest_cosine == pytest.approx([0.6, 0.6, 0.0], abs=1e-6)


def test_a_text_that_lies_in_another_theme_is_counted_as_nearer_to_it():
    rows = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [0, 1], [0, 1]])
    shapes = theme_shapes(rows, [0, 0, 1, 1, 1, 1])
    # Theme 1's centre leans to y; its one text along x is nearer to theme 0's.
    assert shapes.nearer_another == pytest.approx([0, 0.25])


def test_one_theme_has_no_neighbour_and_one_text_no_spread():
    shapes = theme_shapes([[1.0, 0.0]], [0])
    assert shapes.nearest.tolist() == [-1]
    assert np.isnan(shapes.nearest_cosine).all()
    assert (shapes.cohesion[0], shapes.spread[0], shapes.nearer_another[0]) == (1, 0, 0)


def test_opposite_texts_have_a_centre_without_direction():
    shapes = theme_shapes([[1.0, 0.0], [-1.0, 0.0], [1.0, 0.0]], [0, 0, 1])
    assert np.isfinite(shapes.closeness).all()
    assert shapes.closeness[:2] == pytest.approx([-1, -1])


def test_the_order_of_rows_does_not_matter():
    vectors, labels, _ = planted()
    shuffled = np.random.default_rng(1).permutation(len(labels))
    one, two = theme_shapes(vectors, labels), theme_shapes(vectors[shuffled], labels[shuffled])
    assert two.cohesion == pytest.approx(one.cohesion)
    assert two.closeness == pytest.approx(one.closeness[shuffled])
    assert (one.nearest == two.nearest).all()
    assert one.cohesion.min() > 0.9 > one.nearest_cosine.max()


def test_new_texts_are_compared_with_the_centre_of_their_theme():
    centroids = np.array([[1, 0], [0, 1]], dtype=np.float32)
    assert closeness_to([[3, 4], [3, 4]], [0, 1], centroids) == pytest.approx([0.6, 0.8])


@pytest.mark.parametrize(
    ("vectors", "labels", "rule"),
    [
        ([[1.0, 0.0]], [0, 1], "1 vectors and 2 labels"),
        ([[1.0, 0.0]], [-1], "expected themes 0, 1, 2"),
        ([[1.0, 0.0]], [1], "expected themes 0, 1, 2"),
        ([[1.0, float("nan")]], [0], "missing or infinite"),
    ],
)
def test_what_cannot_be_measured_is_refused(vectors, labels, rule):
    with pytest.raises(DataContractError, match=rule):
        theme_shapes(vectors, labels)


def test_pairs_are_listed_for_their_words_their_centres_or_the_refits():
    titles = ["Lost bookmarks", "Bookmarks are lost", "Crash report", "Slow start", "Bookmarks bar"]
    near = (1 - 0.95**2) ** 0.5
    centroids = np.array(
        [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0.95, near], [0, 0, 0, 1]]
    )
    together = np.eye(5)
    together[0, 4] = together[4, 0] = 0.5
    pairs = near_duplicates(titles, centroids, together)
    found = pairs[["first", "second"]].to_numpy().tolist()
    # Refits first; then equal centres; the same two words in another order; nothing else.
    assert found == [[0, 4], [2, 3], [0, 1]]
    assert pairs["together"].tolist() == [0.5, 0, 0]
    assert pairs["centroid_cosine"].tolist() == pytest.approx([0, 0.95, 0])
    # "are" is no content: two of two words are shared. "Bookmarks bar": one of three.
    assert pairs["title_overlap"].tolist() == pytest.approx([1 / 3, 0, 1])


def test_without_refits_the_other_reasons_stand():
    pairs = near_duplicates(["Late parcel", "Parcel late"], np.eye(2))
    assert len(pairs) == 1
    assert np.isnan(pairs["together"]).all()
    assert near_duplicates([], np.zeros((0, 2))).empty
