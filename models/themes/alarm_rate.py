"""How high a score must be to be an alarm: above all but so many of the past days' best scores.

No distribution is assumed: texts repeat, people copy each other and streams drift, so the tail of
the scores is not Poisson's. If the days are exchangeable, the best score of a new day is above the
k-th largest of n past ones with a chance of k / (n + 1) (the conformal argument: Vovk, Gammerman
& Shafer 2005, doi:10.1007/b106715). Days drift, so the past is rolling and the realised rate is
told beside the nominal.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

DAYS_PER_MONTH = 365.25 / 12


def alarm_threshold(best_scores: npt.ArrayLike, *, rate: float) -> float:
    """Return the score above which a new day's best is an alarm, at the nominal rate.

    Parameters
    ----------
    best_scores : array-like of shape (n_days,)
        The best score of each past day (or of whatever else is looked at as one).
    rate : float
        At most this share of the days has an alarm; in 0..1.

    Returns
    -------
    float
        Infinite while the past is too short to promise so low a rate, and never below

            -ln(rate)

        A score is the log of a Poisson likelihood ratio, and by Chernoff's bound P(score >= s) <=
        exp(-s): below this level a single question a day would already raise more alarms by
        chance. On a feed so small that the past days have hardly a score above 0, it decides.

    Examples
    --------
    Of 61 past days the second largest is exceeded by chance on 2 days in 62, once a month.

    >>> alarm_threshold(range(61), rate=1 / DAYS_PER_MONTH)
    59.0
    >>> alarm_threshold(range(20), rate=1 / DAYS_PER_MONTH)
    inf

    Where the past days show nothing, chance alone sets the level: ln 30.4 for one a month.

    >>> round(alarm_threshold([0.0] * 61, rate=1 / DAYS_PER_MONTH), 2)
    3.42
    """
    scores = np.sort(np.asarray(best_scores, dtype=np.float64))[::-1]
    rank = int((len(scores) + 1) * rate)
    if rank < 1 or not len(scores):
        return float("inf")
    return max(float(scores[min(rank, len(scores)) - 1]), -math.log(min(rate, 1.0)))


def realised_rate(is_alarm: npt.ArrayLike) -> float:
    """Return how many days of a month had an alarm, in the past days given; nan without any.

    Examples
    --------
    >>> round(realised_rate([True] + [False] * 60), 3)
    0.499
    """
    flags = np.asarray(is_alarm, dtype=bool)
    return float(flags.mean() * DAYS_PER_MONTH) if len(flags) else float("nan")
