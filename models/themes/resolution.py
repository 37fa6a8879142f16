"""How fine themes are: chosen from what a team can read, and from what resampling upholds.

From a resolution of 1 to 8 the quality of themes hardly depends on it; it is a question of how
many a team can read, and how large. Within that range the usual one is left only for themes that
are clearly steadier; whoever wants fewer themes reads the areas above them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse
from sklearn.metrics import adjusted_rand_score

from models.themes.communities import Blocks, louvain, rough_communities
from models.themes.neighbours import Ints

# Half octaves from a few broad themes up. Finer ones are near the blocks that themes are put
# together from, and stable for that reason alone.
LADDER = tuple(float(2.0 ** (step / 2)) for step in range(-6, 5))
# Where to be without a reason to be elsewhere. To go an octave away takes so much more stability
# (ARI), two octaves four times as much: less than half an octave's difference is chance.
_USUAL = 2.0**1.5
_PER_SQUARED_OCTAVE = 0.004

# Themes grow in number and in size as texts come in: n texts are read as about √n themes of √n
# texts in the mean. A sixth as many are areas, and a quarter more are wordings of a theme.
_COARSEST, _FINEST = 1 / 6, 1.25
_FEWEST = 2
_FOLDS = 5  # a resample leaves out every fifth text: 80 % stay
# A refit keeps its resolution while the number of themes is at most so much out of range: else
# a team's themes would change with each text that tips a scale.
_SLACK = 1.25
# Banking questions: themes ~ texts^.77 at one resolution, ~ resolution^.43 at one number of texts;
# themes ~ √texts then needs resolution ~ texts^-.63.
_FALL = 2 / 3


class Rung(NamedTuple):
    """What a resolution gives."""

    resolution: float
    themes: int
    stability: float  # ARI after dropping a fifth of the texts; NaN where it was not needed


class Choice(NamedTuple):
    """The resolution chosen, and what was looked at."""

    resolution: float
    rungs: tuple[Rung, ...]


def readable_range(texts: int, max_themes: int) -> tuple[float, float]:
    """Return the fewest and the most themes that so many texts should have.

    Examples
    --------
    >>> [round(bound) for bound in readable_range(10_000, 150)]
    [17, 125]
    >>> [round(bound) for bound in readable_range(1_000_000, 150)]
    [150, 150]
    """
    most = max(_FEWEST, min(_FINEST * texts**0.5, max_themes))
    return min(most, max(_FEWEST, _COARSEST * texts**0.5)), most


def choose_resolution(blocks: Blocks, *, min_texts: int, max_themes: int) -> Choice:
    """Return the readable resolution of the highest worth.

        stability − .004 · log2(resolution / 2.8)²

    Stability is how far the themes of 80 % of the texts are those of all (adjusted Rand index
    over these texts, mean of five resamples, smoothed over neighbouring resolutions, since one
    ARI varies by .01 to .04 between resamples). The texts left out are every fifth of the
    canonical order, which is one of hashes: no seed.

    Parameters
    ----------
    blocks : Blocks
        Of the whole graph.
    min_texts : int
        Communities of fewer texts are no themes.
    max_themes : int
        More than so many nobody reads.
    """
    found = [rough_communities(blocks, resolution) for resolution in LADDER]
    counts = [int((np.bincount(labels) >= min_texts).sum()) for labels in found]
    low, high = readable_range(blocks.graph.shape[0], max_themes)
    readable = [i for i, count in enumerate(counts) if low <= count <= high]
    if len(readable) < 2:
        # Nothing between: the finest that is not too many, else the coarsest.
        best = max((i for i, count in enumerate(counts) if count <= high), default=0)
        best = readable[0] if readable else best
        stability = dict.fromkeys(readable, float("nan"))
    else:
        stability = _stability(blocks, found, readable)
        steady = _smoothed([stability[i] for i in readable])
        worth = [s - _cost(LADDER[i]) for i, s in zip(readable, steady, strict=True)]
        best = readable[int(np.argmax(np.round(worth, 9)))]
    rungs = tuple(
        Rung(LADDER[i], counts[i], stability.get(i, float("nan"))) for i in range(len(LADDER))
    )
    return Choice(LADDER[best], rungs)


def _cost(resolution: float) -> float:
    return float(_PER_SQUARED_OCTAVE * np.log2(resolution / _USUAL) ** 2)


def _smoothed(values: list[float]) -> list[float]:
    """Return each value's mean with its neighbours, itself counted twice."""
    ends = [values[0], *values, values[-1]]
    return [(a + 2 * b + c) / 4 for a, b, c in zip(ends[:-2], values, ends[2:], strict=True)]


def continued_resolution(resolution: float, known_texts: int, texts: int) -> float:
    """Return the resolution at which themes stay as they were while texts came in.

    At one resolution the communities of a nearest-neighbour graph grow in number almost as fast
    as the texts, because each text's neighbours lie ever closer. What can be read grows with
    their root; so the resolution falls by the power of 2/3 of the growth.

    Examples
    --------
    >>> continued_resolution(2.0, 1000, 8000)
    0.5
    >>> continued_resolution(2.0, 1000, 900)
    2.0
    """
    return float(round(resolution * min(1.0, known_texts / texts) ** _FALL, 6))


def is_still_readable(themes: int, texts: int, max_themes: int) -> bool:
    """Return whether a refit may keep its resolution with so many themes of so many texts."""
    low, high = readable_range(texts, max_themes)
    return low / _SLACK <= themes <= high * _SLACK


def _stability(blocks: Blocks, found: list[Ints], rungs: list[int]) -> dict[int, float]:
    """Return the mean ARI of each rung between all texts and resamples of them.

    The blocks stay as they are: with blocks of each resample's own, which take longer, another
    order of the same texts often led to another choice.
    """
    totals = dict.fromkeys(rungs, 0.0)
    count = int(blocks.of_text.max()) + 1
    for fold in range(_FOLDS):
        kept = np.flatnonzero(np.arange(len(blocks.of_text)) % _FOLDS != fold)
        mine = blocks.of_text[kept]
        ones = np.ones(len(kept))
        members = sparse.csr_matrix((ones, (kept, mine)), (len(blocks.of_text), count))
        ties = (members.T @ blocks.graph @ members).tocsr()
        for i in rungs:
            again = louvain(ties, LADDER[i])[mine]
            totals[i] += float(adjusted_rand_score(found[i][kept], again)) / _FOLDS
    return totals
