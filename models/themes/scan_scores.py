"""The scores of one window: around each text, and around the centres of the best few.

A text of a new issue is one person's way to say it: what lies around it is half of the issue and
some of its relations. The centre of what lies around it is nearer to what people mean, so the
texts around the centre are more of the issue and less of anything else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.embedding.base import unit_length
from models.themes.neighbours import Floats, Ints, cosine_level, quantised

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]

# One more text near than was seen: a reference that holds none does not make the impossible.
_PRIOR_TEXTS = 1.0
_CENTRES = 12  # of the best balls of a window: more find no more


@dataclass(frozen=True)
class Scores:
    """How much is said around some places, at several radii.

    Attributes
    ----------
    scores : ndarray of float, shape (n_radii, n_places)
        See :func:`birth_score`; 0 with too few people.
    people : ndarray of int, shape (n_radii, n_places)
        People of the window who wrote something so near.
    expected : ndarray of float, shape (n_radii, n_places)
        How many would have, had they written as in the reference.
    """

    scores: Numbers
    people: Ints
    expected: Numbers

    def best_radius(self) -> Ints:
        """Return the radius of each place's best score, the widest of equals."""
        return np.asarray(self.scores.argmax(axis=0))


def birth_score(observed: npt.ArrayLike, expected: npt.ArrayLike) -> Numbers:
    """Return the score of so many people where so many were expected.

    Parameters
    ----------
    observed, expected : array-like
        People; expected > 0.

    Examples
    --------
    Eight where half a one was expected: 8 ln 16 - 7.5.

    >>> birth_score([8, 1], [0.5, 2]).round(2).tolist()
    [14.68, 0.0]
    """
    c, lam = np.asarray(observed, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    scores = c * np.log(np.maximum(c, lam) / lam) - (c - lam)
    return np.asarray(np.where(c > lam, scores, 0.0))


def score_places(
    products: Floats,
    same_person: Flags,
    reference_near: Ints,
    reference_size: int,
    *,
    levels: Numbers,
    min_people: int,
) -> Scores:
    """Return how much is said around each place.

    Parameters
    ----------
    products : ndarray of float32, shape (n_places, n_texts)
        Of the places' and the window's quantised vectors; texts in the order of time.
    same_person : ndarray of bool, shape (n_texts, n_texts)
        Which texts one person wrote; true on the diagonal.
    reference_near : ndarray of int, shape (n_radii, n_places)
        Texts of the reference near each.
    reference_size : int
        Texts of the reference.
    levels : ndarray of shape (n_radii,)
        The radii as products, see :func:`models.themes.neighbours.cosine_level`.
    min_people : int
        A radius with fewer people scores 0.
    """
    # The first text of the same person stands for them; twice, for copies of copies.
    person = same_person.argmax(axis=1)
    person = person[person]
    everybody, code = np.unique(person, return_inverse=True)
    order = np.argsort(code, kind="stable")
    first = np.searchsorted(code[order], np.arange(len(everybody)))
    expected = len(everybody) * (reference_near + _PRIOR_TEXTS) / (reference_size + 1)
    people = np.empty(expected.shape, dtype=np.int64)
    for k, level in enumerate(levels):
        near = products >= level
        if len(everybody) < len(person):
            near = np.logical_or.reduceat(near[:, order], first, axis=1)
        people[k] = near.sum(axis=1)
    scores = np.where(people >= min_people, birth_score(people, expected), 0.0)
    return Scores(scores, people, expected)


def best_balls(found: Scores, products: Floats, levels: Numbers) -> tuple[Ints, Flags]:
    """Return the texts with the best scores, and what lies around each, at most twelve.

    A text comes twice if it is among the best at two radii; equal balls come once.

    Returns
    -------
    places : ndarray of int, shape (n_balls,)
    balls : ndarray of bool, shape (n_balls, n_texts)
    """
    order = np.argsort(-found.scores, axis=None, kind="stable")[:_CENTRES]
    radii, places = np.unravel_index(order, found.scores.shape)
    is_any = found.scores[radii, places] > 0
    balls = products[places] >= levels[radii][:, None]
    _, first = np.unique(balls, axis=0, return_index=True)
    kept = np.sort(first)
    kept = kept[is_any[kept]]
    return np.asarray(places[kept]), np.asarray(balls[kept])


def around_centres(vectors: Floats, balls: Flags) -> tuple[Floats, Floats]:
    """Return the centre of each ball's texts, and the products of each centre with all texts.

    A text that made the centre is as near to it as to the centre of the others: its own part
    would draw it nearer than any text of the reference, however little the texts have in common.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n_texts, dimension)
        Quantised.
    balls : ndarray of bool, shape (n_balls, n_texts)

    Returns
    -------
    centres : ndarray of float32, shape (n_balls, dimension)
        Quantised.
    products : ndarray of float32, shape (n_balls, n_texts)
    """
    rows = vectors.astype(np.float64)
    sums = balls.astype(np.float64) @ rows  # of whole numbers, as all that follows: exact
    centres = quantised(unit_length(sums))
    products = centres @ vectors.T
    own = (rows * rows).sum(axis=1)
    with_sum = sums @ rows.T
    rest = (sums * sums).sum(axis=1)[:, None] - 2 * with_sum + own
    unit = cosine_level(1.0) ** 0.5
    without = (with_sum - own) / np.sqrt(np.maximum(rest, 1.0)) * unit
    return centres, np.where(balls, without.astype(np.float32), products)
