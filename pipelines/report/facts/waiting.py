"""What waits for an answer: theme by theme, and what most people can see waiting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from pipelines.moments import iso
from pipelines.report.facts.answers import duration
from pipelines.report.figures import Figure, about, percent, row_of, whole
from pipelines.report.inputs import Run
from pipelines.report.plain import clean

_MAX_CHANNEL, _MAX_TEXT = 60, 280


@dataclass(frozen=True)
class ThemeWaits:
    """One theme's answers of the last 28 days; None where a figure is not known."""

    theme_id: str
    title: str
    complaints: Figure
    answered: Figure
    due: Figure
    in_time: Figure | None
    median: Figure | None
    open: Figure
    overdue: Figure
    oldest: Figure | None


@dataclass(frozen=True)
class Waiting:
    """One complaint that waits where others read along."""

    complaint_id: str
    title: str
    channel: str
    said: str
    reach: Figure
    waits: Figure
    expected: Figure | None


def theme_wait_facts(run: Run, titles: Mapping[str, str]) -> tuple[ThemeWaits, ...]:
    """Return the themes, the most overdue first; none where no response is known."""
    rows = run.theme_waits[run.theme_waits["theme_id"].isin(set(run.themes["theme_id"]))]
    order = ["overdue", "open", "theme_id"]
    rows = rows.sort_values(order, ascending=[False, False, True])
    return tuple(_of_theme(row, titles) for _, row in rows.iterrows())


def waiting_facts(run: Run, titles: Mapping[str, str]) -> tuple[Waiting, ...]:
    """Return the complaints that wait in public, the widest reach first."""
    order = ["reach", "minutes", "complaint_id"]
    rows = run.waiting.sort_values(order, ascending=[False, False, True])
    rows = rows[~rows["theme_id"].isin(set(run.hidden))]
    return tuple(_waiting(row, titles) for _, row in rows.iterrows())


def _of_theme(row: pd.Series, titles: Mapping[str, str]) -> ThemeWaits:
    theme_id = str(row["theme_id"])

    def at(column: str) -> str:
        return row_of("theme_waits", theme_id, iso(row["as_of"]), column=column)

    def wait(column: str) -> Figure | None:
        return None if pd.isna(row[column]) else duration(float(row[column]), at(column))

    share = row["in_time_share"]
    return ThemeWaits(
        theme_id=theme_id,
        title=titles.get(theme_id, theme_id),
        complaints=whole(row["complaints"], at("complaints")),
        answered=whole(row["answered"], at("answered")),
        due=whole(row["due"], at("due")),
        in_time=None if pd.isna(share) else percent(float(share), at("in_time_share")),
        median=wait("median_minutes"),
        open=whole(row["open"], at("open")),
        overdue=whole(row["overdue"], at("overdue")),
        oldest=wait("oldest_open_minutes"),
    )


def _waiting(row: pd.Series, titles: Mapping[str, str]) -> Waiting:
    name = clean(str(row["complaint_id"]), 80)

    def at(column: str) -> str:
        return row_of("waiting", name, iso(row["as_of"]), column=column)

    expected = row["expected_minutes"]
    theme = row["theme_id"]
    return Waiting(
        complaint_id=name,
        title=titles.get(str(theme), "") if isinstance(theme, str) else "",
        channel=clean(row["channel"], _MAX_CHANNEL),
        said=clean(row["text"], _MAX_TEXT),
        reach=about(float(row["reach"]), at("reach")),
        waits=duration(float(row["minutes"]), at("minutes")),
        expected=None if pd.isna(expected) else duration(float(expected), at("expected_minutes")),
    )
