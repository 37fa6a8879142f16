"""The planted events: what happened, when, and the complaints it brought."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from generator import people, phrases, themes
from generator.people import Person

_HOUR = 3600


@dataclass(frozen=True)
class Burst:
    """Complaints of an event on one day, within a span of local time if one is given."""

    day: date
    count: int
    since: int | None = None  # second of the day; without it the channel's usual hours hold
    until: int | None = None


@dataclass(frozen=True)
class Event:
    """One planted event.

    Parameters
    ----------
    key, kind, title : str
        Short name, what sort of event it is, and what a person would call it.
    theme : str
        Key of the theme, or ``"spam"``.
    bursts : tuple of Burst
        Its complaints.
    section : str or None
        Section of the theme's phrase file that about every second text comes from.
    region : str or None
        Where all of its customers live.
    channels : dict[str, float]
        How much likelier than usual a channel is.
    flooders : tuple of int
        Numbers of the only customers who write; their text is one text with tiny variations.
    """

    key: str
    kind: str
    title: str
    theme: str
    bursts: tuple[Burst, ...]
    section: str | None = None
    region: str | None = None
    channels: dict[str, float] = field(default_factory=dict)
    flooders: tuple[int, ...] = ()

    @property
    def is_flood(self) -> bool:
        """Whether it is many texts by few customers; such an event does not grow with the file."""
        return bool(self.flooders)

    @property
    def size(self) -> int:
        """How many complaints it brings to a sample of usual size."""
        return sum(burst.count for burst in self.bursts)


def _days(first: date, *counts: int) -> tuple[Burst, ...]:
    return tuple(Burst(first + timedelta(days=n), count) for n, count in enumerate(counts))


EVENTS = (
    Event(
        "core_outage",
        "outage",
        "Core router fails, broadband down in the whole country for most of a day",
        "broadband_outage",
        (
            Burst(date(2025, 12, 3), 95, 8 * _HOUR + 1200, 18 * _HOUR),
            *_days(date(2025, 12, 4), 35, 10),
        ),
        channels={"x": 2.5, "facebook": 1.5, "email": 0.5},
    ),
    Event(
        "double_bill_run",
        "surge",
        "A billing run takes February's direct debits twice",
        "wrong_bill",
        _days(date(2026, 2, 3), 30, 28, 14, 8),
    ),
    Event(
        "south_west_outage",
        "impulse",
        "A cut fibre takes the South West offline; nearly all complaints come within one hour",
        "broadband_outage",
        (
            Burst(date(2026, 9, 17), 90, 18 * _HOUR + 300, 19 * _HOUR + 300),
            Burst(date(2026, 9, 17), 9, 19 * _HOUR + 300, 23 * _HOUR),
            *_days(date(2026, 9, 18), 5),
        ),
        region="South West",
        channels={"x": 2.5, "facebook": 1.5, "chat": 1.5, "email": 0.3, "app_review": 0.3},
    ),
    Event(
        "router_firmware",
        "slow_build",
        "Hub firmware 4.18 is rolled out and reboots hubs; complaints grow and still grow at as_of",
        "router_fault",
        _days(date(2026, 10, 23), 1, 1, 2, 3, 4, 5, 7, 8, 10, 12),
        section="firmware",
    ),
    Event(
        "crypto_spam",
        "spam_flood",
        "An advert sent by three accounts within hours: no issue at all",
        "spam",
        (Burst(date(2026, 10, 22), 150, 13 * _HOUR + 600, 16 * _HOUR + 2400),),
        channels={"x": 3.0, "facebook": 1.0, "email": 0, "chat": 0, "call_notes": 0}
        | {"app_review": 0},
        flooders=(9_900_001, 9_900_002, 9_900_003),
    ),
    Event(
        "hundred_repeats",
        "repeats",
        "One customer sends one angry text about the exit fee a hundred times in two days",
        "exit_fee",
        (
            Burst(date(2026, 10, 27), 46, 9 * _HOUR, 23 * _HOUR),
            Burst(date(2026, 10, 28), 54, 7 * _HOUR, 23 * _HOUR),
        ),
        channels={"email": 1.0, "chat": 2.0, "call_notes": 0, "x": 0, "facebook": 0}
        | {"app_review": 0},
        flooders=(9_900_010,),
    ),
)
_FLOOD_TEXTS = {"spam_flood": "shared/spam", "repeats": "shared/repeats"}


def bursts_on(day: date, scale: float) -> Iterator[tuple[Event, Burst, int]]:
    """Each event's bursts of a day, with the number of complaints in a sample of this scale."""
    for event in EVENTS:
        for burst in event.bursts:
            if burst.day == day:
                count = burst.count if event.is_flood else max(1, round(burst.count * scale))
                yield event, burst, count


def pick_sender(event: Event, scale: float, rng: Random) -> Person:
    """Who writes: one of the flooders, or anyone of the region."""
    if event.is_flood:
        return people.person(rng.choice(event.flooders))
    return people.pick_person(rng, scale, event.region)


def flood_text(event: Event, number: int, setting: phrases.Setting, rng: Random) -> str:
    """The flood's one text, hardly varied; `number` counts the sender's messages."""
    return phrases.say(_FLOOD_TEXTS[event.kind], replace(setting, extra=str(number)), rng)


def describe(ids_of: dict[str, list[str]]) -> list[dict]:
    """The events for the truth file, with the ids of their complaints."""
    told = [
        {
            "key": event.key,
            "kind": event.kind,
            "title": event.title,
            "theme": event.theme,
            "start": event.bursts[0].day.isoformat(),
            "end": event.bursts[-1].day.isoformat(),
            "is_issue": event.theme != "spam",
            "region": event.region,
            "customers": [people.person(number).customer for number in event.flooders],
            "count": len(ids_of[event.key]),
            "ids": ids_of[event.key],
        }
        for event in EVENTS
    ]
    told.append(
        {
            "key": "price_rise_shift",
            "kind": "level_shift",
            "title": "Complaints about price rises double, and stay there",
            "theme": themes.SHIFT_THEME,
            "start": themes.SHIFT_START.isoformat(),
            "end": None,
            "is_issue": True,
            "factor": themes.SHIFT_FACTOR,
        }
    )
    told.append(
        {
            "key": "esim_birth",
            "kind": "birth",
            "title": "A new issue is born: eSIMs do not activate after app 7.2",
            "theme": themes.BORN_LATE,
            "start": themes.BIRTH.isoformat(),
            "end": None,
            "is_issue": True,
            "ramp_days": themes.BIRTH_RAMP_DAYS,
        }
    )
    return sorted(told, key=lambda event: event["start"])
