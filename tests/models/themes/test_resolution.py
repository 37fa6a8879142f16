import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from models.themes.communities import communities, find_blocks
from models.themes.discovery import SharedNeighbourThemes
from models.themes.graph import shared_neighbour_graph
from models.themes.resolution import (
    LADDER,
    choose_resolution,
    continued_resolution,
    is_still_readable,
    readable_range,
)
from tests.models.themes.planted import planted


@pytest.mark.parametrize(
    ("texts", "fewest", "most"),
    [(4, 2, 2.5), (144, 2, 15), (14_400, 20, 150), (22_500, 25, 150), (90_000, 50, 150)],
)
def test_more_texts_are_read_as_more_and_larger_themes(texts, fewest, most):
    assert readable_range(texts, 150) == pytest.approx((fewest, most))


def test_no_more_themes_than_asked_for():
    assert readable_range(1_000_000, 60) == (60, 60)
    assert readable_range(10_000, 3) == (3, 3)


def test_planted_themes_are_found_without_being_told_how_many():
    for clusters in (6, 12, 20):
        vectors, labels, hashes = planted(clusters=clusters, per_cluster=60, noise=0.35)
        model = SharedNeighbourThemes().fit(vectors, text_hashes=hashes)
        assert adjusted_rand_score(labels, model.labels_) == 1.0


def test_the_stable_number_is_chosen():
    # Six themes of two wordings each: twelve are stable, more are chance.
    rng = np.random.default_rng(0)
    centres = np.repeat(rng.standard_normal((6, 32)), 2, axis=0)
    centres += 0.35 * rng.standard_normal((12, 32))
    rows = np.repeat(centres, 60, axis=0) + 0.1 * rng.standard_normal((720, 32))
    unit = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    blocks = find_blocks(shared_neighbour_graph(unit, 15))
    choice = choose_resolution(blocks, min_texts=10, max_themes=150)
    assert len(np.unique(communities(blocks, choice.resolution))) == 12
    assert [rung.resolution for rung in choice.rungs] == list(LADDER)
    looked_at = [rung for rung in choice.rungs if not np.isnan(rung.stability)]
    assert all(2 <= rung.themes <= 1.25 * 720**0.5 for rung in looked_at)
    assert max(rung.stability for rung in looked_at) > 0.95
    # Twelve that share no neighbour cannot be eight: the coarsest is as near as it gets.
    few = choose_resolution(blocks, min_texts=10, max_themes=8)
    assert few.resolution == LADDER[0]


def test_a_refit_keeps_its_resolution_until_it_cannot_be_read():
    assert continued_resolution(2.0, 8000, 8000) == 2.0
    assert is_still_readable(156, 10_000, 150)
    assert not is_still_readable(157, 10_000, 150)
    assert not is_still_readable(10, 10_000, 150)
