"""``issuecast theme rename`` and its like: what people decide, written down and said."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from models.errors import DataContractError
from pipelines.commands.person import name_of
from pipelines.console import console

if TYPE_CHECKING:
    from models.themes.decisions import Decision
    from pipelines.settings import Settings
    from pipelines.workspace import Workspace


def decide(
    place: Workspace, settings: Settings, options: argparse.Namespace, now: datetime
) -> None:
    """Write down what was decided, and say what it is and since when it counts."""
    import pandas as pd

    from pipelines.decisions import decide as decisions
    from pipelines.decisions.board import look_at_themes
    from pipelines.decisions.table import sentence
    from pipelines.moments import parse_as_of

    moment = pd.Timestamp(now)
    if options.at:
        moment = parse_as_of(options.at, time_zone=settings.time_zone, option="--at")
    said: dict[str, Any] = {
        "by": name_of(options.by),
        "at": moment,
        "note": options.note,
        "settings": settings,
    }
    if options.action == "rename":
        made = [decisions.rename(place, options.theme, options.name, **said)]
    elif options.action == "merge":
        board = look_at_themes(place, settings=settings)
        # All or none: what is wrong is said before anything is written.
        target = board.find(options.into)
        named = list(dict.fromkeys(board.find(name) for name in options.themes))
        named.sort(key=lambda theme_id: theme_id != target)  # refused at once, if it is there
        made = [decisions.merge(place, name, target, **said) for name in named]
    elif options.action == "split":
        parts = _parts(options.part) if options.parts is None else options.parts
        made = [decisions.split(place, options.theme, parts, **said)]
    else:
        act = getattr(decisions, options.action)
        made = [act(place, options.theme, **said)]
    for decision in made:
        console.say(f"{sentence(decision)}.")
    if options.action == "split":
        _say_parts(place, settings, made[0])
    console.say(f"Written: {place.decisions}")
    console.say(_when(place, settings, made[-1]))


def _parts(given: Sequence[str]) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {}
    for text in given:
        name, mark, examples = text.partition("=")
        found = [example.strip() for example in examples.split(",") if example.strip()]
        if not mark or not name.strip() or not found:
            raise DataContractError(
                f"--part: expected NAME=EXAMPLE[,EXAMPLE...], got {text!r}; an EXAMPLE is the id "
                "of a complaint, or words that some complaints say."
            )
        if name.strip() in parts:
            raise DataContractError(f"--part: {name.strip()!r} is given twice.")
        parts[name.strip()] = found
    return parts


def _say_parts(place: Workspace, settings: Settings, decision: Decision) -> None:
    from pipelines.decisions.board import look_at_themes

    sizes = look_at_themes(place, settings=settings).sizes
    for part_id, part in zip(decision.part_ids, decision.parts, strict=True):
        console.say(f"  {part_id}  {int(sizes.get(part_id, 0)):>8,}  {part.name}")


def _when(place: Workspace, settings: Settings, decision: Decision) -> str:
    """Return when an entry takes effect: in the last run if that is made again, or the next."""
    import pandas as pd

    from models.series.calendar import local_date
    from pipelines.moments import iso

    run = place.last_run()
    last = json.loads((run / "run.json").read_text(encoding="utf-8")) if run else None
    if run and last and pd.Timestamp(last["as_of"]) >= decision.at:
        return (
            f"Takes effect in the next run. `issuecast run --as-of {run.name}` makes the last "
            "report again with it."
        )
    day = local_date(decision.at, settings.time_zone)
    return (
        f"Takes effect in runs as of {iso(decision.at)} or later; earlier mornings stay as they "
        f"were. (With --at {day.date()} it would count from that morning's run on.)"
    )
