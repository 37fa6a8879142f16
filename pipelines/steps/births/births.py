"""Step: the hours since the last look are scanned, and what is born becomes a theme at once."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pandas as pd

from models.contracts import BIRTHS, conform, empty
from models.themes.births import Look, Rules, Watch
from models.themes.emerging import scan_windows
from models.themes.stream import Stream, make_stream
from pipelines.settings import Births, Settings
from pipelines.steps.births.stored import looks_of, read_births, rows_of, write_births
from pipelines.steps.births.themes import Settled, settle
from pipelines.steps.embed import read_vectors
from pipelines.steps.themes.result import ThemesResult
from pipelines.store import Store

_HOUR = pd.Timedelta(hours=1)
_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class BirthsResult:
    """What a morning's looks found.

    Attributes
    ----------
    births : DataFrame
        ``contracts.BIRTHS`` rows that this morning knows, those of earlier mornings included.
    themes, assignments : DataFrame
        As :class:`pipelines.steps.themes.result.ThemesResult` has them, the newborn themes
        included.
    looks : int
        Moments that this call looked at.
    born : int
        Births that this call accepted.
    realised_per_month : float or None
        Days with a birth in a month, over the past days that set the threshold.
    """

    births: pd.DataFrame
    themes: pd.DataFrame
    assignments: pd.DataFrame
    looks: int
    born: int
    realised_per_month: float | None


def find_births(
    store: Store,
    *,
    encoder_name: str,
    settings: Settings,
    as_of: pd.Timestamp,
    complaints: pd.DataFrame,
    left_out: Set[str],
    found: ThemesResult,
) -> BirthsResult:
    """Look at every hour since the last morning's looks, and settle what was born.

    Without an earlier look the past is looked at first, for the threshold and for what is no
    news any more; of that only the last day's births are accepted.

    A call that is killed leaves nothing that is believed: its rows are written last.

    Parameters
    ----------
    store : Store
        ``embeddings`` and ``births`` are read; ``assignments, themes, births`` are written if
        something was born.
    encoder_name : str
        Whose vectors are used.
    settings : Settings
        ``births, themes`` and ``time_zone`` are read.
    as_of : Timestamp
        The moment, UTC.
    complaints : DataFrame
        ``complaint_id, created_at, received_at, text, text_hash, customer_key`` of all that are
        known at ``as_of``.
    left_out : set of str
        Complaints (ids) that cannot be part of a birth: copies in a flood, texts without a
        complaint, other languages.
    found : ThemesResult
        The morning's themes before anything was born.
    """
    options = settings.births
    earlier = read_births(store, encoder_name, before=as_of, version=found.version)
    earlier = earlier[earlier["moment"] > as_of - _DAY * (options.null_days + options.quiet_days)]
    rows = complaints[~complaints["complaint_id"].isin(left_out)]
    rows = rows.sort_values(["created_at", "complaint_id"], ignore_index=True)
    moments = _moments(earlier, rows, as_of, options)
    looks: list[Look] = []
    settled: Settled = found.themes, found.assignments, {}
    if len(moments):
        needed = moments[0] - _DAY * (options.gap_days + options.reference_days)
        rows = rows[rows["created_at"] >= needed].reset_index(drop=True)
        stream = _stream(store, encoder_name, rows)
        looks = _look(stream, moments, looks_of(earlier), options)
        news = moments[-1] - _DAY if earlier.empty else moments[0] - _HOUR
        unseen = news if earlier.empty else earlier["as_of"].max()
        settled = settle(
            store,
            looks,
            stream,
            rows,
            news=np.datetime64(news.tz_localize(None), "us"),
            unseen=np.datetime64(unseen.tz_localize(None), "us"),
            encoder_name=encoder_name,
            settings=settings,
            as_of=as_of,
            complaints=complaints,
            found=found,
        )
    themes, assignments, theme_of = settled
    new = rows_of(
        looks,
        as_of=as_of,
        encoder_name=encoder_name,
        nominal=options.alarms_per_month,
        version=found.version,
    )
    taken_in = new["birth_id"].map(theme_of).where(new["is_birth"])
    new["theme_id"] = taken_in.astype("str").where(taken_in.notna())
    new = conform(new, BIRTHS)
    write_births(store, new, as_of=as_of)
    known = pd.concat([earlier, new], ignore_index=True) if len(earlier) else new
    realised = looks[-1].realised if looks else np.nan
    return BirthsResult(
        births=known if len(known) else empty(BIRTHS),
        themes=themes,
        assignments=assignments,
        looks=len(looks),
        born=len(theme_of),
        realised_per_month=None if np.isnan(realised) else float(realised),
    )


def _moments(
    earlier: pd.DataFrame, rows: pd.DataFrame, as_of: pd.Timestamp, options: Births
) -> pd.DatetimeIndex:
    """Return the whole hours after the last look, up to ``as_of``."""
    if rows.empty:
        return pd.DatetimeIndex([])
    first = max(rows["created_at"].iloc[0], as_of - _DAY * options.null_days)
    start = first.floor("h") + _HOUR
    if len(earlier):
        start = max(start, earlier["moment"].max() + _HOUR)
    return pd.date_range(start, as_of.floor("h"), freq="h")


def _stream(store: Store, encoder_name: str, rows: pd.DataFrame) -> Stream:
    people, _ = pd.factorize(rows["customer_key"], sort=True)  # -1 where there is none
    return make_stream(
        rows["created_at"].dt.tz_localize(None).to_numpy(),
        read_vectors(store, encoder_name, rows["text_hash"]),
        people,
        rows["text"].tolist(),
    )


def _look(
    stream: Stream, moments: pd.DatetimeIndex, earlier: list[Look], options: Births
) -> list[Look]:
    """Return the looks at the moments for which the past is long enough."""
    rules = Rules(
        alarms_per_month=options.alarms_per_month,
        null_days=options.null_days,
        same_issue=options.same_issue,
        belongs=options.belongs,
        quiet_days=options.quiet_days,
    )
    watch = Watch(rules, earlier)
    looks: list[Look] = []
    for _, day in groupby(moments.tz_localize(None), key=lambda m: (m - _HOUR).date()):
        hours = np.array(list(day), dtype="datetime64[us]")
        scans = scan_windows(
            stream,
            hours,
            windows_hours=options.windows_hours,
            reference_days=options.reference_days,
            gap_days=options.gap_days,
            min_reference=options.min_reference,
            max_reference=options.max_reference,
            similarities=options.similarities,
            centre_similarities=options.centre_similarities,
            copy_similarity=options.copy_similarity,
            min_people=options.min_people,
        )
        pairs = zip(hours, scans, strict=True)
        looks += [watch.look(stream, hour, seen) for hour, seen in pairs if seen]
    return looks
