r"""Can this morning's complaints be believed? What came in, held against what usually comes in.

A morning's load is what was received in the day before it. A load that came half, twice, from the
wrong feed or without a column gives numbers that look like any others, so it is looked at before
anything is made of it:

* **freshness**: the newest complaint is older than the limit, and half as old again as it was on
  any morning of the last eight weeks;
* **volume**: of a weekday's usual load (the median of eight) hardly anything came, and on no other
  day as little (an office closed for a holiday is no fault);
* **repeats**: fewer rows differ in anything but their ids than on any other day, by far;
* **languages**: their shares p differ from the usual ones q by
  :math:`\tfrac{1}{2} \sum_i |p_i - q_i|` (total variation);
* **fields**: a column that is usually filled came empty.

More than usual is no fault: it may be the crisis that everybody waits for. Small loads are not
judged, for they say nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

FRESHNESS, VOLUME, REPEATS, LANGUAGES, FIELDS = (
    "freshness",
    "volume",
    "repeats",
    "languages",
    "fields",
)
GATES = (FRESHNESS, VOLUME, REPEATS, LANGUAGES, FIELDS)

USUAL_DAYS = 56
_WATCHED_FIELDS = ("channel", "brand", "product", "region", "customer_key")
_MOSTLY_FILLED = 0.5  # a column with less was never relied on
_TIMES_USUAL_AGE = 1.5
_LEAST_WEEKS = 4  # of a weekday, before its load is usual
_TICK, _HOUR, _DAY = (pd.Timedelta(1, unit) for unit in ("us", "h", "D"))


@dataclass(frozen=True, kw_only=True)
class GateRules:
    """From where on a morning's load is not believed.

    Parameters
    ----------
    max_age_hours : float
        The newest complaint may always be so old.
    min_rows : int
        A load, and a usual one, of fewer rows is not judged but for its age.
    min_volume_share : float
        A load of less than this share of the usual one is half a load.
    max_repeated_share : float
        So much of what differs on other days may be repeated.
    max_language_change : float
        Total variation from the usual shares of the languages.
    max_field_loss : float
        So much of what is usually filled may be empty.
    """

    max_age_hours: float = 36.0
    min_rows: int = 50
    min_volume_share: float = 0.1
    max_repeated_share: float = 0.5
    max_language_change: float = 0.6
    max_field_loss: float = 0.9


class Finding(NamedTuple):
    """A gate that this morning's load did not pass.

    Attributes
    ----------
    gate : str
        One of ``GATES``.
    measured, usual : float
        Hours of age against those allowed; rows against a usual load's; else shares, 0..1.
    subject : str
        A column's name, or a language's code; never a value that a customer wrote.
    """

    gate: str
    measured: float
    usual: float
    subject: str = ""


def examine(rows: pd.DataFrame, *, as_of: pd.Timestamp, rules: GateRules) -> list[Finding]:
    """Return the gates that a morning's complaints do not pass, in the order of ``GATES``.

    Parameters
    ----------
    rows : DataFrame
        All complaints known at `as_of`: ``created_at, received_at, text_hash, language`` and
        ``channel, brand, product, region, customer_key``.
    as_of : Timestamp
        The moment, UTC. Nothing at or after it is looked at.
    rules : GateRules

    Returns
    -------
    list of Finding
        Empty where everything is as usual, or nothing is known yet.
    """
    everything = rows[(rows["received_at"] < as_of) & (rows["created_at"] < as_of)]
    known = everything[everything["received_at"] >= as_of - _DAY * (USUAL_DAYS + 1)]
    # What came at the very start of a day is that day's, as all that is dated by days alone.
    days_ago = ((as_of - known["received_at"] - _TICK) // _DAY).to_numpy()
    load, before = known[days_ago == 0], known[days_ago > 0]
    usual = _usual_load(days_ago)
    found = _freshness(everything["created_at"].max(), known, as_of, rules)
    if load.empty or usual < rules.min_rows:
        return found
    sizes = np.bincount(days_ago.astype(np.int64))[1:]
    least = sizes[sizes > 0].min()
    if len(load) < min(rules.min_volume_share * usual, least):
        found.append(Finding(VOLUME, len(load), usual))
    if len(load) < rules.min_rows:
        return found
    return [*found, *_repeats(known, days_ago, rules), *_changes(load, before, rules)]


def _usual_load(days_ago: np.ndarray) -> float:
    """Return the median load of the same weekday, 0 before four weeks are known."""
    sizes = np.bincount(days_ago.astype(np.int64), minlength=USUAL_DAYS + 1)
    same = sizes[7 : USUAL_DAYS + 1 : 7]
    weeks = int(days_ago.max(initial=0)) // 7
    return float(np.median(same[:weeks])) if weeks >= _LEAST_WEEKS else 0.0


def _freshness(
    newest: pd.Timestamp, known: pd.DataFrame, as_of: pd.Timestamp, rules: GateRules
) -> list[Finding]:
    """Return whether the newest complaint is older than it was on any other morning."""
    if pd.isna(newest):
        return []
    by_receipt = known[["received_at", "created_at"]].sort_values("received_at", kind="stable")
    seen = by_receipt["created_at"].cummax()
    allowed = rules.max_age_hours
    for back in range(1, USUAL_DAYS + 1):
        morning = as_of - _DAY * back
        place = int(by_receipt["received_at"].searchsorted(morning))
        if place and morning <= newest:  # what is silent now must not excuse itself
            allowed = max(allowed, _TIMES_USUAL_AGE * ((morning - seen.iloc[place - 1]) / _HOUR))
    age = (as_of - newest) / _HOUR
    return [Finding(FRESHNESS, age, allowed)] if age > allowed else []


def _repeats(known: pd.DataFrame, days_ago: np.ndarray, rules: GateRules) -> list[Finding]:
    """Return whether the load holds the same rows many times: alike in all but their names."""
    # Without a writer and a time of day, two customers' rows are alike: nothing can be told.
    is_dated = known["created_at"] == known["created_at"].dt.floor("h")
    if bool((is_dated & known["customer_key"].isna()).mean() > _MOSTLY_FILLED):
        return []
    same = ["text_hash", "created_at", *_WATCHED_FIELDS]
    is_again = known.assign(day=days_ago).duplicated(["day", *same])
    by_day = is_again.groupby(days_ago).agg(["mean", "size"])
    distinct = 1 - by_day.loc[by_day["size"] >= rules.min_rows, "mean"]
    today, least = float(distinct.loc[0]), float(distinct.drop(0).min())
    # NaN where no other day was as large: nothing to compare with.
    if not today < (1 - rules.max_repeated_share) * least:
        return []
    return [Finding(REPEATS, 1 - today, 1 - least)]


def _changes(load: pd.DataFrame, before: pd.DataFrame, rules: GateRules) -> list[Finding]:
    found = []
    now, then = (part["language"].value_counts(normalize=True) for part in (load, before))
    apart = now.sub(then, fill_value=0.0)
    distance = float(apart.abs().sum() / 2)
    if distance > rules.max_language_change:
        found.append(Finding(LANGUAGES, distance, 0.0, str(apart.idxmax())))
    for name in _WATCHED_FIELDS:
        filled, usually = float(load[name].notna().mean()), float(before[name].notna().mean())
        if usually >= _MOSTLY_FILLED and filled < (1 - rules.max_field_loss) * usually:
            found.append(Finding(FIELDS, filled, usually, name))
    return found
