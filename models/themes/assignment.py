"""New texts to known themes, by a vote of the nearest known texts."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from models.embedding.base import unit_length
from models.errors import DataContractError
from models.themes.neighbours import Floats, Ints, checked_vectors, nearest

NO_THEME = -1
_NEAR_THEMES = 32
_JUDGES = 2000  # known texts that set the floor: 2 % of them are 40, and a morning stays quick


def assign_by_vote(
    vectors: object,
    reference_vectors: object,
    reference_labels: npt.ArrayLike,
    *,
    neighbours: int,
    floor: float,
) -> tuple[Ints, npt.NDArray[np.float64]]:
    """Return the theme that the nearest known texts vote for, and how clearly.

    Each of the nearest known texts votes for its theme with the weight of its cosine. Ties go
    to the theme of the lower number. A text is voted on alone: what other texts are asked for
    at the same time changes no bit.

    Parameters
    ----------
    vectors : array-like of shape (n_texts, dimension)
        The new texts' vectors.
    reference_vectors : array-like of shape (n_known, dimension)
        The known texts' vectors.
    reference_labels : array-like of int, shape (n_known,)
        Their themes, >= 0.
    neighbours : int
        How many known texts vote.
    floor : float
        Texts whose mean cosine to their voters is below this get no theme; see
        :func:`rejection_floor`. -1 leaves none out.

    Returns
    -------
    labels : ndarray of int, shape (n_texts,)
        -1 where there is no theme (all of them when nothing is known).
    strengths : ndarray of float, shape (n_texts,)
        The winner's share of the votes, 0..1; 0 without a theme.

    Raises
    ------
    DataContractError
        If the vectors' sizes differ, or labels and known texts are not equally many.
    """
    new, known, labels = _checked(vectors, reference_vectors, reference_labels)
    out = np.full(len(new), NO_THEME, dtype=np.int64)
    strengths = np.zeros(len(new))
    if not len(new) or not len(known):
        return out, strengths
    places, cosines = nearest(new, known, neighbours=neighbours)
    winners, shares = _count_votes(labels[places], cosines)
    accepted = _closeness(cosines) >= floor
    out[accepted], strengths[accepted] = winners[accepted], shares[accepted]
    return out, strengths


def assign_by_near_themes(
    vectors: Floats, known: Floats, labels: Ints, *, neighbours: int
) -> tuple[Ints, npt.NDArray[np.float64]]:
    """Return what :func:`assign_by_vote` does, but look for voters in the themes around alone.

    A text is compared with the texts of the 32 themes whose centres are nearest to the centre
    that it is nearest to itself: of a hundred thousand texts 99 in 100 get the same theme, for a
    quarter of the products. For bulk; where a text is voted on for good, use the other.

    Parameters
    ----------
    vectors : ndarray of shape (n_texts, dimension)
        Unit vectors.
    known : ndarray of shape (n_known, dimension)
        Unit vectors of the known texts; at least one.
    labels : ndarray of int, shape (n_known,)
        Their themes, >= 0.
    neighbours : int
        How many known texts vote.
    """
    themes, of_known = np.unique(labels, return_inverse=True)
    sums = np.stack(
        [known[of_known == i].sum(axis=0, dtype=np.float64) for i in range(len(themes))]
    )
    centres = unit_length(sums)
    around, _ = nearest(centres, centres, neighbours=_NEAR_THEMES)  # its own comes first
    own = nearest(vectors, centres, neighbours=1)[0][:, 0]
    out = np.empty(len(vectors), dtype=np.int64)
    strengths = np.empty(len(vectors))
    for theme in np.unique(own).tolist():
        asked = np.flatnonzero(own == theme)
        voters = np.flatnonzero(np.isin(of_known, around[theme]))
        places, cosines = nearest(vectors[asked], known[voters], neighbours=neighbours)
        out[asked], strengths[asked] = _count_votes(labels[voters][places], cosines)
    return out, strengths


def rejection_floor(
    reference_vectors: object, reference_labels: npt.ArrayLike, *, neighbours: int, share: float
) -> float:
    """Return the mean cosine to the voters below which a text is left without a theme.

    A text is left out if its conformal p-value is at most the share. Known texts (the first 2,000
    as given, which must be in an order that is chance, such as the hashes') are voted on by the
    others and give the p-values, see :func:`conformal_p_values`; the floor is the lowest cosine
    whose p-value is above the share. A text of the same kind as the known ones is then left out
    with a chance of at most the share, and hardly less.

    Parameters
    ----------
    reference_vectors, reference_labels : array-like
        As for :func:`assign_by_vote`.
    neighbours : int
        How many known texts vote.
    share : float
        In 0..1; 0 leaves none out.

    Returns
    -------
    float
        In -1..1; -1 (none is left out) with fewer than two known texts or a share that is less
        than one in the known texts and one; infinite (all are) with a share of 1.

    Raises
    ------
    DataContractError
        As :func:`assign_by_vote`, or if the share is not in 0..1.
    """
    if not 0 <= share <= 1:
        raise DataContractError(f"themes.reject_share: expected 0 to 1, got {share}.")
    _, known, _ = _checked(reference_vectors, reference_vectors, reference_labels)
    if len(known) < 2 or share * (min(len(known), _JUDGES) + 1) < 1:
        return -1.0
    _, cosines = nearest(known[:_JUDGES], known, neighbours=neighbours, is_self=True)
    judged = np.sort(_closeness(cosines))
    accepted = judged[conformal_p_values(judged, judged) > share]
    return float(accepted[0]) if len(accepted) else math.inf


def conformal_p_values(
    closeness: npt.ArrayLike, known_closeness: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Return, for each text, how often a known one is as far out or further.

        p = (1 + #{known texts whose closeness is at most the text's}) / (known texts + 1)

    If the text and the known ones come in an order that is chance, P(p <= a) <= a for every a
    (Vovk, Gammerman & Shafer 2005, "Algorithmic Learning in a Random World"; the one on top is
    the text itself). Without known texts every p is 1.

    Parameters
    ----------
    closeness : array-like of shape (n_texts,)
        Mean cosine of each text to its voters.
    known_closeness : array-like of shape (n_known,)
        That of known texts to theirs, none voting on itself.

    Examples
    --------
    >>> conformal_p_values([0.1, 0.5, 0.9], [0.4, 0.5, 0.6]).tolist()
    [0.25, 0.75, 1.0]
    """
    known = np.sort(np.asarray(known_closeness, dtype=np.float64))
    below = np.searchsorted(known, np.asarray(closeness, dtype=np.float64), side="right")
    return np.asarray((1.0 + below) / (len(known) + 1.0))


def _checked(
    vectors: object, reference_vectors: object, reference_labels: npt.ArrayLike
) -> tuple[Floats, Floats, Ints]:
    new = checked_vectors(vectors)
    known = checked_vectors(reference_vectors, "reference_vectors")
    labels = np.asarray(reference_labels, dtype=np.int64)
    if labels.shape != (len(known),):
        raise DataContractError(f"got {len(known)} known texts and {labels.size} labels.")
    if len(new) and len(known) and new.shape[1] != known.shape[1]:
        raise DataContractError(
            f"vectors: known texts have {known.shape[1]} numbers, new ones {new.shape[1]}: "
            "they come from different encoders."
        )
    return unit_length(new), unit_length(known), labels


def _closeness(cosines: Floats) -> npt.NDArray[np.float64]:
    return np.asarray(cosines.astype(np.float64).mean(axis=1))


def _count_votes(voted: Ints, cosines: Floats) -> tuple[Ints, npt.NDArray[np.float64]]:
    """Return each row's winning label and its share of the votes."""
    # A voter on the other side of the sphere still has a say, if a tiny one.
    weights = np.maximum(cosines.astype(np.float64), 1e-6)
    # A row's label as one number, so that one sort brings a row's votes together.
    count = int(voted.max(initial=0)) + 1
    ballots, inverse = np.unique(
        np.arange(len(voted))[:, None] * count + voted, return_inverse=True
    )
    totals = np.bincount(inverse.ravel(), weights=weights.ravel())
    rows, labels = np.divmod(ballots, count)
    best = np.lexsort((labels, -totals, rows))
    winners = best[np.searchsorted(rows[best], np.arange(len(voted)))]
    return labels[winners], np.minimum(totals[winners] / weights.sum(axis=1), 1.0)
