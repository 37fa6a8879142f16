"""The recipe: day by day, draw complaints, give them words, break some, write them."""

import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import IO

from generator import breakage, events, people, personal, phrases, rhythm, themes, voice
from generator.phrases import Phrase, Setting
from generator.records import (
    AS_OF_UTC,
    COLUMNS,
    Complaint,
    moment_on,
    open_record,
    pick_channel,
    to_line,
)
from generator.truth import Truth

USUAL_ROWS = 10_000  # the rates and event sizes are written for a sample of this size
CHATTER_SHARE = 0.02
_TRIES = 6  # to say it in words nobody used before
_SECTION_SHARE = 0.6  # of an event's texts that name its cause


def make_sample(out: Path, rows: int, seed: int) -> Truth:
    """Write the sample's three files and return the truth about them.

    Parameters
    ----------
    out : pathlib.Path
        Folder to write ``complaints.csv.gz``, ``truth_themes.csv.gz`` and ``truth.json`` to.
    rows : int
        About how many rows to make; chance decides the exact number.
    seed : int
        Same seed and rows, same bytes.

    Returns
    -------
    Truth
        What was planted.
    """
    out.mkdir(parents=True, exist_ok=True)
    truth = Truth(seed, rows)
    maker = _Maker(rows, seed, truth)
    with (
        _gzip_writer(out / "complaints.csv.gz") as file,
        _gzip_writer(out / "truth_themes.csv.gz") as theme_file,
    ):
        file.write(to_line(COLUMNS).encode())
        theme_file.write(b"id,theme,event\n")
        # One day at a time, so that a million rows need no more memory than ten thousand.
        for day in rhythm.all_days():
            for complaint, line in maker.lines_of(day):
                file.write(line)
                if not complaint.breakage or breakage.BY_KEY[complaint.breakage].is_valid:
                    told = (complaint.id, complaint.theme, complaint.event)
                    theme_file.write(to_line(told).encode())
    truth.write(out / "truth.json")
    return truth


