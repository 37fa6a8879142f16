import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.embedding import unit_length
from models.errors import DataContractError
from models.themes.assignment import (
    assign_by_near_themes,
    assign_by_vote,
    conformal_p_values,
    rejection_floor,
)
from tests.models.themes.planted import planted

EAST, NORTH = [1.0, 0.0], [0.0, 1.0]


def test_hand_worked_vote():
    # Two voters at cosine .8 for theme 1 against one at cosine 1 for theme 0: 1.6 of 2.6 votes.
    known = [[1.0, 0.0], [0.8, 0.6], [0.8, -0.6]]
    labels, strengths = assign_by_vote([EAST], known, [0, 1, 1], neighbours=3, floor=-1)
    assert labels.tolist() == [1]
    assert strengths[0] == pytest.approx(1.6 / 2.6, abs=1e-3)


def test_ties_go_to_the_lower_number():
    labels, strengths = assign_by_vote([EAST], [EAST, EAST], [7, 3], neighbours=2, floor=-1)
    assert labels.tolist() == [3]
    assert strengths.tolist() == [0.5]


def test_texts_below_the_floor_have_no_theme():
    labels, strengths = assign_by_vote([EAST, NORTH], [EAST], [0], neighbours=1, floor=0.5)
    assert labels.tolist() == [0, -1]
    assert strengths.tolist() == [1.0, 0.0]


def test_other_texts_change_no_bit():
    vectors, labels, _ = planted(noise=1.5)
    fresh = planted(noise=1.5, seed=0)[0][::-1]
    together = assign_by_vote(fresh, vectors, labels, neighbours=15, floor=0.1)
    for i in (0, 50, 199):
        alone = assign_by_vote(fresh[i : i + 1], vectors, labels, neighbours=15, floor=0.1)
        assert alone[0][0] == together[0][i]
        assert alone[1][0] == together[1][i]


def test_the_floor_leaves_out_about_the_share_asked_for():
    vectors, labels, _ = planted(clusters=3, per_cluster=200, noise=1.0)
    floor = rejection_floor(vectors, labels, neighbours=15, share=0.1)
    rng = np.random.default_rng(5)
    fresh = vectors[rng.permutation(600)] + rng.standard_normal(vectors.shape) * 0.02
    out, _ = assign_by_vote(fresh, vectors, labels, neighbours=15, floor=floor)
    assert 0.02 < (out == -1).mean() < 0.18
    stranger = -vectors.mean(axis=0, keepdims=True)
    assert assign_by_vote(stranger, vectors, labels, neighbours=15, floor=floor)[0].tolist() == [-1]


def test_hand_worked_p_values():
    # Of four known texts none, two (a tie counts) and all are as far out: (k + 1) / (4 + 1).
    found = conformal_p_values([0.1, 0.5, 0.9], [0.4, 0.5, 0.6, 0.7])
    assert found.tolist() == [0.2, 0.6, 1.0]
    assert conformal_p_values([0.1], []).tolist() == [1.0]


@given(
    st.lists(st.integers(-10, 10), min_size=2, max_size=60),
    st.sampled_from([0.02, 0.05, 0.1, 0.25, 0.5, 1.0]),
)
def test_a_text_is_left_out_exactly_if_its_p_value_is_at_most_the_share(known, share):
    # The known texts' closeness is what this stands in for, so that any values can be tried.
    closeness = np.array(known, dtype=np.float64) / 10
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("models.themes.assignment._closeness", lambda cosines: closeness)
        floor = rejection_floor(np.eye(len(known)), range(len(known)), neighbours=1, share=share)
    asked = np.arange(-10, 11) / 10
    p = conformal_p_values(asked, closeness)
    assert ((asked < floor) == (p <= share)).all()


def test_the_rate_holds_over_many_splits():
    """Of texts drawn like the known ones, the share asked for is left out, not more or fewer."""
    vectors, labels, _ = planted(clusters=4, per_cluster=300, noise=1.0)
    rng = np.random.default_rng(11)
    rates = []
    for _ in range(12):
        order = rng.permutation(len(vectors))
        known, fresh = order[:800], order[800:]
        floor = rejection_floor(vectors[known], labels[known], neighbours=15, share=0.1)
        out, _ = assign_by_vote(
            vectors[fresh], vectors[known], labels[known], neighbours=15, floor=floor
        )
        rates.append((out == -1).mean())
    # 12 splits of 400 texts and 800 judges: one standard error of the mean is about .005.
    assert np.mean(rates) == pytest.approx(0.1, abs=0.015)


@pytest.mark.parametrize(("known", "share"), [(0, 0.1), (1, 0.1), (20, 0.0)])
def test_without_judges_nothing_is_left_out(known, share):
    vectors, labels, _ = planted(clusters=1, per_cluster=20)
    floor = rejection_floor(vectors[:known], labels[:known], neighbours=15, share=share)
    assert floor == -1.0


def test_nothing_known_and_nothing_asked():
    none = np.zeros((0, 2))
    assert assign_by_vote([EAST], none, [], neighbours=5, floor=0)[0].tolist() == [-1]
    assert assign_by_vote(none, [EAST], [0], neighbours=5, floor=0)[0].tolist() == []
    assert assign_by_vote(np.zeros((0, 0)), [EAST], [0], neighbours=5, floor=0)[0].tolist() == []


def test_vectors_of_two_encoders_are_refused():
    with pytest.raises(DataContractError, match="known texts have 3 numbers, new ones 2"):
        assign_by_vote([EAST], np.eye(3), [0, 1, 2], neighbours=1, floor=0)
    with pytest.raises(DataContractError, match="3 known texts and 2 labels"):
        assign_by_vote(np.eye(3), np.eye(3), [0, 1], neighbours=1, floor=0)
    with pytest.raises(DataContractError, match="expected 0 to 1, got 2"):
        rejection_floor(np.eye(3), [0, 1, 2], neighbours=1, share=2)


def _planted(themes, *, texts=30, asked=10, spread=0.15):
    rng = np.random.default_rng(5)
    centres = unit_length(rng.standard_normal((themes, 32)))
    labels = np.repeat(np.arange(themes), texts)
    known = unit_length(centres[labels] + spread * rng.standard_normal((len(labels), 32)))
    wanted = np.repeat(np.arange(themes), asked)
    new = unit_length(centres[wanted] + spread * rng.standard_normal((len(wanted), 32)))
    return new, known, 3 * labels


def test_a_vote_of_the_themes_around_is_that_of_all_where_there_are_few():
    new, known, labels = _planted(20)
    near = assign_by_near_themes(new, known, labels, neighbours=15)
    whole = assign_by_vote(new, known, labels, neighbours=15, floor=-1.0)
    assert np.array_equal(near[0], whole[0])
    assert np.array_equal(near[1], whole[1])


def test_a_vote_of_the_themes_around_is_nearly_that_of_all_where_there_are_many():
    new, known, labels = _planted(150)
    near, _ = assign_by_near_themes(new, known, labels, neighbours=15)
    whole, _ = assign_by_vote(new, known, labels, neighbours=15, floor=-1.0)
    assert (near == whole).mean() > 0.97
    # A text alone gets what it gets among others.
    alone = [
        int(assign_by_near_themes(new[i : i + 1], known, labels, neighbours=15)[0][0])
        for i in range(8)
    ]
    assert alone == near[:8].tolist()
