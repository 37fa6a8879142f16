"""What has changed since the last report: warnings opened, grown, eased and closed."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from models.themes.lineage import heirs_of
from pipelines.report import catalogue as words
from pipelines.report.facts.series import MAX_TITLE
from pipelines.report.figures import Name, Sentence, percent, row_of, say, whole
from pipelines.report.inputs import Run
from pipelines.report.plain import clean

_MOST_TOLD = 5  # themes of one kind of change; more are counted


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
    themes: tuple[Sentence, ...] = ()  # what became of themes that were found anew


def since_facts(run: Run, before: Run | None, titles: dict[str, str]) -> Since:
    """Return what became of each warning since the run before; without one, a note."""
    if before is None:
        return Since(words.FIRST_REPORT, ())
    old_titles = {**titles_of(before), **titles}
    kinds: dict[str, list[str]] = {kind: [] for kind in words.SINCE}
    # What people have hidden since is not told of, not even as closed.
    was_open = {w: t for w, t in _themes_by_id(before).items() if t not in run.hidden}
    # A warning that is told in another's has no news of its own.
    was_told, is_told = _joined(before), _joined(run)
    is_open = _themes_by_id(run)
    states = dict(zip(run.warnings["warning_id"], run.warnings["state"], strict=True))
    parts = _parts_of_known(run, before)
    for warning_id, theme_id in is_open.items():
        if warning_id in is_told:
            continue
        is_known = warning_id in was_open or warning_id in parts
        kinds[_kind(str(states[warning_id]), is_known)].append(theme_id)
    for warning_id, theme_id in was_open.items():
        if warning_id not in is_open and warning_id not in was_told:
            kinds["closed"].append(theme_id)
    return Since(
        "",
        tuple(
            Change(words.SINCE[kind], tuple(Name(old_titles.get(t, t)) for t in sorted(themes)))
            for kind, themes in kinds.items()
        ),
        theme_changes(run, before, old_titles),
    )


def _parts_of_known(run: Run, before: Run) -> frozenset[str]:
    """Return the warnings of parts of a rise that the run before warned of as one.

    Where a theme was found anew as two, both may rise: neither rise is news.
    """
    events = run.lineage[run.lineage["version"] > str(before.info.get("theme_version") or "")]
    warned = before.warnings.loc[before.warnings["state"] != "closed", "theme_id"]
    heirs = {heir for theme_id in warned for heir in heirs_of(str(theme_id), events)}
    rows = run.warnings[run.warnings["theme_id"].isin(heirs - set(warned))]
    return frozenset(rows.loc[rows["opened_on"] < pd.Timestamp(before.origin), "warning_id"])


def theme_changes(run: Run, before: Run, titles: dict[str, str]) -> tuple[Sentence, ...]:
    """Return a sentence for each theme that split, merged, was born or retired since.

    Themes that people have hidden are not told of. After two refits a theme goes on if it went on
    at both.
    """
    old = str(before.info.get("theme_version") or "")
    events = run.lineage[run.lineage["version"] > old]
    events = events[~events[["theme_id", "other_id"]].isin(list(run.hidden)).any(axis=1)]
    if not old or events.empty:
        return ()
    times = events.loc[events["event"] == "continued", "theme_id"].value_counts()
    kept = int((times == events["version"].nunique()).sum())
    source = f"from lineage {events['version'].max()}"
    told = [say(words.THEMES_ANEW, n=whole(kept, f"{source} continued"))]
    for event in ("born", "split", "merged", "retired"):
        rows = events[events["event"] == event].sort_values(
            ["texts", "theme_id", "other_id"], ascending=[False, True, True]
        )
        for item in rows.head(_MOST_TOLD).itertuples():
            key = (item.version, item.theme_id, event, item.other_id)
            told.append(
                say(
                    words.THEME_EVENTS[event],
                    theme=Name(titles.get(item.theme_id, item.theme_id)),
                    other=Name(titles.get(item.other_id, item.other_id)),
                    share=percent(item.share, row_of("lineage", *key, column="share")),
                    texts=whole(item.texts, row_of("lineage", *key, column="texts")),
                )
            )
        if len(rows) > _MOST_TOLD:
            told.append(
                say(words.THEME_MORE[event], n=whole(len(rows) - _MOST_TOLD, f"{source} {event}"))
            )
    return tuple(told)


def titles_of(run: Run) -> dict[str, str]:
    """Return each theme's title, fit to be shown; its label or its id where it has none.

    Areas' titles are there too, by their ids.
    """
    named = run.themes.dropna(subset=["area_id", "area_title"])
    areas = {
        str(area): clean(title, MAX_TITLE)
        for area, title in zip(named["area_id"], named["area_title"], strict=True)
    }
    columns = (run.themes["theme_id"], run.themes["title"], run.themes["label"])
    return areas | {
        str(theme_id): clean(title, MAX_TITLE) or clean(label, MAX_TITLE) or clean(theme_id, 40)
        for theme_id, title, label in zip(*columns, strict=True)
    }


def _themes_by_id(run: Run) -> dict[str, str]:
    rows = run.warnings[run.warnings["state"] != "closed"]
    return dict(zip(rows["warning_id"], rows["theme_id"], strict=True))


def _joined(run: Run) -> set[str]:
    rows = run.warnings[run.warnings["state"] != "closed"]
    return set(rows.loc[rows["joined_to"].isin(rows["warning_id"]), "warning_id"])


def _kind(state: str, was_open: bool) -> str:
    if not was_open:
        return "opened"
    return state if state in ("grown", "eased") else "same"
