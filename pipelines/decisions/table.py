"""The themes as they stand, for people: a row each, what was decided, what became of one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.compute as compute

from models.contracts import THEMES
from models.errors import DataContractError
from models.themes.decisions import Decision
from pipelines.decisions.board import Board


def theme_rows(board: Board) -> list[dict[str, Any]]:
    """Return the themes to list, the largest first, with what was decided about each."""
    sizes = board.sizes
    rows = []
    for theme_id, row in board.decided.themes.set_index("theme_id").iterrows():
        told = [_short(d) for d in board.decided.applied if is_about(d, str(theme_id))]
        is_live = theme_id in board.live.index
        if is_live or told:
            flags = [name for name in ("hidden", "pinned") if row[f"is_{name}"] and is_live]
            size = int(sizes.get(theme_id, 0))
            status = ", ".join(flags) or ("split" if row["status"] == "retired" else row["status"])
            rows.append(
                {
                    "theme_id": str(theme_id),
                    "title": plain(str(row["title"])),
                    "size": size,
                    "status": status,
                    "decisions": told,
                }
            )
    return sorted(rows, key=lambda row: (-row["size"], row["theme_id"]))


def is_about(decision: Decision, theme_id: str) -> bool:
    """Return whether an entry is about a theme or made it."""
    return theme_id in (decision.theme_id, *decision.part_ids)


def _short(decision: Decision) -> str:
    done = {
        "rename": f"was {decision.title!r}" if decision.title else "renamed",
        "merge": f"into {decision.into_title or decision.into}",
    }
    what = done.get(decision.action, decision.action)
    return f"{what} ({decision.by}, {decision.at.date()})"


def sentence(decision: Decision) -> str:
    """Return what an entry says, for people."""
    theme = f"{decision.title!r} ({decision.theme_id})" if decision.title else decision.theme_id
    into = f"{decision.into_title!r} ({decision.into})" if decision.into_title else decision.into
    parts = ", ".join(repr(part.name) for part in decision.parts)
    return {
        "rename": f"{theme} is now called {decision.name!r}",
        "merge": f"{theme} is now counted in {into}",
        "split": f"{theme} is now split into {parts}",
        "hide": f"{theme} is now hidden",
        "unhide": f"{theme} is shown again",
        "pin": f"{theme} is now pinned",
        "unpin": f"{theme} is pinned no longer",
        "undo": f"The newest decision about {theme} is taken back",
    }[decision.action]


def plain(text: str) -> str:
    """Return a stranger's text on one line, without what would steer a terminal."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


@dataclass(frozen=True)
class History:
    """What became of a theme, as the last run knows it.

    Attributes
    ----------
    events : list of (str, str)
        When (a date), and what happened.
    counts : DataFrame of ``date, now, then``
        Complaints a day: as re-read under today's themes, and under those known when they came.
    """

    events: list[tuple[str, str]]
    counts: pd.DataFrame


def history(board: Board, theme_id: str, run: Path) -> History:
    """Return what refits and people made of a theme, and its counts in both readings.

    Parameters
    ----------
    board : Board
        Today's themes.
    theme_id : str
        One of them.
    run : Path
        The folder of the last run.

    Raises
    ------
    DataContractError
        If the run was made by an earlier release and has no such tables.
    """
    missing = [n for n in ("lineage", "readings") if not (run / f"{n}.parquet").exists()]
    if missing:
        raise DataContractError(
            f"{run.name}: the run has no {missing[0]}.parquet; `issuecast run --as-of {run.name} "
            "--force` makes it again."
        )
    lineage = pd.read_parquet(run / "lineage.parquet")
    titles = _titles(board)
    events = []
    for row in lineage.sort_values(["version", "texts"], ascending=[True, False]).itertuples():
        if theme_id in (row.theme_id, row.other_id):
            events.append((str(row.version)[:10], _event(row, theme_id, titles)))
    for decision in board.decided.applied:
        if is_about(decision, theme_id) or decision.into == theme_id:
            events.append((str(decision.at.date()), f"{sentence(decision)} ({decision.by})"))
    readings = pd.read_parquet(run / "readings.parquet")
    mine = readings[readings["theme_id"] == theme_id].sort_values("date", ignore_index=True)
    return History(sorted(events, key=lambda it: it[0]), mine[["date", "now", "then"]])


def _titles(board: Board) -> dict[str, str]:
    """Return what each theme that ever was is called, by the newest version up to the board's."""
    where = compute.field("version") <= board.version
    found = board.store.read(THEMES, columns=["theme_id", "version", "title"], where=where)
    then = found.sort_values("version").drop_duplicates("theme_id", keep="last")
    return {
        **dict(zip(then["theme_id"], then["title"], strict=True)),
        **dict(zip(board.decided.themes["theme_id"], board.decided.themes["title"], strict=True)),
    }


def _event(row: Any, theme_id: str, titles: dict[str, str]) -> str:
    """Return a row of the lineage as a theme sees it."""

    def named(name: str) -> str:
        return f"{plain(titles[name])!r} ({name})" if name in titles else name

    moved = f"{row.share:.0%} of its texts ({row.texts:,})"
    if row.event == "continued":
        return f"went on with {moved}"
    if row.event == "born":
        return f"born of {row.texts:,} texts, {row.share:.0%} of them in no theme before"
    if row.event == "retired":
        return f"ended; its {row.texts:,} texts scattered"
    if row.theme_id == theme_id:
        how = "merged into" if row.event == "merged" else "a part went to"
        return f"{how} {named(row.other_id)}: {moved}"
    how = "took in" if row.event == "merged" else "got a part of"
    return f"{how} {named(row.theme_id)}: {moved}"
