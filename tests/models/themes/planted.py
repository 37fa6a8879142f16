"""Vectors of planted clusters."""

import hashlib

import numpy as np

from models.embedding import unit_length


def planted(clusters=5, per_cluster=40, dimension=32, noise=0.35, seed=0):
    """Return (unit vectors, labels, text hashes) of round clusters."""
    rng = np.random.default_rng(seed)
    centres = unit_length(rng.standard_normal((clusters, dimension)))
    labels = np.repeat(np.arange(clusters), per_cluster)
    spread = rng.standard_normal((len(labels), dimension)) * noise / dimension**0.5
    hashes = [hashlib.sha256(str((seed, i)).encode()).hexdigest() for i in range(len(labels))]
    return unit_length(centres[labels] + spread), labels, hashes
