r"""How a rise divides among the values of one axis: channels, or products.

.. math:: e_v = E \, p_v / \sum_u p_u

where E is what is expected in the window in all and p_v the complaints of value v in the days that
the window is held against: as if the usual mix still held.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from models.contracts.series import NODE_NONE, NODE_REST

_MOST = 5  # values with a row of their own; a reader compares no more


class Part(NamedTuple):
    """One value's complaints in the window, and what would be usual."""

    value: str
    observed: int
    expected: float | None


def split(
    window: pd.Series, past: pd.Series, *, expected: float, most: int = _MOST
) -> tuple[Part, ...]:
    """Return the parts of a rise, the most extra complaints first, the others together last.

    Parameters
    ----------
    window, past : Series of str
        The value of each complaint in the window and in the days before; missing ones are a part
        of their own.
    expected : float
        Complaints to be expected in the window.
    most : int
        So many values have a part of their own.

    Returns
    -------
    tuple of Part
        Sums are ``len(window)`` and `expected`. Empty where no second value is known: there is
        nothing to split. ``expected`` is None for all where the past has no complaint.

    Examples
    --------
    >>> split(pd.Series(["web"] * 9 + ["app"]), pd.Series(["web", "app"] * 10), expected=4.0)
    (Part(value='web', observed=9, expected=2.0), Part(value='app', observed=1, expected=2.0))
    """
    now, before = window.fillna(NODE_NONE), past.fillna(NODE_NONE)
    values = sorted(set(now) | set(before))
    if len(set(values) - {NODE_NONE}) < 2:
        return ()
    came, usual = now.value_counts(), before.value_counts()
    found = [
        Part(
            value,
            int(came.get(value, 0)),
            expected * int(usual.get(value, 0)) / len(before) if len(before) else None,
        )
        for value in values
    ]
    found.sort(key=lambda part: (-(part.observed - (part.expected or 0)), part.value))
    # One value left over is shown under its own name rather than as "others".
    if len(found) <= most + 1:
        return tuple(found)
    rest = found[most:]
    others = None if not len(before) else sum(part.expected or 0 for part in rest)
    return (*found[:most], Part(NODE_REST, sum(part.observed for part in rest), others))
