"""What may come next: quiet themes that are likelier than usual to rise soon, and the record."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.moments import iso
from pipelines.report import catalogue as words
from pipelines.report.figures import Figure, Sentence, percent, row_of, say, times, whole
from pipelines.report.inputs import Run

_MOST = 6
# Nobody plans by a chance that is hardly above the usual one, or that is small anyway.
_LEAST_RATIO, _LEAST_CHANCE = 1.5, 0.1


@dataclass(frozen=True)
class Likely:
    """One quiet theme and its chances."""

    theme_id: str
    title: str
    in_7: Figure
    in_28: Figure
    usual_28: Figure
    ratio: Figure


@dataclass(frozen=True)
class Ahead:
    """What may come next.

    Parameters
    ----------
    themes : tuple of Likely
        Those shown, the likeliest first.
    note : Sentence
        Of how many themes, and what is usual.
    record : Sentence
        How earlier chances came true; empty while none has come due.
    """

    themes: tuple[Likely, ...]
    note: Sentence
    record: Sentence


def ahead_facts(run: Run, titles: dict[str, str]) -> Ahead | None:
    """Return what may come next, or None for a run that asked nothing of the kind."""
    rows = run.chances[run.chances["theme_id"].isin(run.themes["theme_id"])]
    if rows.empty:
        return None
    rows = rows.sort_values(["p_exceed_28", "theme_id"], ascending=[False, True])
    is_likely = rows["p_exceed_28"] >= rows["usual_28"].clip(lower=_LEAST_CHANCE) * _LEAST_RATIO
    shown = []
    for _, row in rows[is_likely].head(_MOST).iterrows():
        key = (row["theme_id"], iso(row["as_of"]))
        in_28 = row_of("chances", *key, column="p_exceed_28")
        shown.append(
            Likely(
                theme_id=str(row["theme_id"]),
                title=titles.get(str(row["theme_id"]), str(row["theme_id"])),
                in_7=percent(row["p_exceed_7"], row_of("chances", *key, column="p_exceed_7")),
                in_28=words.chance(row["p_exceed_28"], in_28),
                usual_28=percent(row["usual_28"], row_of("chances", *key, column="usual_28")),
                ratio=times(row["p_exceed_28"], row["usual_28"], f"from {in_28}"),
            )
        )
    first = rows.iloc[0]
    key = (first["theme_id"], iso(first["as_of"]))
    usual = percent(first["usual_28"], row_of("chances", *key, column="usual_28"))
    template = words.AHEAD_NOTE if shown else words.AHEAD_NOTHING
    return Ahead(tuple(shown), say(template, n=whole(len(rows)), usual=usual), _record(run))


def _record(run: Run) -> Sentence:
    kept = (run.step("next").get("came_true") or {}).get("28")
    if not kept:
        return ()
    return say(
        words.AHEAD_RECORD,
        n=whole(kept["given"]),
        said=percent(kept["said"]),
        came=percent(kept["came"]),
    )
