"""Do themes keep their ids while texts keep coming? Five refits, each with a tenth more texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.themes.discovery import SharedNeighbourThemes
from models.themes.lineage import carry_names
from pipelines.steps.themes.fit import _MIN_OVERLAP

REFITS = 5
_GROWTH = 1.1
_SEED = 5


def kept_ids(vectors: npt.NDArray[np.float32], hashes: Sequence[str]) -> list[float]:
    """Return, for each refit, the share of the texts known before that keep their theme's id.

    The first fit has a random 62 % of the texts (all of them less five times a tenth more);
    the order in which the rest arrive is drawn once. Each refit starts from the one before, as
    :func:`pipelines.steps.themes.fit.fit_themes` does.
    """
    order = np.random.default_rng(_SEED).permutation(len(vectors))
    names = np.asarray(hashes, dtype=object)
    before, resolution = pd.Series(dtype="str"), None
    kept = []
    for refit in range(REFITS + 1):
        rows = order[: round(len(order) / _GROWTH ** (REFITS - refit))]
        known, _ = pd.factorize(pd.Series(names[rows]).map(before), sort=True)
        model = SharedNeighbourThemes().fit(
            vectors[rows],
            text_hashes=names[rows].tolist(),
            known_themes=known,
            known_resolution=resolution,
        )
        clusters = pd.Series(model.labels_, index=names[rows])
        lineage = carry_names(clusters, before, version=str(refit), min_overlap=_MIN_OVERLAP)
        now = clusters.map(lineage.names.set_index("cluster")["theme_id"])
        if refit:
            kept.append(float((now[before.index] == before).mean()))
        before, resolution = now, model.resolution_
    return kept
