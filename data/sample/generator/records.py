"""One complaint as a record: its moments, its fields, its line in the file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from random import Random
from time import gmtime, strftime

from generator import people, rhythm, themes
from generator.people import Person

COLUMNS = (
    "id",
    "created_at",
    "received_at",
    "text",
    "channel",
    "brand",
    "product",
    "region",
    "customer",
    "reach",
    "first_response_at",
    "resolved_at",
)

CHANNELS = {
    "email": 22,
    "chat": 20,
    "call_notes": 27,
    "x": 14,
    "facebook": 9,
    "app_review": 8,
}
AS_OF_UTC = rhythm.midnight_utc(themes.AS_OF)

LATE_SHARE = 0.02  # posted letters, batches from call centres
_DAY = 86400
_LATE_DAYS = (2.0, 9.0)

# Median seconds until the complaint is in the system, and until it is first answered; share
# that is answered at all; median seconds from answer to solution.
_LATENCY = {
    "email": (240, 7 * 3600, 0.92, 2.5 * _DAY),
    "chat": (20, 90, 0.96, 0.2 * _DAY),
    "call_notes": (60, 30, 0.98, 0.5 * _DAY),
    "x": (15, 3000, 0.80, 1.5 * _DAY),
    "facebook": (40, 9000, 0.75, 1.5 * _DAY),
    "app_review": (3600, 40 * 3600, 0.45, 6 * _DAY),
}
_RESOLVED_SHARE = 0.62
_PUBLIC = ("x", "facebook", "app_review")  # where others read along


@dataclass(slots=True)
class Complaint:
    """One row of the sample and, beside it, the truth about it."""

    theme: str
    event: str
    channel: str
    person: Person
    created: int
    received: int
    product: str = ""
    region: str = ""
    reach: int | None = None
    answered: int | None = None
    resolved: int | None = None
    text: str = ""
    id: str = ""
    is_late: bool = False
    breakage: str = ""
    section: str | None = None

    def fields(self) -> list[str]:
        """The row's cells in the order of `COLUMNS`."""
        return [
            self.id,
            format_time(self.created),
            format_time(self.received),
            self.text,
            self.channel,
            self.person.brand,
            self.product,
            self.region,
            self.person.customer,
            "" if self.reach is None else str(self.reach),
            format_time(self.answered),
            format_time(self.resolved),
        ]


def pick_channel(theme: str, tilt: dict[str, float], rng: Random) -> str:
    """A channel by its usual share, the theme's liking for it and the event's."""
    usual = themes.BY_KEY[theme].channels if theme in themes.BY_KEY else {}
    weights = [
        share * usual.get(channel, 1.0) * tilt.get(channel, 1.0)
        for channel, share in CHANNELS.items()
    ]
    return rng.choices(tuple(CHANNELS), weights)[0]


def open_record(
    theme: str,
    channel: str,
    person: Person,
    moment: int,
    rng: Random,
    *,
    event: str = "",
    is_prompt: bool = False,
) -> Complaint:
    """A complaint without its text and id: who, when, how quickly known, answered and solved.

    `is_prompt` keeps it from arriving late: the planted events stand in the file in full.
    """
    known_after, answered_after, answered_share, solved_after = _LATENCY[channel]
    is_late = not is_prompt and rng.random() < LATE_SHARE
    wait = rng.uniform(*_LATE_DAYS) * _DAY if is_late else _about(known_after, rng)
    received = moment + max(1, int(wait))
    if is_prompt:
        received = max(moment + 1, min(received, AS_OF_UTC - 1))
    service = themes.BY_KEY[theme].service if theme in themes.BY_KEY else "any"
    record = Complaint(
        theme,
        event,
        channel,
        person,
        moment,
        received,
        product=people.pick_product(person.brand, service, rng),
        region=people.pick_region(person, rng),
        is_late=is_late,
    )
    if channel in _PUBLIC:
        record.reach = int(rng.lognormvariate(5.0, 1.4))
    if rng.random() < answered_share:
        record.answered = _if_past(received + _about(answered_after, rng))
    if record.answered and rng.random() < _RESOLVED_SHARE:
        record.resolved = _if_past(record.answered + _about(solved_after, rng))
    return record


def moment_on(day: date, channel: str, rng: Random) -> int:
    """A moment of a local day (seconds since 1970) at the channel's usual hours."""
    return rhythm.midnight_utc(day) + rhythm.pick_second(channel, rng)


def format_time(moment: int | None) -> str:
    """A moment as ISO 8601 in UTC; nothing for none."""
    return "" if moment is None else strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(moment))


def to_line(fields: Iterable[str]) -> str:
    """One line of CSV, quoted only where it must be, as spreadsheets do."""
    return ",".join(map(_quoted, fields)) + "\n"


def _quoted(cell: str) -> str:
    if any(mark in cell for mark in ',"\n\r'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _about(median: float, rng: Random) -> int:
    return int(median * rng.lognormvariate(0.0, 0.8))


def _if_past(moment: int) -> int | None:
    # The export was made at as_of: what happened later it cannot tell.
    return moment if moment < AS_OF_UTC else None
