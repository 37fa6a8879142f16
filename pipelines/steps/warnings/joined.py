"""Step: warnings that tell of one issue are told as one."""

from __future__ import annotations

import pandas as pd

from models.embedding import Vectors
from models.series.calendar import day_starts
from models.spikes.one_issue import Rise, is_one_issue, joined
from pipelines.settings import Settings
from pipelines.steps.embed import read_vectors
from pipelines.store import Store

_CLOSED = "closed"
_MOST_TEXTS = 2000  # the newest: they are enough to say what a theme is about


def join_warnings(
    found: pd.DataFrame,
    earlier: pd.DataFrame,
    complaints: pd.DataFrame,
    store: Store,
    *,
    encoder_name: str,
    settings: Settings,
) -> pd.DataFrame:
    """Return the warnings, ``joined_to`` naming the one that tells of the same issue and leads.

    The stronger of two leads: that with more extra complaints (observed less expected) on the
    morning when they are joined. A warning that has closed keeps what was said of it.

    Parameters
    ----------
    found : DataFrame
        A WARNINGS frame of the morning, births included.
    earlier : DataFrame
        That of the morning before.
    complaints : DataFrame
        ``created_at, text_hash, theme_id, is_counted``: those known this morning.
    store : Store
        Its ``embeddings`` are read, of themes of which two opened within a day.
    encoder_name : str
        Whose vectors are compared.
    settings : Settings
        ``warnings`` and ``time_zone`` are read.
    """
    before = earlier.dropna(subset=["joined_to"])
    known = dict(zip(before["warning_id"], before["joined_to"], strict=True))
    rows = found[found["state"] != _CLOSED]
    order = rows.assign(extra=rows["expected"] - rows["observed"])
    rows = order.sort_values(["extra", "warning_id"]).set_index("warning_id")
    counted = complaints[complaints["is_counted"].astype(bool)]
    counted = counted.sort_values(["created_at", "text_hash"])
    texts: dict[str, tuple[Vectors, Vectors]] = {}

    def texts_of(name: str) -> tuple[Vectors, Vectors]:
        if name not in texts:
            mine = counted[counted["theme_id"] == rows.loc[name, "theme_id"]]
            now, past = _now_and_before(mine, rows.loc[name], settings)
            vectors = (read_vectors(store, encoder_name, part) for part in (now, past))
            texts[name] = next(vectors), next(vectors)
        return texts[name]

    def is_one(one: str, other: str) -> bool:
        (now, past), (other_now, other_past) = texts_of(one), texts_of(other)
        return is_one_issue(now, other_now, one_before=past, other_before=other_past)

    days = (rows["opened_on"] - pd.Timestamp(0)).dt.days
    rises = [Rise(str(name), int(day)) for name, day in days.items()]
    led = joined(rises, known=known, is_one=is_one)
    closed = found.loc[found["state"] == _CLOSED, "warning_id"]
    led |= {name: known[name] for name in closed if name in known}
    joined_to = found["warning_id"].map(led).astype("str")
    return found.assign(joined_to=joined_to.where(found["warning_id"].isin(list(led)), None))


def _now_and_before(
    mine: pd.DataFrame, warning: pd.Series, settings: Settings
) -> tuple[pd.Series, pd.Series]:
    """Return the hashes of a theme's distinct texts since its rise, and of its quiet past."""
    rules = settings.warnings
    first = warning["opened_on"] - pd.Timedelta(days=int(warning["window_days"]) - 1)
    if warning["kind"] == "emerging":  # a birth's window is of hours, and begins the day before
        first -= pd.Timedelta(days=1)
    last = first - pd.Timedelta(days=rules.gap_days)
    dates = pd.DatetimeIndex([last - pd.Timedelta(days=rules.baseline_days), last, first])
    start, end, rise = day_starts(dates, settings.time_zone)
    made = mine["created_at"]
    now, past = mine[made >= rise], mine[(made >= start) & (made < end)]
    out = [part["text_hash"].drop_duplicates().iloc[-_MOST_TEXTS:] for part in (now, past)]
    return out[0], out[1]
