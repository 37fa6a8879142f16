"""What a reader must know before believing a number: data, gaps, floods, where it all came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from pipelines.report import catalogue as words
from pipelines.report.facts.gates import gate_sentences, is_stale
from pipelines.report.facts.series import series_name
from pipelines.report.figures import Figure, Name, Sentence, people, percent, row_of, say, whole
from pipelines.report.inputs import Run
from pipelines.report.plain import clean

_STALE_HOURS = 36  # a nightly load that came is younger than this
_SILENT_DAYS = 2  # a channel silent for so long beyond its usual gap has gone missing
_TOLD_BELOW = 0.95  # more of a day than this has come in: nobody decides otherwise
_MAX_FLOODS = 5
_MAX_REASONS = 8


@dataclass(frozen=True)
class Status:
    """Whether the data can be believed: one line for each thing that is wrong with it."""

    is_good: bool
    lines: tuple[Sentence, ...]


@dataclass(frozen=True)
class Uncovered:
    """One series that is not forecast."""

    name: Sentence
    reason: str
    complaints: Figure


@dataclass(frozen=True)
class Flood:
    """Near-identical texts that were counted as fewer."""

    sentence: Sentence
    dates: str
    example: str


@dataclass(frozen=True)
class Entry:
    """One line of the footer: what, and what it is."""

    name: str
    value: str


def status_facts(run: Run) -> Status:
    """Return the status line: complete, or what is late or missing."""
    found = gate_sentences(run)
    # That the data is old is said once, by the gate where it found it.
    lines = [*(found if is_stale(run) else [*found, *_stale(run)]), *_silent(run)]
    if lines:
        return Status(False, tuple(lines))
    if not (run.info.get("data") or {}).get("last_at"):
        return Status(False, (say(words.NO_TIMES),))
    return Status(True, (say(words.COMPLETE),))


def _stale(run: Run) -> list[Sentence]:
    last = (run.info.get("data") or {}).get("last_at")
    if not last:
        return []
    last_at, as_of = run.local(str(last)), run.local(str(run.info["as_of"]))
    age = as_of - last_at
    if age <= timedelta(hours=_STALE_HOURS):
        return []
    hours = whole(age.total_seconds() // 3600)
    return [say(words.STALE, last=words.moment(last_at, run.zone), hours=hours)]


def _silent(run: Run) -> list[Sentence]:
    """Return the channels that are silent for two days more than they usually are.

    A channel with too few complaints to know its usual gap is not told of.
    """
    out = []
    for name, channel in sorted((run.info.get("channels") or {}).items()):
        usual = channel.get("usual_gap_days", 0.0)
        if usual is None or float(channel.get("days_silent", 0)) < float(usual) + _SILENT_DAYS:
            continue
        day = words.day(run.local(str(channel["last_at"])))
        out.append(say(words.SILENT_CHANNEL, channel=Name(clean(name, 40)), day=day))
    return out


def data_sentence(run: Run) -> Sentence:
    """Return up to when the data goes, how much it is and since when."""
    data = run.info.get("data") or {}
    last, first = data.get("last_at"), data.get("first")
    count = data.get("complaints")
    return say(
        words.DATA_UP_TO,
        last=words.moment(run.local(str(last)), run.zone) if last else words.NOT_AVAILABLE,
        complaints=whole(count, "run.json data complaints") if count else words.NOT_AVAILABLE,
        first=words.day(date.fromisoformat(str(first)), year=True)
        if first
        else words.NOT_AVAILABLE,
    )


def provisional_sentence(run: Run) -> Sentence:
    """Return which day may still change, or how much is still to come; empty when none may."""
    counts = run.step("counts")
    arrived, newest = counts.get("newest_arrived"), counts.get("newest_day")
    if arrived is not None and newest and float(arrived) < _TOLD_BELOW:
        share = percent(float(arrived), "run.json steps counts newest_arrived")
        return say(words.ARRIVING, share=share, day=words.day(date.fromisoformat(str(newest))))
    days = sorted(set(run.counts.loc[run.counts["is_provisional"], "date"]))
    if not days:
        return ()
    return say(words.PROVISIONAL, day=words.day(days[0].date()))


def uncovered_facts(run: Run, titles: dict[str, str]) -> tuple[Uncovered, ...]:
    """Return the series that are not forecast, the largest first."""
    rows = run.not_covered.sort_values(["count", "series_id"], ascending=[False, True])
    out = []
    for _, row in rows.iterrows():
        name = series_name(str(row["series_id"]), titles)
        count = whole(int(row["count"]), row_of("not_covered", row["series_id"], column="count"))
        out.append(Uncovered(name, clean(row["reason"], 160), count))
    return tuple(out)


def uncovered_sentence(uncovered: tuple[Uncovered, ...]) -> Sentence:
    """Return how much is not forecast."""
    if not uncovered:
        return say(words.ALL_COVERED)
    return say(words.NOT_COVERED, n=whole(len(uncovered)))


def flood_facts(run: Run) -> tuple[Flood, ...]:
    """Return the largest floods."""
    rows = run.floods.sort_values(["texts", "flood_id"], ascending=[False, True])
    out = []
    for _, row in rows.head(_MAX_FLOODS).iterrows():
        shared: dict[str, Any] = {
            name: whole(int(row[name]), row_of("floods", row["flood_id"], column=name))
            for name in ("texts", "counted_as")
        }
        template = words.FLOOD_UNKNOWN
        if not pd.isna(row["customers"]):
            template = words.FLOOD
            where = row_of("floods", row["flood_id"], column="customers")
            shared["people"] = people(int(row["customers"]), where)
        first, last = (row[name].tz_convert(run.zone).date() for name in ("first_at", "last_at"))
        dates = words.day(first) if first == last else words.days(first, last)
        out.append(Flood(say(template, **shared), dates, clean(row["example"], 160)))
    return tuple(out)


def footer_facts(run: Run) -> tuple[Entry, ...]:
    """Return where every number came from; what the record does not hold is not available."""
    data: Mapping[str, Any] = run.info.get("data") or {}
    ingest, forecast = run.step("ingest"), run.step("forecast")
    return (
        Entry(words.FOOTER["run"], _text(run.info.get("run_id"))),
        Entry(words.FOOTER["as_of"], words.moment(run.local(str(run.info["as_of"])), run.zone)),
        Entry(words.FOOTER["code"], _text(run.info.get("code_version"))),
        Entry(words.FOOTER["settings"], _text(run.info.get("settings_digest"))),
        Entry(words.FOOTER["encoder"], _text(run.info.get("encoder"))),
        Entry(words.FOOTER["themes"], _text(run.info.get("theme_version"))),
        Entry(
            words.FOOTER["data"],
            f"{_text(data.get('digest'))}, {words.VERSION} {_text(data.get('complaints_version'))}",
        ),
        Entry(words.FOOTER["sources"], _counts(data.get("sources"))),
        Entry(words.FOOTER["redacted"], _counts(ingest.get("redactions"))),
        Entry(words.FOOTER["quarantined"], _quarantined(ingest)),
        Entry(words.FOOTER["fallbacks"], _text(forecast.get("fallbacks"))),
        Entry(words.FOOTER["seed"], _text(run.info.get("seed"))),
    )


def _text(value: object) -> str:
    if value is None or value == "":
        return words.NOT_AVAILABLE
    return clean(str(value), 120)


def _counts(found: object) -> str:
    if not isinstance(found, Mapping):
        return words.NOT_AVAILABLE
    parts = [f"{clean(str(name), 40)} {int(n):,}" for name, n in sorted(found.items())]
    return ", ".join(parts) or words.NONE


def _quarantined(ingest: Mapping[str, Any]) -> str:
    count = ingest.get("quarantined")
    if count is None:
        return words.NOT_AVAILABLE
    reasons = ingest.get("reasons")
    if not count or not isinstance(reasons, Mapping):
        return f"{int(count):,}"
    worst = sorted(reasons.items(), key=lambda item: (-int(item[1]), str(item[0])))[:_MAX_REASONS]
    told = ", ".join(f"{clean(str(reason), 80)} {int(n):,}" for reason, n in worst)
    return f"{int(count):,} ({told})"
