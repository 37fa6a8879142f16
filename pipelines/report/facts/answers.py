"""How soon each channel answers, and how many complaints wait there."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipelines.moments import iso
from pipelines.report import catalogue as words
from pipelines.report.figures import Figure, percent, row_of, times, whole
from pipelines.report.inputs import Run
from pipelines.report.plain import clean

_MAX_CHANNEL = 60
_HOUR, _DAY = 60, 24 * 60
_FROM = 2  # of a larger unit: 119 minutes, then 2 hours


@dataclass(frozen=True)
class Answers:
    """One channel's answers of the last 28 days; None where a figure is not known."""

    channel: str
    expected: Figure | None
    complaints: Figure
    answered: Figure
    due: Figure | None
    in_time: Figure | None
    median: Figure | None
    open: Figure
    overdue: Figure | None
    oldest: Figure | None
    usual_open: Figure | None
    against_usual: Figure | None


def answer_facts(run: Run) -> tuple[Answers, ...]:
    """Return the channels, most complaints first; none where no response is known."""
    rows = run.response.sort_values(["complaints", "channel"], ascending=[False, True])
    return tuple(_answers(row) for _, row in rows.iterrows())


def _answers(row: pd.Series) -> Answers:
    channel = clean(row["channel"], _MAX_CHANNEL)

    def at(column: str) -> str:
        return row_of("response", channel, iso(row["as_of"]), column=column)

    def known(column: str) -> Figure | None:
        return None if pd.isna(row[column]) else whole(row[column], at(column))

    def wait(column: str) -> Figure | None:
        return None if pd.isna(row[column]) else duration(float(row[column]), at(column))

    share, usual = row["in_time_share"], row["usual_open"]
    has_usual = pd.notna(usual) and float(usual) > 0
    return Answers(
        channel=channel,
        expected=wait("expected_minutes"),
        complaints=whole(row["complaints"], at("complaints")),
        answered=whole(row["answered"], at("answered")),
        due=known("due"),
        in_time=None if pd.isna(share) else percent(float(share), at("in_time_share")),
        median=wait("median_minutes"),
        open=whole(row["open"], at("open")),
        overdue=known("overdue"),
        oldest=wait("oldest_open_minutes"),
        usual_open=known("usual_open"),
        against_usual=times(float(row["open"]), float(usual), f"from {at('open')}")
        if has_usual
        else None,
    )


def duration(minutes: float, row: str = "") -> Figure:
    """Return a wait in the unit that people say it in; its exact value is in minutes.

    Examples
    --------
    >>> [duration(m).shown for m in (30, 119, 120, 1440, 2880, 10_000)]
    ['30 min', '119 min', '2 h', '24 h', '2 days', '6.9 days']
    """
    for unit, template in ((_DAY, words.WAIT_DAYS), (_HOUR, words.WAIT_HOURS)):
        if minutes >= _FROM * unit:
            return Figure(minutes, template.format(n=whole(minutes / unit).shown), row)
    return Figure(minutes, words.WAIT_MINUTES.format(n=f"{minutes:.0f}"), row)
