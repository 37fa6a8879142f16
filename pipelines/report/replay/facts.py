"""What the replay page says: sentences, rows, the timeline's numbers. No HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from models.series.calendar import local_date
from models.series.hierarchy import series_id
from models.spikes.truth.replayed import BORNE_OUT, NOT_BORNE_OUT, NOT_KNOWN, Replay
from pipelines.moments import iso
from pipelines.report import catalogue
from pipelines.report.facts.series import MAX_TITLE
from pipelines.report.figures import Figure, Sentence, percent, row_of, say, text, whole
from pipelines.report.plain import clean
from pipelines.report.replay import words
from pipelines.settings import Settings

_MAX_REASON = 300


@dataclass(frozen=True)
class Told:
    """A warning as it was first told, and what came of it."""

    number: int
    title: str
    kind: str
    first_told: str
    born: str
    observed: Figure
    expected: str
    closed: str
    verdict: str
    mark: str
    peak: str
    note: str
    opened: date
    until: date


@dataclass(frozen=True)
class Missed:
    """A real rise without a warning."""

    title: str
    days: str
    complaints: Figure
    peak: str


@dataclass(frozen=True)
class ReplayFacts:
    """Everything on the page."""

    heading: str
    intro: Sentence
    verdict: tuple[Sentence, ...]
    told: tuple[Told, ...]
    missed: tuple[Missed, ...]
    refused: tuple[tuple[str, str], ...]
    daily: tuple[tuple[date, float], ...]
    first: date
    last: date
    timeline: str
    footer: tuple[tuple[str, str], ...]


def replay_facts(
    found: Replay, *, name: str, encoder: str, settings: Settings, code: str
) -> ReplayFacts:
    """Return what is said of a replay; texts in it have been redacted by the caller."""
    first, last = (
        local_date(moment, settings.time_zone).date()
        for moment in (found.mornings[0], found.mornings[-1])
    )
    names = found.held.episodes
    titles = dict(zip(names["warning_id"], names["title"], strict=True))
    told = tuple(
        _told(number, row, last, settings, titles)
        for number, (_, row) in enumerate(found.held.episodes.iterrows(), start=1)
    )
    mark = words.MARKS
    return ReplayFacts(
        heading=words.HEADING.format(
            first=catalogue.day(first, year=True), last=catalogue.day(last, year=True)
        ),
        intro=say(
            words.INTRO,
            n=whole(len(found.mornings)),
            end=catalogue.day(local_date(found.end, settings.time_zone).date(), year=True),
        ),
        verdict=(*_warned(found, settings), _scored(found.scores), *_unsaid(found, settings)),
        told=told,
        missed=tuple(_missed(row) for _, row in found.held.missed.iterrows()),
        refused=tuple(
            (
                catalogue.day(local_date(moment, settings.time_zone).date(), year=True),
                clean(why, _MAX_REASON),
            )
            for moment, why in found.refused
        ),
        daily=_daily(found, first, last),
        first=first,
        last=last,
        timeline=words.TIMELINE.format(
            real=mark[BORNE_OUT], false=mark[NOT_BORNE_OUT], unknown=mark[NOT_KNOWN]
        ),
        footer=tuple(
            zip(
                words.FOOTER,
                (
                    *(name, str(len(found.mornings)), iso(found.end), code),
                    *(settings.digest(), encoder, words.TABLES),
                ),
                strict=True,
            )
        ),
    )


def false_alarms_per_theme_year(found: Replay) -> float:
    """Return the warnings on no real rise over the years of themes watched."""
    # What is told in another's warning is no alarm of its own.
    leads = found.held.episodes[found.held.episodes["joined_to"].isna()]
    false = int((leads["verdict"] == NOT_BORNE_OUT).sum())
    return false / found.theme_years if found.theme_years > 0 else 0.0


def _warned(found: Replay, settings: Settings) -> tuple[Sentence, ...]:
    verdicts = found.held.episodes["verdict"].value_counts()
    missed = len(found.held.missed)
    rate = false_alarms_per_theme_year(found)
    said = (
        say(
            words.WARNED,
            n=whole(len(found.held.episodes)),
            real=whole(int(verdicts.get(BORNE_OUT, 0))),
            false=whole(int(verdicts.get(NOT_BORNE_OUT, 0))),
            unknown=whole(int(verdicts.get(NOT_KNOWN, 0))),
            rate=Figure(rate, f"{rate:.2f}", row_of("summary", "false_alarms", column="value")),
            asked=whole(settings.warnings.false_alarms_per_theme_year),
        )
        if len(found.held.episodes)
        else say(words.NO_WARNING)
    )
    if missed == 1:
        return (said, say(words.ONE_MISSED))
    return (said, say(words.MISSED, n=whole(missed)) if missed else say(words.NONE_MISSED))


def told_late(found: Replay) -> int:
    """Return the warnings that no lived morning, or hour, told while they were open."""
    return int((found.held.episodes["mornings"] == 0).sum())


def _unsaid(found: Replay, settings: Settings) -> tuple[Sentence, ...]:
    """Return what the figures leave out, or tell later than a run a day would have."""
    said = []
    late, refused = told_late(found), len(found.refused)
    if late:
        said.append(say(words.TOLD_LATE, n=whole(late)) if late > 1 else say(words.ONE_TOLD_LATE))
    # Open for so many days, and told as closed for as many again.
    least = 2 * settings.warnings.quiet_days
    if found.every_days > least:
        said.append(say(words.FAR_APART, every=whole(found.every_days), least=whole(least)))
    if refused:
        said.append(say(words.REFUSED, n=whole(refused)) if refused > 1 else say(words.ONE_REFUSED))
    return tuple(said)


def _scored(scores: pd.DataFrame) -> Sentence:
    naive = float(scores["crps_baseline"].sum())
    if scores.empty or naive <= 0:
        return say(words.NOT_SCORED)
    skill = 1 - float(scores["crps"].sum()) / naive
    pit = scores["pit"]
    return say(
        words.SCORED if skill >= 0 else words.SCORED_WORSE,
        n=whole(len(scores)),
        skill=percent(abs(skill)),
        inside=percent(float(pit.between(0.10, 0.90).mean())),
        inside95=percent(float(pit.between(0.025, 0.975).mean())),
    )


def _told(
    number: int, row: pd.Series, last: date, settings: Settings, titles: dict[str, str]
) -> Told:
    moment = row["first_told"].tz_convert(settings.time_zone)
    first_told = catalogue.day(moment.date(), year=True)
    if (moment.hour, moment.minute) != (0, 0):
        first_told = f"{first_told}, {moment:%H:%M}"
    is_closed = pd.notna(row["closed_on"])
    until = local_date(row["closed_on"], settings.time_zone).date() if is_closed else last
    born = row["born_at"]
    return Told(
        number=number,
        title=clean(str(row["title"]), MAX_TITLE),
        kind=words.KINDS[str(row["kind"])],
        first_told=first_told,
        born=words.BORN.format(moment=f"{born:%Y-%m-%d %H:%M} UTC") if pd.notna(born) else "",
        observed=whole(row["observed"], row_of("episodes", row["warning_id"], column="observed")),
        expected=text(say(words.LABELS["usual"], expected=whole(float(row["expected"])))),
        closed=catalogue.day(until, year=True) if is_closed else words.STILL_OPEN,
        verdict=words.VERDICTS[str(row["verdict"])],
        mark=words.MARKS[str(row["verdict"])],
        peak=_peak(row),
        note=_note(row, titles),
        opened=row["opened_on"].date(),
        until=max(until, row["opened_on"].date()),
    )


def _note(row: pd.Series, titles: dict[str, str]) -> str:
    notes = []
    if row["is_concentrated"]:
        notes.append(words.CONCENTRATED)
    if pd.notna(row["joined_to"]) and row["joined_to"] in titles:
        lead = clean(str(titles[str(row["joined_to"])]), MAX_TITLE)
        notes.append(words.JOINED.format(lead=lead))
    return " · ".join(notes)


def _peak(row: pd.Series) -> str:
    if pd.isna(row["peak_on"]):
        return ""
    return text(
        say(words.PEAK, day=catalogue.day(row["peak_on"].date()), count=whole(row["peak_count"]))
    )


def _missed(row: pd.Series) -> Missed:
    first, last = row["first"].date(), row["last"].date()
    return Missed(
        title=clean(str(row["title"]), MAX_TITLE),
        days=catalogue.days(first, last),
        complaints=whole(row["complaints"]),
        peak=_peak(row),
    )


def _daily(found: Replay, first: date, last: date) -> tuple[tuple[date, float], ...]:
    rows = found.counts[found.counts["series_id"] == series_id()]
    day = rows["date"].dt.date
    rows = rows[(day >= first) & (day <= last)]
    days, counts = rows["date"].dt.date, rows["count"].astype(float)
    return tuple(zip(days, counts, strict=True))
