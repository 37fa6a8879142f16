"""What has changed since the last report: warnings opened, grown, eased and closed."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.report import catalogue as words
from pipelines.report.figures import Name
from pipelines.report.inputs import Run
from pipelines.report.plain import clean
from pipelines.report.series_facts import MAX_TITLE


@dataclass(frozen=True)
class Change:
    """One kind of change and the themes it happened to."""

    word: str
    themes: tuple[Name, ...]


@dataclass(frozen=True)
class Since:
    """All changes since the last report; ``note`` stands instead when there is none."""

    note: str
    changes: tuple[Change, ...]


def since_facts(run: Run, before: Run | None, titles: dict[str, str]) -> Since:
    """Return what became of each warning since the run before; without one, a note."""
    if before is None:
        return Since(words.FIRST_REPORT, ())
    old_titles = {**titles_of(before), **titles}
    kinds: dict[str, list[str]] = {kind: [] for kind in words.SINCE}
    # What people have hidden since is not told of, not even as closed.
    was_open = {w: t for w, t in _themes_by_id(before).items() if t not in run.hidden}
    is_open = _themes_by_id(run)
    states = dict(zip(run.warnings["warning_id"], run.warnings["state"], strict=True))
    for warning_id, theme_id in is_open.items():
        kinds[_kind(str(states[warning_id]), warning_id in was_open)].append(theme_id)
    for warning_id, theme_id in was_open.items():
        if warning_id not in is_open:
            kinds["closed"].append(theme_id)
    return Since(
        "",
        tuple(
            Change(words.SINCE[kind], tuple(Name(old_titles.get(t, t)) for t in sorted(themes)))
            for kind, themes in kinds.items()
        ),
    )


def titles_of(run: Run) -> dict[str, str]:
    """Return each theme's title, fit to be shown; its label or its id where it has none."""
    columns = (run.themes["theme_id"], run.themes["title"], run.themes["label"])
    return {
        str(theme_id): clean(title, MAX_TITLE) or clean(label, MAX_TITLE) or clean(theme_id, 40)
        for theme_id, title, label in zip(*columns, strict=True)
    }


def _themes_by_id(run: Run) -> dict[str, str]:
    rows = run.warnings[run.warnings["state"] != "closed"]
    return dict(zip(rows["warning_id"], rows["theme_id"], strict=True))


def _kind(state: str, was_open: bool) -> str:
    if not was_open:
        return "opened"
    return state if state in ("grown", "eased") else "same"
