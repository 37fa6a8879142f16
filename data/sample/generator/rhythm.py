"""How many complaints a day brings: week, year, holidays, births, shifts and chance."""

import math
from bisect import bisect
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random

from generator import themes
from generator.themes import Theme

DISPERSION = 12.0  # variance = mean + mean² / DISPERSION, about what real complaint counts show

# Monday to Sunday; each averages 1.
WEEKS = {
    "office": (1.26, 1.15, 1.08, 1.05, 1.01, 0.82, 0.63),
    "flat": (1.06, 1.02, 1.00, 0.99, 1.01, 0.98, 0.94),
    "weekend": (0.98, 0.92, 0.91, 0.94, 1.00, 1.10, 1.15),
}

BANK_HOLIDAYS = {  # England and Wales
    date(2025, 5, 5),
    date(2025, 5, 26),
    date(2025, 8, 25),
    date(2025, 12, 25),
    date(2025, 12, 26),
    date(2026, 1, 1),
    date(2026, 4, 3),
    date(2026, 4, 6),
    date(2026, 5, 4),
    date(2026, 5, 25),
    date(2026, 8, 31),
}

# Chance of each hour, local time, 0 to 23.
HOURS = {
    "call_notes": [0] * 8 + [6, 11, 12, 11, 9, 9, 10, 10, 9, 7, 5, 3] + [0] * 4,
    "email": [1, 1, 0, 0, 0, 1, 2, 4, 7, 9, 9, 8, 7, 6, 6, 6, 6, 6, 6, 7, 8, 8, 5, 3],
    "chat": [0] * 7 + [2, 6, 8, 9, 9, 9, 8, 8, 8, 8, 8, 8, 7, 6, 4, 1, 0],
    "x": [2, 1, 1, 0, 0, 1, 3, 6, 7, 6, 6, 6, 7, 6, 5, 5, 6, 8, 10, 11, 11, 9, 7, 4],
    "facebook": [1, 1, 0, 0, 0, 1, 2, 4, 5, 6, 7, 7, 7, 6, 6, 6, 6, 7, 9, 11, 11, 10, 7, 3],
    "app_review": [3, 2, 1, 1, 1, 1, 3, 5, 6, 6, 6, 6, 7, 6, 6, 6, 6, 7, 8, 9, 10, 10, 8, 5],
}
_CUMULATIVE_HOURS = {channel: list(accumulate(hours)) for channel, hours in HOURS.items()}


def all_days() -> list[date]:
    """Every day of the sample, in order."""
    length = (themes.AS_OF - themes.FIRST_DAY).days
    return [themes.FIRST_DAY + timedelta(days=n) for n in range(length)]


def expected_count(theme: Theme, day: date) -> float:
    """Mean complaints of a theme on a day, planted events aside, in a sample of usual size."""
    mean = theme.rate * WEEKS[theme.week][day.weekday()] * _holiday_factor(day)
    angle = 2 * math.pi * (day.timetuple().tm_yday - theme.peak) / 365.25
    mean *= 1 + theme.swing * math.cos(angle)
    if theme.key == themes.BORN_LATE:
        age = (day - themes.BIRTH).days + 1
        mean *= min(max(age, 0) / themes.BIRTH_RAMP_DAYS, 1.0)
    if theme.key == themes.SHIFT_THEME and day >= themes.SHIFT_START:
        mean *= themes.SHIFT_FACTOR
    return mean


def draw_count(mean: float, rng: Random) -> int:
    """One negative binomial count of the given mean (gamma mixture of Poissons)."""
    if mean <= 0:
        return 0
    return _poisson(rng.gammavariate(DISPERSION, mean / DISPERSION), rng)


def pick_second(channel: str, rng: Random) -> int:
    """A second of the local day, after the channel's usual hours."""
    chances = _CUMULATIVE_HOURS[channel]
    hour = bisect(chances, rng.random() * chances[-1])
    return hour * 3600 + int(rng.random() * 3600)


def midnight_utc(day: date) -> int:
    """The moment (seconds since 1970) at which a day begins in the United Kingdom."""
    start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    return start - 3600 if _is_summer_time(day) else start


def _holiday_factor(day: date) -> float:
    if (day.month, day.day) == (12, 25):
        return 0.25
    if day in BANK_HOLIDAYS:
        return 0.55
    if day.month == 12 and day.day >= 24:
        return 0.75
    # People who found the lines closed ring the next morning.
    return 1.15 if day - timedelta(days=1) in BANK_HOLIDAYS else 1.0


def _is_summer_time(day: date) -> bool:
    # Written out so that the sample does not hang on the machine's time zone tables.
    return _last_sunday(day.year, 3) < day <= _last_sunday(day.year, 10)


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _poisson(mean: float, rng: Random) -> int:
    count = 0
    while mean > 500:  # Knuth's product would underflow; a sum of Poissons is a Poisson
        count += _poisson(500, rng)
        mean -= 500
    floor, product = math.exp(-mean), rng.random()
    while product > floor:
        count += 1
        product *= rng.random()
    return count
