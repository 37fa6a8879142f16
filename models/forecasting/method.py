"""How it is forecast: which members, by which rules. The same for fitting and forecasting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.forecasting.membership import ALL


@dataclass(frozen=True, kw_only=True)
class Method:
    """One way to forecast.

    Parameters
    ----------
    members : sequence of str
        Names of members, see :func:`models.forecasting.members.make_member`.
    baseline : str
        The member that stands in where another fails, and that all are scored against.
    dispersion_origins : int
        How many earlier origins set the dispersion.
    dispersion_prior : float
        The pool's weight in a series' dispersion, in errors.
    cap_multiple : float
        No mean is above this many times the trailing half-year's maximum.
    seed : int
        Of the randomised PIT in the scores.
    membership : str
        Whether the members of each volume band are chosen by back-test (``auto``) or are all
        (``all``).
    days : int, optional
        So many of a panel's days are told one by one and scored; all its weeks are told. By
        default all days are.
    """

    members: Sequence[str]
    baseline: str
    dispersion_origins: int
    dispersion_prior: float
    cap_multiple: float
    seed: int
    membership: str = ALL
    days: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return the members' names, the baseline's first, each once."""
        return tuple(dict.fromkeys([self.baseline, *self.members]))
