import numpy as np
import pytest
from scipy import stats

from models.themes.quality.drift import drift, excess_unassigned, standardised
from models.themes.quality.shapes import closeness_to, theme_shapes
from tests.models.themes.planted import planted


def test_a_text_counts_in_its_own_themes_spread():
    z = standardised(
        [0.5, 0.5, 0.9],
        [0, 1, 1],
        fit_mean=np.array([0.7, 0.7]),
        fit_spread=np.array([0.1, 0.2]),
        fit_sizes=np.array([50, 50]),
    )
    assert z == pytest.approx([2, 1, -1])


def test_small_themes_and_themes_without_spread_cannot_tell():
    z = standardised(
        [0.5, 0.5],
        [0, 1],
        fit_mean=np.array([0.7, 0.7]),
        fit_spread=np.array([0.1, 0.0]),
        fit_sizes=np.array([9, 50]),
    )
    assert np.isnan(z).all()


def test_the_effect_its_error_and_its_chance_by_hand():
    found = drift([0.0, 1.0] * 50)
    assert (found.texts, found.effect) == (100, 0.5)
    # Sum of squares about the mean: 100 · .25; n - 1 = 99.
    assert found.error == pytest.approx((25 / 99) ** 0.5 / 10)
    assert found.p_value == pytest.approx(stats.norm.sf(0.5 * 10))
    assert found.word == "drifting"


@pytest.mark.parametrize(
    ("z", "questions", "word"),
    [
        ([0.19] * 1000, 1, "steady"),  # beyond chance, and too small to matter
        ([0.2] * 400, 1, "drifting"),  # z = 4
        ([0.5] * 22, 1, "drifting"),  # z = 2.35, p = .0095
        ([0.5] * 22, 2, "steady"),  # ... which two questions share out
        ([-3.0] * 100, 1, "steady"),  # nearer is no drift
        ([9.0] * 19, 1, "too few"),
        ([], 1, "too few"),
        ([float("nan")] * 50, 1, "too few"),
    ],
)
def test_drifting_needs_a_large_and_a_sure_effect(z, questions, word):
    assert drift(z, questions=questions).word == word


def test_texts_of_the_same_themes_are_steady_and_of_shifted_ones_drift():
    vectors, labels, _ = planted(clusters=4, per_cluster=200, seed=3)
    old = np.arange(len(labels)) % 2 == 0
    shapes = theme_shapes(vectors[old], labels[old])
    fit = {
        "fit_mean": shapes.cohesion,
        "fit_spread": shapes.spread,
        "fit_sizes": np.bincount(labels[old]),
    }
    near = closeness_to(vectors[~old], labels[~old], shapes.centroids)
    assert abs(drift(standardised(near, labels[~old], **fit)).effect) < 0.15
    moved = vectors[~old] + 0.1 * np.eye(vectors.shape[1])[0]
    far = closeness_to(moved, labels[~old], shapes.centroids)
    assert drift(standardised(far, labels[~old], **fit)).word == "drifting"


def test_unassigned_texts_against_the_nominal_rate():
    assert excess_unassigned(0, 0, 0.02) == 1
    assert excess_unassigned(0, 50, 0.02) == 1
    # At least one of 50: 1 - .98^50.
    assert excess_unassigned(1, 50, 0.02) == pytest.approx(1 - 0.98**50)
    assert excess_unassigned(10, 50, 0.02) < 1e-6
