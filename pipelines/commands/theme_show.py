"""``issuecast theme list``, ``show`` and ``history``: what people look at before they decide."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from models.errors import DataContractError
from pipelines.console import console

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.workspace import Workspace

_TEXT_CHARS = 110  # of a complaint that is listed
_WEEKS = 26  # of the history that are listed


def list_themes(place: Workspace, settings: Settings, *, as_json: bool) -> None:
    """Say all themes, their sizes and what was decided about them."""
    from pipelines.decisions.board import look_at_themes
    from pipelines.decisions.table import sentence, theme_rows

    board = look_at_themes(place, settings=settings)
    rows = theme_rows(board)
    dropped = [(sentence(d), d.place, why) for d, why in board.decided.dropped]
    if as_json:
        left = [{"decision": said, "place": where, "why": why} for said, where, why in dropped]
        found = {"version": board.version, "themes": rows, "no_longer": left}
        console.say(json.dumps(found, indent=1, ensure_ascii=False))
        return
    console.say(f"{len(board.live)} themes, found {board.version[:10]}:")
    width = max(len(row["title"]) for row in rows)
    for row in rows:
        line = (
            f"  {row['theme_id']}  {row['title']:<{width}}  {row['size']:>8,}  {row['status']:<8}"
        )
        console.say(f"{line}  {'; '.join(row['decisions'])}".rstrip())
    for said, where, why in dropped:
        console.say(f"No longer applies: {said} ({where}): {why}.")


def show(place: Workspace, settings: Settings, options: argparse.Namespace) -> None:
    """Say one theme: its words, decisions and examples with their ids."""
    from pipelines.decisions.board import look_at_themes
    from pipelines.decisions.table import is_about, plain, sentence

    board = look_at_themes(place, settings=settings, has_words=True)
    theme_id = board.find(options.theme)
    row = board.live.loc[theme_id]
    complaints = board.complaints(theme_id, ["created_at", "text_hash", "text"])
    console.say(
        f"{plain(row['title'])} ({theme_id}), {row['status']}, since {row['born_on'].date()}"
    )
    console.say(f"  {plain(row['label'])}")
    console.say(f"  words: {plain(', '.join(row['keywords']))}")
    console.say(f"  {len(complaints):,} complaints")
    if row["parents"]:
        console.say(f"  made of: {', '.join(row['parents'])}")
    for decision in board.decided.applied:
        if is_about(decision, theme_id) or decision.into == theme_id:
            note = f": {decision.note}" if decision.note else ""
            console.say(f"  {sentence(decision)} ({decision.by}, {decision.at.date()}){note}")
    wanted = options.like.casefold().split()
    if wanted:
        says = complaints["text"].str.casefold().map(lambda text: all(w in text for w in wanted))
        complaints = complaints[says.astype(bool)]
        console.say(f"  {len(complaints):,} of them say {options.like!r}")
    for complaint in board.typical(complaints, count=max(0, options.examples)).itertuples():
        console.say(f"    {complaint.complaint_id}  {plain(str(complaint.text))[:_TEXT_CHARS]}")


def show_history(place: Workspace, settings: Settings, options: argparse.Namespace) -> None:
    """Say what became of a theme at refits, and its counts as then known and as re-read today."""
    import pandas as pd

    from pipelines.decisions.board import look_at_themes
    from pipelines.decisions.table import history, plain

    board = look_at_themes(place, settings=settings)
    theme_id = board.find(options.theme)
    run = place.last_run()
    if run is None:
        raise DataContractError(f"No run in {place.runs} yet: `issuecast run --input FILE`.")
    found = history(board, theme_id, run)
    days = found.counts
    if options.json:
        rows = days.assign(date=days["date"].dt.strftime("%Y-%m-%d")).to_dict("records")
        told = [{"date": date, "what": what} for date, what in found.events]
        whole = {"theme_id": theme_id, "run": run.name, "events": told, "counts": rows}
        console.say(json.dumps(whole, indent=1, ensure_ascii=False))
        return
    console.say(f"{plain(board.live.loc[theme_id, 'title'])} ({theme_id}), run of {run.name}")
    for date, what in found.events:
        console.say(f"  {date}  {what}")
    console.say("  week of     as re-read today  as then known")
    monday = days["date"] - pd.to_timedelta(days["date"].dt.weekday, unit="D")
    weeks = days.groupby(monday)[["now", "then"]].sum()
    for week, row in weeks.iloc[-_WEEKS:].iterrows():
        console.say(f"  {week.date()}  {row['now']:>16,}  {row['then']:>13,}")
