"""New texts to themes that were just born: a vote of many would drown their few texts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.themes.assignment import NO_THEME
from models.themes.neighbours import Floats, Ints, nearest


def join_newborn(
    vectors: Floats,
    known: Floats,
    founders: Floats,
    founder_labels: npt.ArrayLike,
    *,
    neighbours: int,
    floor: float,
) -> tuple[Ints, npt.NDArray[np.float64]]:
    """Return the newborn theme that each text joins, or -1, and how clearly.

    As many of the nearest texts are asked as the theme has founders, and no more than usually
    vote: a text joins if most of them are founders. Of several such themes the one with the
    larger share is joined, of equals the one of the lower number.

    Parameters
    ----------
    vectors : ndarray of shape (n_texts, dimension)
        Of unit length, as all others.
    known : ndarray of shape (n_known, dimension)
        Texts of other themes.
    founders : ndarray of shape (n_founders, dimension)
        Texts of the newborn themes.
    founder_labels : array-like of int, shape (n_founders,)
        Their themes, >= 0.
    neighbours : int
        How many texts are asked at most.
    floor : float
        A text whose nearest founder has a lower cosine joins none.

    Returns
    -------
    labels : ndarray of int, shape (n_texts,)
    strengths : ndarray of float, shape (n_texts,)
        Share of founders among those asked, 0..1; 0 without a theme.
    """
    labels = np.full(len(vectors), NO_THEME, dtype=np.int64)
    strengths = np.zeros(len(vectors))
    codes = np.asarray(founder_labels, dtype=np.int64)
    for code in np.unique(codes).tolist():
        own = founders[codes == code]
        _, cosines = nearest(vectors, own, neighbours=neighbours)
        near = np.flatnonzero(cosines[:, 0] >= floor)
        asked = cosines.shape[1]
        _, others = nearest(vectors[near], known, neighbours=asked)
        share = _share_of_founders(cosines[near], others)
        wins = (share > 0.5) & (share > strengths[near])
        labels[near[wins]], strengths[near[wins]] = code, share[wins]
    return labels, strengths


def _share_of_founders(own: Floats, others: Floats) -> npt.NDArray[np.float64]:
    """Return the share of founders among the nearest texts; of equally near ones others count."""
    asked = own.shape[1]
    cosines = np.column_stack([others, own])
    is_own = np.arange(cosines.shape[1]) >= others.shape[1]
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :asked]
    return np.asarray(is_own[order].sum(axis=1) / asked, dtype=np.float64)
