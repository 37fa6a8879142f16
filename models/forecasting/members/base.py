"""What every member model offers: fit on a panel, predict a mean for each series and lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from models.forecasting.panel import Floats, Panel


@dataclass(frozen=True)
class MemberResult:
    """A member's means, and the series on which it gave up.

    Parameters
    ----------
    mean : ndarray of shape (n_series, horizon)
        Complaints a day, >= 0; NaN where the member failed.
    failures : mapping
        Series to the reason; those rows of `mean` are NaN until a baseline replaces them.
    """

    mean: Floats
    failures: Mapping[str, str] = field(default_factory=dict)


class Member(Protocol):
    """A model of the mean.

    What is fitted (smoothing rates and the like) is kept apart from what is predicted, so that
    a back-test fits once at its oldest origin and then only filters forward: no later origin
    is ever forecast with parameters that knew its future.
    """

    name: str

    def fit(self, panel: Panel) -> Any:
        """Return the fitted parameters of every series, in the panel's order."""
        ...

    def predict(self, panel: Panel, fitted: Any) -> MemberResult:
        """Return the means after the panel's last day; `fitted` may come from an earlier one."""
        ...
