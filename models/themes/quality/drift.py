"""Whether new texts lie where the fit's own texts lay, and are left out no more than meant."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from models.themes.neighbours import Ints

Numbers = npt.NDArray[np.float64]

SMALL_EFFECT = 0.2  # Cohen's "small": a shift below a fifth of the spread is of no consequence
SIGNIFICANT = 0.01  # of one question; shared out where many are asked
_FEWEST_TEXTS = 20  # fewer new texts say nothing of a shift
_FEWEST_FITTED = 10  # fewer fitted texts have no spread worth the name

STEADY, DRIFTING, UNKNOWN = "steady", "drifting", "too few"


@dataclass(frozen=True)
class Drift:
    """How far new texts lie from their themes, against the fit's own.

    Attributes
    ----------
    texts : int
        New texts that could be compared.
    effect : float
        Mean of (distance - the theme's mean at the fit) / the theme's standard deviation at the
        fit: Cohen's d, > 0 is further away; NaN without texts.
    error : float
        Standard error of the effect, for a range of ± 1.96 of it; NaN with fewer than two texts.
    p_value : float
        Of so large an effect if nothing had changed (one-sided z-test); 1 without texts.
    word : str
        ``drifting``, ``steady`` or ``too few`` (texts to tell).
    """

    texts: int
    effect: float
    error: float
    p_value: float
    word: str


def standardised(
    closeness: npt.ArrayLike,
    labels: npt.ArrayLike,
    *,
    fit_mean: Numbers,
    fit_spread: Numbers,
    fit_sizes: Ints,
) -> Numbers:
    """Return how many of its theme's standard deviations each new text is too far away.

    Distance is 1 - cosine to the theme's centroid. Against its own theme's spread a text counts
    the same in a loose theme and in a dense one, and a change of the mix is no drift.

    Parameters
    ----------
    closeness : array-like of shape (n_texts,)
        New texts' cosine to their theme's centroid.
    labels : array-like of int, shape (n_texts,)
        Their themes, positions in the arrays below.
    fit_mean, fit_spread : ndarray of shape (n_themes,)
        ``cohesion`` and ``spread`` of :class:`models.themes.quality.Shapes`.
    fit_sizes : ndarray of int, shape (n_themes,)
        Texts that shaped each theme.

    Returns
    -------
    ndarray of shape (n_texts,)
        NaN where the theme had fewer than ten texts or no spread.
    """
    themes = np.asarray(labels, dtype=np.int64)
    further = fit_mean[themes] - np.asarray(closeness, dtype=np.float64)
    spread = fit_spread[themes]
    can_tell = (fit_sizes[themes] >= _FEWEST_FITTED) & (spread > 1e-9)
    z = np.divide(further, spread, out=np.full(len(further), np.nan), where=can_tell)
    return np.asarray(z, dtype=np.float64)


def drift(z: npt.ArrayLike, *, questions: int = 1) -> Drift:
    """Return whether texts have moved away from their themes.

    ``drifting`` needs both a shift worth speaking of (Cohen 1988, "Statistical Power Analysis",
    doi:10.4324/9780203771587: d of .2 is small) and one that chance does not explain
    (p < .01 / questions, Bonferroni). The test takes texts as independent; a stir of
    near-identical ones is not, which is why the effect must be large as well.

    Parameters
    ----------
    z : array-like of shape (n_texts,)
        Of :func:`standardised`; NaN are left out.
    questions : int
        How many such answers are read beside each other.

    Examples
    --------
    >>> drift([0.5] * 100).word, drift([0.1] * 100).word, drift([9.0]).word
    ('drifting', 'steady', 'too few')
    """
    known = np.asarray(z, dtype=np.float64)
    known = known[np.isfinite(known)]
    n = len(known)
    if n == 0:
        return Drift(0, float("nan"), float("nan"), 1.0, UNKNOWN)
    effect = float(known.mean())
    # Under "nothing changed" a text's z has variance 1, whatever it is now.
    p_value = float(stats.norm.sf(effect * sqrt(n)))
    error = float(known.std(ddof=1)) / sqrt(n) if n > 1 else float("nan")
    word = UNKNOWN
    if n >= _FEWEST_TEXTS:
        has_moved = effect >= SMALL_EFFECT and p_value < SIGNIFICANT / max(questions, 1)
        word = DRIFTING if has_moved else STEADY
    return Drift(n, effect, error, p_value, word)


def excess_unassigned(unassigned: int, texts: int, nominal: float) -> float:
    """Return the chance of so many unassigned texts if the nominal rate held.

    The rejection is conformal: texts that are like the known ones are left out at the nominal
    rate. An exact one-sided binomial test against it.

    Parameters
    ----------
    unassigned, texts : int
        Of the new texts.
    nominal : float
        ``themes.reject_share``, 0..1.

    Returns
    -------
    float
        1 without texts.

    Examples
    --------
    >>> round(excess_unassigned(2, 2, 0.1), 6)
    0.01
    """
    if texts == 0:
        return 1.0
    return float(stats.binomtest(unassigned, texts, nominal, alternative="greater").pvalue)
