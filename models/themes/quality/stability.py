"""Would a theme be found again? Refits on random subsamples, compared with the themes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.embedding.base import unit_length
from models.errors import DataContractError
from models.themes.neighbours import Floats, Ints, checked_vectors

Numbers = npt.NDArray[np.float64]
Refit = Callable[[Floats, Sequence[str]], Ints]  # vectors and hashes of texts to their clusters

RECOVERED = 0.75  # Hennig's mark: a cluster of this mean overlap or more is found again
DISSOLVED = 0.5  # ... and one of this or less falls apart
_FEWEST_TEXTS = 20  # of fewer texts, a subsample says nothing


@dataclass(frozen=True)
class Stability:
    """What refits on subsamples made of the themes.

    Attributes
    ----------
    jaccard : ndarray of shape (n_themes,)
        Mean over the refits of the theme's best overlap with a cluster, 0..1; NaN where no
        subsample held a text of it.
    together : ndarray of shape (n_themes, n_themes)
        Mean over the refits of the chance that a text of the one theme and a text of the other
        land in the same cluster, 0..1 (NaN as above).
    ari : float
        Mean adjusted Rand index of themes and clusters, 1: the same, 0: as by chance; NaN
        without refits.
    texts, refits : int
        Texts that subsamples were drawn from, and how many refits there were.
    """

    jaccard: Numbers
    together: Numbers
    ari: float
    texts: int
    refits: int


def resampled_stability(
    vectors: object,
    labels: npt.ArrayLike,
    text_hashes: Sequence[str],
    *,
    refit: Refit,
    refits: int,
    share: float,
    max_texts: int,
    seed: int,
) -> Stability:
    """Return how much of each theme comes again when themes are found on a part of the texts.

    For theme C and the clusters D of a refit on the subsample S, the overlap is

        γ(C) = max over D of |C ∩ S ∩ D| / |(C ∩ S) ∪ D|

    and its mean over the refits is the theme's stability: at .75 or more it is recovered, at .5
    or less it dissolves (Hennig 2007, doi:10.1016/j.csda.2006.11.025, by subsetting; agreement of
    all themes at once by Hubert & Arabie 1985, doi:10.1007/BF01908075).

    Warning: takes as long as the refits. Fewer texts than the fit had make coarser themes, so
    ``max_texts`` below that number understates stability.

    Parameters
    ----------
    vectors : array-like of shape (n_texts, dimension)
        The texts' vectors.
    labels : array-like of int, shape (n_texts,)
        Themes, 0..n_themes-1.
    text_hashes : sequence of str
        Canonical order: subsamples do not depend on the rows' order.
    refit : callable
        From vectors and their hashes to the number of each text's cluster.
    refits : int
        How many.
    share : float
        Of the texts in a subsample, without replacement, in (0, 1).
    max_texts : int
        Of more texts than this, so many are drawn first.
    seed : int
        Of all draws.

    Raises
    ------
    DataContractError
        If the three are not equally many, or the share is not between 0 and 1.
    """
    rows = unit_length(checked_vectors(vectors))
    themes = np.asarray(labels, dtype=np.int64)
    hashes = np.asarray(list(text_hashes), dtype=object)
    if not len(rows) == len(themes) == len(hashes):
        raise DataContractError(
            f"got {len(rows)} vectors, {len(themes)} labels and {len(hashes)} text hashes."
        )
    if not 0 < share < 1:
        raise DataContractError(f"quality.subsample: expected between 0 and 1, got {share}.")
    count = int(themes.max()) + 1 if len(themes) else 0
    rng = np.random.default_rng(seed)
    pool = np.argsort(hashes, kind="stable")
    if len(pool) > max_texts:
        pool = pool[np.sort(rng.permutation(len(pool))[:max_texts])]
    made = [] if len(pool) < _FEWEST_TEXTS else list(range(refits))
    overlaps, pairs, agreements = [], [], []
    for _ in made:
        chosen = pool[np.sort(rng.permutation(len(pool))[: round(share * len(pool))])]
        clusters = np.unique(refit(rows[chosen], hashes[chosen].tolist()), return_inverse=True)[1]
        table = _crossed(themes[chosen], clusters.ravel(), count)
        overlaps.append(_best_overlaps(table))
        pairs.append(_meetings(table))
        agreements.append(_adjusted_rand(table))
    return Stability(
        jaccard=_mean(overlaps, (count,)),
        together=_mean(pairs, (count, count)),
        ari=float(np.mean(agreements)) if agreements else float("nan"),
        texts=len(pool),
        refits=len(made),
    )


def _crossed(themes: Ints, clusters: Ints, count: int) -> Numbers:
    """Return how many texts each theme and each cluster have in common."""
    table = np.zeros((count, int(clusters.max()) + 1))
    np.add.at(table, (themes, clusters), 1.0)
    return table


def _best_overlaps(table: Numbers) -> Numbers:
    sizes = table.sum(axis=1)
    union = sizes[:, None] + table.sum(axis=0)[None] - table
    best = (table / np.maximum(union, 1.0)).max(axis=1)
    return np.asarray(np.where(sizes > 0, best, np.nan))


def _meetings(table: Numbers) -> Numbers:
    sizes = table.sum(axis=1, keepdims=True)
    shares = np.divide(table, sizes, out=np.full(table.shape, np.nan), where=sizes > 0)
    return np.asarray(shares @ shares.T)


def _adjusted_rand(table: Numbers) -> float:
    """Return the adjusted Rand index; 1 where both partitions put all texts in one group."""

    def pairs(counts: Numbers) -> float:
        return float((counts * (counts - 1) / 2).sum())

    total = table.sum()
    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    by_chance = rows * columns / (total * (total - 1) / 2)
    most = (rows + columns) / 2
    return 1.0 if most == by_chance else (both - by_chance) / (most - by_chance)


def _mean(found: Sequence[Numbers], shape: tuple[int, ...]) -> Numbers:
    """Return the mean over the refits, of those that say something."""
    if not found:
        return np.full(shape, np.nan)
    stacked = np.stack(found)
    known = np.isfinite(stacked)
    total = np.where(known, stacked, 0.0).sum(axis=0)
    times = known.sum(axis=0)
    return np.asarray(np.divide(total, times, out=np.full(shape, np.nan), where=times > 0))
