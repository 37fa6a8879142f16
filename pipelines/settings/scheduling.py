"""When `issuecast serve` does what: cron strings, checked when they are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from models.errors import SettingsError
from pipelines.settings.ranges import within

JOBS = ("outlook", "watch", "backtest", "refit")

# What every cron reads alike. Names of days and L, W, # are not read alike by all.
_FIELD = re.compile(r"[0-9*,/-]+")


@dataclass(frozen=True, kw_only=True)
class Schedules:
    """What runs when, on which files."""

    time_zone: str
    outlook: str
    watch: str
    backtest: str
    refit: str
    input: tuple[str, ...]
    signals: tuple[str, ...]
    source: str
    columns: Mapping[str, str] = field(default_factory=dict)
    make_up_days: int = within(0, 31)
    wait_minutes: int = within(0, 1440)

    def crons(self) -> dict[str, str]:
        """Return the cron string of each job that is on."""
        return {job: getattr(self, job) for job in JOBS if getattr(self, job)}


def check_schedules(schedules: Schedules, where: str) -> None:
    """Refuse a time zone that is none, and cron strings that fire never or are read in two ways.

    Raises
    ------
    SettingsError
        At the first that is wrong, naming the parameter and the fix.
    """
    try:
        ZoneInfo(schedules.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError) as err:
        raise SettingsError(
            f"{where}: schedules.time_zone: no time zone is called {schedules.time_zone!r}; write "
            'e.g. Europe/London, or "" for that of `time_zone`.'
        ) from err
    for job, cron in schedules.crons().items():
        _check_cron(cron, f"{where}: schedules.{job}")


def _check_cron(cron: str, path: str) -> None:
    fields = cron.split()
    example = 'write e.g. "15 6 * * *" for 06:15 each day, or "" for never'
    if len(fields) != 5 or not all(_FIELD.fullmatch(it) for it in fields):
        raise SettingsError(
            f"{path}: expected five fields of digits and * , - / (minute, hour, day of the month, "
            f"month, day of the week), got {cron!r}; {example}."
        )
    if "*" not in (fields[2][0], fields[4][0]):
        raise SettingsError(
            f"{path}: {cron!r} names a day of the month and a day of the week, which means either "
            "to some programs and both to others; name one, and write * for the other."
        )
    try:
        next(CronSim(cron, datetime(2024, 1, 1, tzinfo=UTC)))
    except (CronSimError, StopIteration) as err:
        raise SettingsError(f"{path}: {cron!r} is no moment of any year; {example}.") from err
