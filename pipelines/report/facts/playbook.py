"""What is to be done about each warning, by the playbook: reply, staff, and what makes a level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.spikes.routing import folded
from models.spikes.severity import ACT, CRISIS, PREPARE, WATCH
from pipelines.report import catalogue as words
from pipelines.report.facts.series import Series, Week
from pipelines.report.facts.warning import Warned
from pipelines.report.figures import (
    Figure,
    Name,
    Range,
    Sentence,
    percent,
    say,
    span,
    times,
    whole,
)
from pipelines.report.inputs import Run
from pipelines.report.plain import clean
from pipelines.settings import Reply, Settings

_MAX_REPLY = 2000
_LITTLE = 0.5  # hours: what rounds to none is told as little


@dataclass(frozen=True)
class Staffing:
    """How much extra staff the next seven days may take.

    ``extra`` are complaints more than usual and ``hours`` the time that they take, from the ends
    of the 80 % range; None where the theme is not forecast.
    """

    sentence: Sentence
    extra: Range | None = None
    hours: Range | None = None


@dataclass(frozen=True)
class Plan:
    """What is done about one warning, beside its level's own row of the playbook."""

    staffing: Staffing
    reply: Sentence = ()  # to be copied; empty where none is prepared


@dataclass(frozen=True)
class Joined:
    """A theme told in another's warning, whose department is not that one's."""

    owner: str
    title: str
    sentence: Sentence


def plan_facts(warned: Sequence[Warned], settings: Settings) -> dict[str, Plan]:
    """Return what is to be done about each warning, by its id."""
    minutes = settings.report.handling_minutes
    return {
        w.warning_id: Plan(staffing(w.series, minutes), _reply(w, settings.report.replies))
        for w in warned
    }


def staffing(series: Series, minutes: float) -> Staffing:
    """Return the hours of extra staff of the next seven days, as a range.

    With q10 and q90 of the week's complaints, u the usual week, m minutes a complaint:

        hours from  max(0, q10 - u) m / 60  to  max(0, q90 - u) m / 60

    A team that plans for the middle is short of staff in every second week; so the range is told,
    and no middle.

    Parameters
    ----------
    series : Series
        Of the warned theme; where it is not forecast nothing is said.
    minutes : float
        Of a person's time that one complaint takes, > 0.
    """
    week = series.week
    if week is None:
        return Staffing(say(words.STAFFING_UNKNOWN, reason=series.reason))
    usual = float(week.usual.value or 0)
    low, high = (max(0.0, float(it.value or 0) - usual) for it in (week.range.low, week.range.high))
    where = (f"from {week.range.low.row}", f"from {week.range.high.row}")
    extra = span(low, high, low_row=where[0], high_row=where[1])
    hours = span(low * minutes / 60, high * minutes / 60, low_row=where[0], high_row=where[1])
    return Staffing(_staffing_sentence(week, extra, hours, minutes), extra, hours)


def _staffing_sentence(week: Week, extra: Range, hours: Range, minutes: float) -> Sentence:
    dates = words.days(week.start, week.end)
    if not hours.high.value:
        return say(words.STAFFING_NONE, dates=dates, high=week.range.high, usual=week.usual)
    each = whole(minutes, "settings report.handling_minutes")
    if hours.high.value < _LITTLE:
        return say(words.STAFFING_LITTLE, dates=dates, extra=extra.high, minutes=each)
    return say(words.STAFFING, dates=dates, hours=hours, extra=extra, minutes=each)


def _reply(warned: Warned, replies: Sequence[Reply]) -> Sentence:
    """Return the first reply that is for the warning's level and department."""
    for reply in replies:
        owners = {folded(owner) for owner in reply.owners}
        is_of_level = not reply.levels or warned.severity in reply.levels
        if is_of_level and (not owners or folded(warned.owner) in owners):
            return say(
                clean(reply.text, _MAX_REPLY),
                theme=Name(warned.title),
                since=words.day(warned.opened),
                department=Name(warned.owner),
            )
    return ()


def joined_facts(run: Run, warned: Sequence[Warned]) -> tuple[Joined, ...]:
    """Return the themes that are told in the warning of another department."""
    rows = run.warnings[run.warnings["state"] != "closed"]
    owners = dict(zip(rows["theme_id"], rows["owner"], strict=True))
    out = []
    for lead in warned:
        for also in lead.also:
            owner = clean(owners.get(also.theme_id), 60)
            if owner and folded(owner) != folded(lead.owner):
                names = {"lead": Name(lead.title), "owner": Name(lead.owner)}
                told = say(words.DEPARTMENT_JOINED, sentence=also.sentence, **names)
                out.append(Joined(owner, also.title, told))
    return tuple(out)


def level_needs(settings: Settings) -> dict[int, Sentence]:
    """Return what a rise needs for each level, by its counts."""
    needs: dict[int, Sentence] = {WATCH: say(words.LEVEL_OTHERWISE)}
    for need in settings.severity.levels:
        row = f"settings severity.levels level {need.level}"
        needs[need.level] = say(
            words.LEVEL_NEEDS,
            ratio=times(need.ratio, 1, row),
            extra=whole(need.extra, row),
            share=percent(need.share, row),
        )
    return needs


def level_rules_sentence(settings: Settings) -> Sentence:
    """Return what beside its counts moves a warning's level: chance, reach, one source."""
    said = settings.severity
    row = "settings severity.{}"
    return say(
        words.LEVEL_RULES,
        sure=Figure(said.sure_p, f"{100 * said.sure_p:g}\u00a0%", row.format("sure_p")),
        times=times(said.reach_times, 1, row.format("reach_times")),
        people=whole(said.reach_people, row.format("reach_people")),
        likely=percent(said.likely_to_last, row.format("likely_to_last")),
        one_source=whole(said.one_source, row.format("one_source")),
        watch=str(WATCH), prepare=str(PREPARE), act=str(ACT), crisis=str(CRISIS),
    )  # fmt: skip
