"""Who and where: do many people carry a rise or one source, and which parts stand out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

# The top customer's count must be this unlikely at its usual share: an office that always
# sends most of a theme is no sign of a backlog.
_CLEAR_P = 1e-3

_LEAST_KNOWN_SHARE = 0.5  # with fewer customers known nobody can say who carries it

_CELL_P = 0.01
_LEAST_CELL = 5  # complaints: fewer could point at single people
_LEAST_LIFT = 1.5
_MAX_CELLS = 5
_LEAST_USUAL = 0.5

# A share of the past is never 0: one complaint more, spread over the values.
_SMOOTHING = 1.0


@dataclass(frozen=True)
class Concentration:
    """Who carries the complaints of a window.

    Parameters
    ----------
    customers : int or None
        Distinct customers; None where too few are known.
    top_customer_share : float or None
        The most frequent customer's share of the window.
    is_concentrated : bool
        One customer carries it, and did not always.
    """

    customers: int | None
    top_customer_share: float | None
    is_concentrated: bool


def concentration(
    customers: pd.Series, past_customers: pd.Series, *, concentrated_share: float
) -> Concentration:
    """Return whether one customer carries the window's complaints.

    Parameters
    ----------
    customers : Series of str
        Customer of each complaint in the window; missing where not known.
    past_customers : Series of str
        The same for the theme's complaints of the baseline.
    concentrated_share : float
        Share of the window from which one customer can make it concentrated.

    Notes
    -----
    The share must also be clearly above the customer's usual one: so many complaints or more
    have a binomial probability below 0.001 at the usual share.
    """
    from scipy.stats import binom

    known = customers.dropna()
    if not len(known) or len(known) < _LEAST_KNOWN_SHARE * len(customers):
        return Concentration(None, None, False)
    ordered = known.value_counts().rename_axis("who").reset_index(name="n")
    ordered = ordered.sort_values(["n", "who"], ascending=[False, True], ignore_index=True)
    top, count = ordered["who"].iloc[0], int(ordered["n"].iloc[0])
    share = count / len(known)
    past = past_customers.dropna()
    values = max(past.nunique(), len(ordered), 2)
    usual = (float((past == top).sum()) + _SMOOTHING / values) / (len(past) + _SMOOTHING)
    is_new = float(binom.sf(count - 1, len(known), usual)) < _CLEAR_P
    # Of two complaints one customer always has half: a handful of people is no evidence.
    is_concentrated = share >= concentrated_share and is_new and count >= _LEAST_CELL
    return Concentration(len(ordered), share, bool(is_concentrated))


def over_represented(
    window: pd.DataFrame, past: pd.DataFrame, *, expected: float, columns: Sequence[str]
) -> list[str]:
    """Return the parts that carry the rise, as sentences, most extra complaints first.

    A part stands out when its share of the window is clearly above its share of the past
    (binomial p < 0.01) and at least 1.5 times it, with five complaints or more.

    Parameters
    ----------
    window, past : DataFrame
        The theme's complaints of the window and of its baseline, with `columns`.
    expected : float
        Complaints to be expected in the window; a part's usual is its past share of them.
    columns : sequence of str
        Such as channel, brand, product, region; those that never vary are passed over.

    Returns
    -------
    list of str
        At most five, such as ``region=Queens: 24 against 3.1 usual (7.7x)``.
    """
    from scipy.stats import binom

    found: list[tuple[float, str]] = []
    for column in columns:
        now, before = window[column].dropna(), past[column].dropna()
        values = pd.concat([now, before]).nunique()
        if values < 2 or not len(before):
            continue
        past_counts = before.value_counts()
        for value, count in now.value_counts().items():
            share = (past_counts.get(value, 0) + _SMOOTHING / values) / (len(before) + _SMOOTHING)
            stands_out = (
                count >= _LEAST_CELL
                and count / len(now) >= _LEAST_LIFT * share
                and binom.sf(count - 1, len(now), share) < _CELL_P
            )
            if stands_out:
                usual = share * expected
                found.append((count - usual, f"{column}={value}: {_compared(count, usual)}"))
    return [text for _, text in sorted(found, key=lambda cell: (-cell[0], cell[1]))[:_MAX_CELLS]]


def _compared(count: int, usual: float) -> str:
    # So many times almost nothing says nothing.
    if usual < _LEAST_USUAL:
        return f"{count} against <{_LEAST_USUAL} usual"
    times = count / usual
    return f"{count} against {usual:.1f} usual ({times:.1f}x)"
