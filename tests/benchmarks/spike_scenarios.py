r"""The 42 scenarios of Noufaily and others 2013 (doi:10.1002/sim.5595), simulated.

Weekly counts of twelve years (624 weeks) are negative binomial with mean and variance

.. math:: \mu_t = \exp\{\theta + \beta t + \sum_{j=1}^m (\gamma_1 \cos\frac{2\pi j t}{52}
          + \gamma_2 \sin\frac{2\pi j t}{52})\},\qquad \mathrm{var} = \phi \mu_t

for seven sets of parameters (section 3 of the paper, its table of scenarios), each with and
without trend and with none, one or two waves a year. As in the paper four spikes fall on weeks
313-575 and one on the last 49: a spike that begins in week t has a Poisson number of cases with
mean k times the standard deviation of week t's count, k from 2, 3, 5, 10 in the past and from
1 to 10 in the last 49 weeks, and each case comes a whole number of weeks after t, a lognormal
variable (0, .5) rounded down. The parameters were checked against an independent replication
of the paper's simulation in R.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

WEEKS, JUDGED = 624, 49
_PAST = (312, 575)  # weeks of past spikes, from 0
# theta, beta, gamma1, gamma2, phi
_SETS = (
    (0.1, 0.0025, 0.6, 0.6, 1.5),
    (-2.0, 0.005, 0.1, 0.3, 2.0),
    (1.5, 0.003, 0.2, -0.4, 1.0),
    (0.5, 0.002, 0.5, 0.5, 5.0),
    (2.5, 0.001, 1.0, 0.1, 3.0),
    (3.75, 0.001, 0.1, -0.1, 1.1),
    (5.0, 0.0001, 0.05, 0.01, 1.2),
)
SCENARIOS = tuple(
    (theta, beta * trend, gamma1, gamma2, phi, waves)
    for theta, beta, gamma1, gamma2, phi in _SETS
    for trend in (0, 1)
    for waves in (0, 1, 2)
)


@dataclass(frozen=True)
class Simulated:
    """Series of all scenarios.

    Attributes
    ----------
    counts : ndarray of int, shape (n_series, 624)
        Cases a week; the replicates of a scenario follow each other.
    spike : ndarray of bool, shape (n_series, 49)
        Weeks of the last spike: from the first with a case of it to the last. None where it is
        not asked for, or has no case.
    """

    counts: npt.NDArray[np.int64]
    spike: npt.NDArray[np.bool_]


def simulate(replicates: int, *, seed: int, with_last: bool) -> Simulated:
    """Return so many series a scenario, with past spikes, and with the last one or without."""
    rng = np.random.default_rng(seed)
    counts, spikes = [], []
    for scenario in SCENARIOS:
        mean, phi = mean_of(scenario), scenario[4]
        for _ in range(replicates):
            y = rng.poisson(mean) if phi == 1 else rng.negative_binomial(mean / (phi - 1), 1 / phi)
            for k in rng.choice([2, 3, 5, 10], 4):
                y = y + _spike(rng, int(rng.integers(*_PAST)), k, mean, phi)
            spike = np.zeros(JUDGED, dtype=bool)
            if with_last:
                start = int(rng.integers(WEEKS - JUDGED, WEEKS))
                extra = _spike(rng, start, int(rng.integers(1, 11)), mean, phi)
                y = y + extra
                weeks = np.flatnonzero(extra)
                if len(weeks):
                    spike[weeks[0] - WEEKS + JUDGED : weeks[-1] - WEEKS + JUDGED + 1] = True
            counts.append(y)
            spikes.append(spike)
    return Simulated(np.array(counts), np.array(spikes))


def mean_of(scenario: tuple[float, ...]) -> npt.NDArray[np.float64]:
    """Return the mean of each week."""
    theta, beta, gamma1, gamma2, _, waves = scenario
    t = np.arange(1, WEEKS + 1)
    log_mean = theta + beta * t
    for j in range(1, int(waves) + 1):
        angle = 2 * np.pi * j * t / 52
        log_mean = log_mean + gamma1 * np.cos(angle) + gamma2 * np.sin(angle)
    return np.asarray(np.exp(log_mean))


def _spike(
    rng: np.random.Generator, start: int, k: int, mean: npt.NDArray[np.float64], phi: float
) -> npt.NDArray[np.int64]:
    size = int(rng.poisson(k * np.sqrt(phi * mean[start])))
    weeks = start + np.floor(rng.lognormal(0.0, 0.5, size)).astype(int)
    # What would come after the end is not seen.
    return np.bincount(weeks[weeks < WEEKS], minlength=WEEKS).astype(np.int64)
