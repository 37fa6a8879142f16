"""What a load did, in rows; and what several parts of one load did together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

_SHOWN = 5  # broken rows of a load


@dataclass(frozen=True)
class IngestResult:
    """What a load did, in rows.

    ``rows_read = accepted + quarantined + not_yet_known + collapsed + forgotten``.

    Parameters
    ----------
    source : str
        The source's name.
    files : tuple of str
        Names of the files, redacted.
    rows_read, accepted, quarantined, not_yet_known, collapsed : int
        Rows of the files; those that keep the contract, each once; broken ones; those from
        after ``as_of``, held back; identical repeats of a row (same id and content).
    inserted, updated, unchanged : int
        What became of the accepted rows.
    reasons : dict of str to int
        Why rows are broken, most frequent first.
    repaired : dict of str to int
        Optional values that could not be used and were left empty.
    capped, recoded_lines : int
        Texts cut at the parameter; lines that were not in the file's encoding.
    late : int
        Inserted rows that were received more than ``series.provisional_days`` after their day.
    exact_repeats : int
        Accepted rows whose text another accepted row has too.
    redactions : dict of str to int
        Pieces of personal data hidden in accepted rows, by kind.
    examples : tuple of str
        Some broken rows, redacted.
    forgotten : int
        Rows of people who asked to be forgotten, left out.
    """

    source: str
    files: tuple[str, ...]
    rows_read: int
    accepted: int
    inserted: int
    updated: int
    unchanged: int
    quarantined: int
    reasons: dict[str, int]
    not_yet_known: int
    capped: int
    late: int
    exact_repeats: int
    recoded_lines: int
    redactions: dict[str, int]
    examples: tuple[str, ...]
    collapsed: int = 0
    repaired: dict[str, int] = field(default_factory=dict)
    forgotten: int = 0


def add_up(parts: Sequence[IngestResult], *, source: str) -> IngestResult:
    """Return what the parts of one load did together; of none, a load without rows.

    Texts that several rows share are counted within each part.
    """
    whole: dict[str, object] = {"source": source}
    for item in fields(IngestResult):
        values = [getattr(part, item.name) for part in parts]
        if item.name in ("files", "examples"):
            joined = dict.fromkeys(value for part in values for value in part)
            whole[item.name] = tuple(joined)[:_SHOWN]
        elif item.name in ("reasons", "redactions", "repaired"):
            whole[item.name] = _sum(values, by_count=item.name == "reasons")
        elif item.name != "source":
            whole[item.name] = sum(values)
    return IngestResult(**whole)  # type: ignore[arg-type]


def _sum(parts: Sequence[Mapping[str, int]], *, by_count: bool) -> dict[str, int]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    order = sorted(total.items(), key=lambda it: (-it[1], it[0]) if by_count else (0, it[0]))
    return dict(order)
