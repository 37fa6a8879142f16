"""Step: a workspace of its own for mornings that are lived again, and what they said."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from models.contracts import (
    BIRTHS,
    COMPLAINTS,
    EMBEDDINGS,
    FEEDBACK,
    LINEAGE,
    SCORES,
    SIGNALS,
    WARNINGS,
    conform,
    empty,
)
from models.series.calendar import day_starts, local_date
from models.spikes.truth.held import hold_against_truth
from models.spikes.truth.replayed import Replay
from pipelines.moments import iso
from pipelines.settings import Settings
from pipelines.store import Store
from pipelines.workspace import Workspace

# Read only: the mornings share them with the workspace.
_SHARED = (COMPLAINTS, EMBEDDINGS, SIGNALS, FEEDBACK)
# What a lived morning keeps; the rest of its folder is made for the next step only.
KEPT = ("themes", "forecasts", "outlook", "warnings", "counts", "lineage")
_MARK = "replay.json"


def mornings_of(
    first: pd.Timestamp, last: pd.Timestamp, *, every_days: int, time_zone: str
) -> list[pd.Timestamp]:
    """Return the starts, UTC, of the local days from one date to another, both included."""
    days = pd.date_range(first, last, freq=f"{every_days}D")
    return [moment.as_unit("us") for moment in day_starts(days, time_zone)]


def with_hours(mornings: Sequence[pd.Timestamp]) -> list[pd.Timestamp]:
    """Return the mornings and every full hour between the first and the last of them."""
    hours = pd.date_range(mornings[0], mornings[-1], freq="h").as_unit("us")
    return sorted({*hours, *mornings})


def make_place(places: Workspace, scratch: Path, about: Mapping[str, str]) -> Workspace:
    """Return a workspace in which no morning has been lived, or as far as a killed replay came.

    It shares what is only read with the workspace that it lives again, and knows which way of
    forecasting stood when: a morning takes the entry that stood on it. What people decided about
    themes is not taken over: it was about themes that this past, which begins anew, does not have.

    Parameters
    ----------
    places : Workspace
        Whose past is lived.
    scratch : Path
        Its folder; emptied if something else has been lived in it.
    about : mapping
        What the mornings are made of: other data, parameters or code are another replay.
    """
    champions = places.champions.read_bytes() if places.champions.exists() else b""
    made_of = {**about, "champions": hashlib.sha256(champions).hexdigest()}
    mark, said = scratch / _MARK, json.dumps(made_of, indent=1, sort_keys=True) + "\n"
    if not mark.exists() or mark.read_text(encoding="utf-8") != said:
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        mark.write_text(said, encoding="utf-8")
    own = Workspace.at(scratch)
    own.store.mkdir(exist_ok=True)
    for table in _SHARED:
        there, here = places.store / table.name, own.store / table.name
        if there.exists() and not here.is_symlink():
            here.symlink_to(there.resolve(), target_is_directory=True)
    if champions and not own.champions.exists():
        own.champions.write_bytes(champions)
    return own


def end_of_mornings(last: pd.Timestamp, known: pd.Timestamp, *, settings: Settings) -> pd.Timestamp:
    """Return the moment at which the last morning's forecasts have come due, as far as known.

    Parameters
    ----------
    last : Timestamp
        The last morning's moment, UTC.
    known : Timestamp
        The moment whose knowledge counts, UTC.
    settings : Settings
        ``forecast`` and ``time_zone`` are read.
    """
    day = local_date(last, settings.time_zone) + pd.Timedelta(days=settings.forecast.horizon_days)
    newest = local_date(known, settings.time_zone)
    ends = day_starts(pd.DatetimeIndex([min(day, newest)]), settings.time_zone)
    return max(ends[0].as_unit("us"), last)


def keep_little(folder: Path, moment: pd.Timestamp) -> None:
    """Leave of a lived morning's folder, or an hour's, what will be read again."""
    for path in folder.iterdir():
        if path.stem not in KEPT:
            path.unlink()
    # The next look begins where this one ended.
    record = json.dumps({"as_of": iso(moment)}) + "\n"
    for name in ("run.json", "watch.json"):
        (folder / name).write_text(record, encoding="utf-8")


def gather(
    own: Workspace,
    folders: Sequence[tuple[pd.Timestamp, Path]],
    ending: Path,
    *,
    end: pd.Timestamp,
    settings: Settings,
    every_days: int = 1,
    refused: Sequence[tuple[pd.Timestamp, str]] = (),
) -> Replay:
    """Return what the mornings said, held against what came.

    Parameters
    ----------
    own : Workspace
        In which they were lived.
    folders : sequence of (Timestamp, Path)
        Each morning's moment and folder, oldest first.
    ending : Path
        The folder of the end: ``counts`` as they are known then.
    end : Timestamp
        Its moment, UTC.
    settings : Settings
        ``time_zone`` is read.
    every_days : int
        Days between mornings.
    refused : sequence of (Timestamp, str)
        Mornings on which nothing could be said, and why.
    """
    mornings = tuple(moment for moment, folder in folders if folder.parent == own.runs)

    def every(name: str) -> pd.DataFrame:
        frames = [
            pd.read_parquet(path).assign(as_of=moment)
            for moment, folder in folders
            if (path := folder / f"{name}.parquet").exists()
        ]
        filled = [frame for frame in frames if len(frame)]
        return pd.concat(filled, ignore_index=True) if filled else frames[0]

    themes = every("themes").drop(columns=["centroid"])
    warnings = conform(every("warnings"), WARNINGS) if folders else empty(WARNINGS)
    births = Store(own.store).read(BIRTHS)
    counts = pd.read_parquet(ending / "counts.parquet")
    lineage = conform(pd.read_parquet(ending / "lineage.parquet"), LINEAGE)
    first, last = (local_date(m, settings.time_zone) for m in (mornings[0], mornings[-1]))
    held = hold_against_truth(
        warnings, themes, births, lineage, counts, first=first, last=last, mornings=mornings
    )
    is_lived = themes["as_of"].isin(mornings)  # the hours between watch the same themes
    active = themes[themes["status"].isin(("active", "emerging")) & is_lived]
    days = (last - first).days + 1
    return Replay(
        mornings=mornings,
        end=end,
        warnings=warnings,
        forecasts=every("forecasts").drop(columns=["as_of"]),
        outlook=every("outlook").drop(columns=["as_of"]),
        scores=Store(own.store).read(SCORES),
        births=births,
        themes=themes,
        counts=counts,
        held=held,
        theme_years=len(active) / len(mornings) * days / 365.25,
        every_days=every_days,
        refused=tuple(refused),
    )
