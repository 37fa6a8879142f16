"""What came of every warning that was ever told, as the newest run knows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd
import pyarrow.parquet as parquet

from models.contracts import NOT_USEFUL, USEFUL
from models.spikes.truth.held import hold_against_truth
from models.spikes.truth.hindsight import HALF_YEAR, WEEK
from models.spikes.truth.replayed import BORNE_OUT, NOT_BORNE_OUT
from models.themes.lineage import heirs_of
from pipelines.moments import iso
from pipelines.report.archive import words
from pipelines.report.archive.runs import Told, read_counts

_CLOSED = "closed"
_MARGIN = pd.Timedelta(days=2 * (HALF_YEAR + WEEK))  # all that a rise's usual level is read from
_EVENTS = ["version", "theme_id", "event", "other_id"]


class Verdict(NamedTuple):
    """Right, false or not settled; by whose word, and the theme's largest day around."""

    verdict: str
    is_by_people: bool = False
    peak_on: pd.Timestamp | None = None
    peak_count: float | None = None


def verdicts_of(
    runs: Sequence[Told], rows: pd.DataFrame, feedback: pd.DataFrame | None
) -> tuple[dict[str, Verdict], pd.Timestamp | None]:
    """Return each warning's verdict by its id, and the last day by which it is judged.

    Parameters
    ----------
    runs : sequence of Told
        Newest first. Only the newest run's counts and lineage are read.
    rows : DataFrame
        The warnings of all runs.
    feedback : DataFrame, optional
        FEEDBACK rows; those after the newest run are not read.
    """
    if rows.empty:
        return {}, None
    newest = runs[0]
    lineage = parquet.read_table(newest.folder / "lineage.parquet", columns=_EVENTS).to_pandas()
    counts = read_counts(newest, _themes(rows, lineage), rows["opened_on"].min() - _MARGIN)
    complete = counts.loc[~counts["is_provisional"].astype(bool), "date"]
    known_to = complete.max() if len(complete) else None
    day = pd.Timestamp(newest.record.origin)
    held = hold_against_truth(
        rows,
        pd.DataFrame({"as_of": rows["as_of"][:0], "theme_id": [], "title": []}),
        pd.DataFrame(
            {"theme_id": [], "moment": rows["as_of"][:0], "is_birth": []}, dtype=object
        ).astype({"is_birth": bool}),
        lineage,
        counts,
        first=day,
        last=day,
        mornings=[told.moment for told in reversed(runs)],
    )
    is_open = {str(row["warning_id"]) for row in newest.warnings if row["state"] != _CLOSED}
    said = _said(rows, feedback, newest.moment)
    found = {}
    for row in held.episodes.to_dict("records"):
        name = str(row["warning_id"])
        found[name] = _verdict(row, name in is_open, known_to, said.get(name))
    return found, known_to


def _themes(rows: pd.DataFrame, lineage: pd.DataFrame) -> frozenset[str]:
    """Return the themes in which the warned themes' texts are, or ever were, counted."""
    first = rows.groupby("theme_id")["as_of"].min()
    found: set[str] = set()
    for theme_id, moment in first.items():
        found |= {str(theme_id), *heirs_of(str(theme_id), _since(lineage, moment))}
    for told in rows.drop_duplicates(["warning_id"])[["theme_id", "as_of"]].itertuples():
        found |= set(heirs_of(str(told.theme_id), _since(lineage, told.as_of)))
    return frozenset(found)


def _since(lineage: pd.DataFrame, moment: pd.Timestamp) -> pd.DataFrame:
    return lineage[lineage["version"] > iso(moment)]


def _said(
    rows: pd.DataFrame, feedback: pd.DataFrame | None, until: pd.Timestamp
) -> Mapping[str, str]:
    """Return what people said last of each warning, as far as the newest run knows."""
    told = rows.dropna(subset=["verdict"]).sort_values("as_of")
    said = dict(zip(told["warning_id"], told["verdict"], strict=True))
    if feedback is not None:
        heard = feedback[(feedback["at"] < until) & feedback["verdict"].isin([USEFUL, NOT_USEFUL])]
        heard = heard.sort_values("at")
        said |= dict(zip(heard["warning_id"], heard["verdict"], strict=True))
    return said


def _verdict(
    row: Mapping[str, object], is_open: bool, known_to: pd.Timestamp | None, said: str | None
) -> Verdict:
    peak_on, peak = row["peak_on"], row["peak_count"]
    has_peak = not pd.isna(peak_on)
    seen = (pd.Timestamp(str(peak_on)), float(str(peak))) if has_peak else (None, None)
    if said is not None:
        return Verdict(words.RIGHT if said == USEFUL else words.FALSE, True, *seen)
    if row["verdict"] == BORNE_OUT:
        return Verdict(words.RIGHT, False, *seen)
    # A rise may still come in the week after, and is one once the days around it are known.
    until = pd.Timestamp(str(row["opened_on"])) + pd.Timedelta(days=WEEK + WEEK // 2)
    is_over = not is_open and known_to is not None and known_to >= until
    if row["verdict"] == NOT_BORNE_OUT and is_over:
        return Verdict(words.FALSE, False, *seen)
    return Verdict(words.UNSETTLED, False, *seen)
