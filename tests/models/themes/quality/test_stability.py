import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from models.errors import DataContractError
from models.themes.discovery import SharedNeighbourThemes
from models.themes.quality.stability import _adjusted_rand, _crossed, resampled_stability
from tests.models.themes.planted import planted

OPTIONS = {"refits": 3, "share": 0.8, "max_texts": 10_000, "seed": 7}


def _measure(refit, labels, **changed):
    labels = np.asarray(labels)
    vectors = np.eye(len(labels), dtype=np.float32)
    hashes = [f"{i:04d}" for i in range(len(labels))]
    return resampled_stability(vectors, labels, hashes, refit=refit, **(OPTIONS | changed))


def _labelled(labels):
    """Return a refit that looks each text's cluster up by its hash."""
    return lambda vectors, hashes: np.array([labels[int(h)] for h in hashes])


def test_the_same_themes_again_are_perfectly_stable():
    labels = [0] * 30 + [1] * 20
    found = _measure(_labelled(labels), labels)
    assert found.jaccard == pytest.approx([1, 1])
    assert found.together == pytest.approx(np.eye(2))
    assert (found.ari, found.refits, found.texts) == (1, 3, 50)


def test_two_themes_that_refits_merge_overlap_by_their_sizes():
    labels = [0] * 30 + [1] * 20
    found = _measure(_labelled([5] * 50), labels, refits=1)
    # Of 40 drawn texts, n are of theme 0: its best overlap with the one cluster is n / 40.
    assert found.jaccard.sum() == pytest.approx(1)
    assert 0.5 <= found.jaccard[0] <= 0.75
    assert found.together == pytest.approx(np.ones((2, 2)))
    assert found.ari == pytest.approx(0)


def test_a_theme_that_refits_halve_keeps_half():
    labels = [0] * 40 + [1] * 40
    halves = [0, 1] * 20 + [2] * 40
    found = _measure(_labelled(halves), labels, share=0.99, refits=1)
    # 79 of 80 drawn: 39 or 40 of theme 0, of which 20 are in the larger half.
    assert found.jaccard[0] == pytest.approx(0.5, abs=0.02)
    assert found.jaccard[1] == 1
    assert found.together[0, 0] == pytest.approx(0.5, abs=0.01)
    assert found.together[0, 1] == 0


def test_agreement_is_the_adjusted_rand_index():
    rng = np.random.default_rng(0)
    themes, clusters = rng.integers(0, 4, 200), rng.integers(0, 5, 200)
    clusters[:100] = themes[:100]
    table = _crossed(themes, clusters, 4)
    assert _adjusted_rand(table) == pytest.approx(adjusted_rand_score(themes, clusters))


def test_real_refits_of_planted_themes_find_them_in_any_order_of_rows():
    vectors, labels, hashes = planted(clusters=4, per_cluster=40)

    def refit(part, part_hashes):
        return SharedNeighbourThemes(resolution=1.0).fit(part, text_hashes=part_hashes).labels_

    one = resampled_stability(vectors, labels, hashes, refit=refit, **OPTIONS)
    shuffled = np.random.default_rng(2).permutation(len(labels))
    two = resampled_stability(
        vectors[shuffled],
        labels[shuffled],
        [hashes[i] for i in shuffled],
        refit=refit,
        **OPTIONS,
    )
    assert one.jaccard.min() > 0.95
    assert (one.jaccard == two.jaccard).all()
    assert one.ari == two.ari


def test_more_texts_than_allowed_are_drawn_from_and_another_seed_draws_others():
    asked: list[list[str]] = []

    def refit(vectors, hashes):
        asked.append(list(hashes))
        return np.zeros(len(hashes), dtype=int)

    for seed in (1, 1, 2):
        found = _measure(refit, [0] * 100, max_texts=50, refits=1, seed=seed)
        assert found.texts == 50
    assert [len(hashes) for hashes in asked] == [40, 40, 40]
    assert asked[0] == asked[1] != asked[2]
    assert asked[0] == sorted(asked[0])


def test_too_few_texts_or_no_refits_say_nothing():
    never = _labelled({})
    for found in (_measure(never, [0] * 19), _measure(never, [0] * 30, refits=0)):
        assert found.refits == 0
        assert np.isnan(found.jaccard).all()
        assert np.isnan(found.ari)
    assert _measure(never, []).jaccard.shape == (0,)


def test_what_is_refused():
    with pytest.raises(DataContractError, match=r"quality\.subsample"):
        _measure(_labelled({}), [0] * 30, share=1.0)
    with pytest.raises(DataContractError, match="1 labels"):
        resampled_stability(np.eye(2), [0], ["a", "b"], refit=_labelled({}), **OPTIONS)
