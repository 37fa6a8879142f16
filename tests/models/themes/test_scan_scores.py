"""The scores of a window: places by hand, the best balls, a centre that does not know itself."""

import math

import numpy as np
import pytest

from models.themes.neighbours import cosine_level, quantised
from models.themes.scan_scores import around_centres, best_balls, score_places

LEVELS = np.array([cosine_level(0.5), cosine_level(0.9)])


def _scored(vectors, reference_near, *, size=99, same=None, least=2):
    products = vectors @ vectors.T
    same = np.eye(len(vectors), dtype=bool) if same is None else same
    near = np.asarray(reference_near)
    found = score_places(products, same, near, size, levels=LEVELS, min_people=least)
    return found, products


def test_a_place_by_hand():
    # Three of four people, where 4 x (4 + 1) / (99 + 1) = 0.2 were to be expected.
    vectors = quantised(np.array([[1.0, 0], [1, 0], [1, 0], [0, 1]], dtype=np.float32))
    found, _ = _scored(vectors, np.full((2, 4), 4))
    assert found.people.tolist() == [[3, 3, 3, 1]] * 2
    assert found.expected[0, 0] == pytest.approx(0.2)
    assert found.scores[0, 0] == pytest.approx(3 * math.log(15) - 2.8)
    assert found.scores[0, 3] == 0  # a single person


def test_one_person_counts_once():
    vectors = quantised(np.array([[1.0, 0], [1, 0], [0, 1]], dtype=np.float32))
    same = np.eye(3, dtype=bool)
    same[0, 1] = same[1, 0] = True
    found, _ = _scored(vectors, np.zeros((2, 3)), same=same)
    assert found.people[0].tolist() == [1, 1, 1]
    assert found.expected[0, 0] == pytest.approx(2 / 100)
    assert not found.scores.any()


def test_equal_balls_come_once_and_empty_ones_never():
    vectors = quantised(np.array([[1.0, 0], [1, 0], [0, 1]], dtype=np.float32))
    found, products = _scored(vectors, np.zeros((2, 3)))
    places, balls = best_balls(found, products, LEVELS)
    assert places.tolist() == [0]
    assert balls.tolist() == [[True, True, False]]


def test_a_text_is_as_near_to_a_centre_as_to_that_of_the_others():
    # Three texts at right angles: to the centre of all each has a cosine of 1 / sqrt 3, but
    # nothing in common with the two others. A fourth has 1 / sqrt 3 and made no centre.
    vectors = quantised(np.vstack([np.eye(4)[:3], np.eye(4)[0]]).astype(np.float32))
    ball = np.array([[True, True, True, False]])
    centres, products = around_centres(vectors, ball)
    cosines = products[0] / cosine_level(1.0)
    assert centres[0, :3] / 2047 == pytest.approx([3**-0.5] * 3, abs=3e-4)
    assert cosines == pytest.approx([0, 0, 0, 3**-0.5], abs=3e-4)


def test_the_centre_of_equal_texts_is_at_them():
    vectors = quantised(np.array([[0.6, 0.8]] * 3, dtype=np.float32))
    _, products = around_centres(vectors, np.ones((1, 3), dtype=bool))
    assert products[0] / cosine_level(1.0) == pytest.approx([1.0] * 3, abs=1e-3)


def test_without_a_ball_there_is_no_centre():
    centres, products = around_centres(np.ones((3, 2), dtype=np.float32), np.zeros((0, 3), bool))
    assert centres.shape == (0, 2)
    assert products.shape == (0, 3)