class _Maker:
    """Makes the lines of one day after the other; the days must come in order."""

    def __init__(self, rows: int, seed: int, truth: Truth) -> None:
        self.seed = seed
        self.truth = truth
        self.scale = rows / USUAL_ROWS
        self.rate_factor = _rate_factor(rows, self.scale)
        self.oddities = _schedule_oddities(seed)
        self.seen: set[bytes] = set()
        self.flood_counts: Counter[str] = Counter()
        self.last_number = 0
        self.last_sound_id = ""
        self.foreign = _shuffled_foreign(seed)

    def lines_of(self, day: date) -> Iterator[tuple[Complaint, bytes]]:
        """The day's complaints by time, each with its line in the file."""
        # A day's own stream: a change to one day's events leaves the other days' draws alone.
        rng = Random(f"{self.seed}/{day}")
        drawn = [*self._usual(day, rng), *self._planted(day, rng), *self._odd(day, rng)]
        for complaint in sorted(drawn, key=lambda drawn: drawn.created):
            if complaint.received >= AS_OF_UTC:
                self.truth.not_yet_received += 1
                continue
            yield complaint, self._finish(complaint, day, rng)
            self.truth.note(complaint)

    def _usual(self, day: date, rng: Random) -> Iterator[Complaint]:
        for theme in themes.THEMES:
            mean = rhythm.expected_count(theme, day) * self.rate_factor
            for _ in range(rhythm.draw_count(mean, rng)):
                yield self._record(theme.key, day, rng)
        chatter = CHATTER_SHARE * USUAL_ROWS * self.scale / len(rhythm.all_days())
        for _ in range(rhythm.draw_count(chatter, rng)):
            yield self._record(themes.CHATTER, day, rng)

    def _planted(self, day: date, rng: Random) -> Iterator[Complaint]:
        for event, burst, count in events.bursts_on(day, self.scale):
            for _ in range(count):
                person = events.pick_sender(event, self.scale, rng)
                channel = pick_channel(event.theme, event.channels, rng)
                moment = moment_on(day, channel, rng)
                if burst.since is not None and burst.until is not None:
                    second = burst.since + rng.random() * (burst.until - burst.since)
                    moment = rhythm.midnight_utc(day) + int(second)
                record = open_record(
                    event.theme, channel, person, moment, rng, event=event.key, is_prompt=True
                )
                if event.section and rng.random() < _SECTION_SHARE:
                    record.section = event.section
                yield record

    def _odd(self, day: date, rng: Random) -> Iterator[Complaint]:
        for kind in self.oddities[day]:
            if kind == "not_english":
                theme, phrase = self.foreign.pop()
                record = self._record(theme, day, rng, is_prompt=True)
                record.section = kind
                setting = Setting(record.person.brand, record.person.town, day)
                record.text = phrases.fill(phrase, setting, rng)
            else:
                theme = rng.choice(themes.THEMES[:-1]).key  # the late-born one may not exist yet
                record = self._record(theme, day, rng, is_prompt=True)
                record.breakage = kind
            yield record

    def _record(self, theme: str, day: date, rng: Random, *, is_prompt: bool = False) -> Complaint:
        channel = pick_channel(theme, {}, rng)
        person = people.pick_person(rng, self.scale)
        moment = moment_on(day, channel, rng)
        return open_record(theme, channel, person, moment, rng, is_prompt=is_prompt)

    def _finish(self, complaint: Complaint, day: date, rng: Random) -> bytes:
        self.last_number += 1
        complaint.id = f"LC-{self.last_number:07d}"
        if not complaint.text:
            self._put_in_words(complaint, day, rng)
        if complaint.breakage:
            return breakage.to_bytes(complaint, self.last_sound_id, rng)
        self.last_sound_id = complaint.id
        return to_line(complaint.fields()).encode()

    def _put_in_words(self, complaint: Complaint, day: date, rng: Random) -> None:
        setting = Setting(complaint.person.brand, complaint.person.town, day)
        flood = next((e for e in events.EVENTS if e.key == complaint.event and e.is_flood), None)
        if flood:
            self.flood_counts[flood.key] += 1
            complaint.text = events.flood_text(flood, self.flood_counts[flood.key], setting, rng)
            return
        told = ""
        if (
            not complaint.breakage
            and complaint.theme != themes.CHATTER
            and rng.random() < personal.SHARE
        ):
            kind, value = personal.pick(rng)
            self.truth.note_personal(kind, value)
            told = voice.tell_personal(kind, value, setting, rng)
        for _ in range(_TRIES):
            complaint.text = self._words(complaint, setting, rng, told)
            mark = blake2b(complaint.text.encode(), digest_size=8).digest()
            if mark not in self.seen:
                break
        self.seen.add(mark)

    def _words(self, complaint: Complaint, setting: Setting, rng: Random, told: str) -> str:
        if complaint.theme == themes.CHATTER:
            return voice.chat_idly(complaint.channel, setting, rng)
        return voice.complain(
            complaint.theme, complaint.channel, setting, rng, complaint.section, told
        )


def _rate_factor(rows: int, scale: float) -> float:
    """What the themes' usual rates are multiplied by, so that about `rows` rows come out."""
    planted = sum(e.size if e.is_flood else e.size * scale for e in events.EVENTS)
    usual = sum(
        rhythm.expected_count(theme, day) for theme in themes.THEMES for day in rhythm.all_days()
    )
    odd = breakage.TOTAL + _foreign_count()
    return max(0.0, rows * (1 - CHATTER_SHARE) - planted - odd) / usual


def _foreign_count() -> int:
    return sum(map(len, phrases.load("shared/other_languages").values()))


def _shuffled_foreign(seed: int) -> list[tuple[str, Phrase]]:
    # Each is used once: they are too few to be said twice unnoticed.
    by_theme = phrases.load("shared/other_languages")
    pairs = [(theme, phrase) for theme, lines in by_theme.items() for phrase in lines]
    Random(f"{seed}/foreign").shuffle(pairs)
    return pairs


def _schedule_oddities(seed: int) -> dict[date, list[str]]:
    """Which broken or foreign rows stand on which day."""
    rng = Random(f"{seed}/oddities")
    days = rhythm.all_days()[1:]  # a duplicate id needs an earlier row
    scheduled: dict[date, list[str]] = defaultdict(list)
    for kind in breakage.KINDS:
        for _ in range(kind.count):
            scheduled[rng.choice(days)].append(kind.key)
    for _ in range(_foreign_count()):
        scheduled[rng.choice(days)].append("not_english")
    return scheduled


@contextmanager
def _gzip_writer(path: Path) -> Iterator[IO[bytes]]:
    # No time and no name in the header: the same rows must give the same bytes.
    with (
        path.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=raw, mtime=0) as file,
    ):
        yield file
