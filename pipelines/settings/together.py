"""What one parameter's type and range cannot say: known names, and what holds between two."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from models.errors import DataContractError, SettingsError
from models.series.countries import country_and_part
from models.series.gates import GATES
from models.series.response import DAYS, folded
from models.text.language_names import LANGUAGE_NAMES
from pipelines.settings.playing import check_report
from pipelines.settings.tree import Settings

STOPPING = GATES[1:]  # old data stops nothing: its report says so
_MOST_MINUTES = DAYS * 24 * 60  # what is told is told of so many days


def check_together(settings: Settings, where: str) -> None:
    """Refuse unknown zones, countries and languages, and parts that do not fit together.

    Parameters
    ----------
    settings : Settings
        Each parameter of its type and in its range.
    where : str
        The file, for the message.

    Raises
    ------
    SettingsError
        At the first that is wrong, naming the parameter and the fix.
    """
    zones = {"time_zone": settings.time_zone}
    zones.update({f"sources.{n}.time_zone": s.time_zone for n, s in settings.sources.items()})
    for path, zone in zones.items():
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as err:
            message = f"{where}: {path}: no time zone is called {zone!r}; write e.g. Europe/London."
            raise SettingsError(message) from err
    for code in settings.countries:
        try:
            country_and_part(code)
        except DataContractError as err:
            raise SettingsError(f"{where}: {err}") from err
    unknown = [code for code in settings.languages if code not in LANGUAGE_NAMES]
    if unknown or not settings.languages:
        found = repr(unknown[0]) if unknown else "none"
        raise SettingsError(
            f"{where}: languages: expected ISO 639-1 codes such as en; got {found}."
        )
    if not settings.forecast.members:
        raise SettingsError(f"{where}: forecast.members: expected at least one member, got none.")
    windows = settings.warnings.windows_days
    if not windows or any(not 1 <= w <= 28 for w in windows):
        raise SettingsError(f"{where}: warnings.windows_days: expected 1 to 28 each.")
    hours = settings.watch.windows_hours
    if not hours or any(not 1 <= w <= 24 for w in hours):
        raise SettingsError(f"{where}: watch.windows_hours: expected 1 to 24 each.")
    births = settings.births
    if not births.similarities or any(not 0 < s < 1 for s in births.similarities):
        raise SettingsError(f"{where}: births.similarities: expected above 0 and below 1 each.")
    if any(not 0 < s < 1 for s in births.centre_similarities):
        raise SettingsError(
            f"{where}: births.centre_similarities: expected above 0 and below 1 each."
        )
    if not births.windows_hours or any(
        not 1 <= w <= 24 * births.gap_days for w in births.windows_hours
    ):
        raise SettingsError(
            f"{where}: births.windows_hours: expected 1 to {24 * births.gap_days} each "
            "(the days of births.gap_days)."
        )
    _check_response(settings, where)
    check_report(settings, where)
    unknown = [name for name in settings.gates.stop_on if name not in STOPPING]
    if unknown:
        raise SettingsError(
            f"{where}: gates.stop_on: expected some of {', '.join(STOPPING)}; got {unknown[0]!r}."
        )


def _check_response(settings: Settings, where: str) -> None:
    path = f"{where}: response.expected_minutes"
    said: dict[str, str] = {}
    for channel, minutes in settings.response.expected_minutes.items():
        if not 1 <= minutes <= _MOST_MINUTES:
            raise SettingsError(
                f"{path}.{channel}: expected 1 to {_MOST_MINUTES} minutes (28 days), got {minutes}."
            )
        other = said.setdefault(folded(channel), channel)
        if other != channel:
            raise SettingsError(
                f"{path}: {other!r} and {channel!r} are one channel; write it as {other!r}."
            )
