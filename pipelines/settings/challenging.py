"""Another way to forecast: the same settings with some parameters of the forecast changed."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any

from models.errors import SettingsError
from pipelines.settings.building import build
from pipelines.settings.together import check_together
from pipelines.settings.tree import Forecast, Settings

# What a challenger must share with the champion: the days they are compared on, and each other.
_NOT_CHALLENGED = ("horizon_days", "horizon_weeks", "challenger")


def with_forecast(settings: Settings, changes: Mapping[str, Any], *, where: str) -> Settings:
    """Return the settings with some parameters of the forecast changed, range-checked.

    Parameters
    ----------
    settings : Settings
        As read.
    changes : mapping
        Names below ``forecast`` to their values; ``horizon_days``,
        ``horizon_weeks`` and ``challenger`` stay.
    where : str
        Where the changes stand, for messages.

    Raises
    ------
    SettingsError
        As :func:`pipelines.settings.load_settings`, or if a parameter is named that must stay.
    """
    for name in _NOT_CHALLENGED:
        if name in changes:
            raise SettingsError(f"{where}: {name}: is the same for champion and challenger.")
    tree = settings.as_dict()
    build(Forecast, {**tree["forecast"], **changes}, where, "forecast.")
    tree["forecast"] |= changes
    changed = typing.cast("Settings", build(Settings, tree, where, ""))
    check_together(changed, where)
    return changed


def check_challenger(settings: Settings, where: str) -> None:
    """Refuse a challenger that could not forecast, or a gate that nobody could pass.

    Raises
    ------
    SettingsError
        Naming the parameter and the fix.
    """
    challenger = settings.forecast.challenger
    for name in ("coverage_80", "coverage_95"):
        band, level = getattr(challenger, name), int(name[-2:]) / 100
        if len(band) != 2 or not 0 <= band[0] <= level <= band[1] <= 1:
            raise SettingsError(
                f"{where}: forecast.challenger.{name}: expected a lower and an upper end around "
                f"{level}, e.g. [{level - 0.03:.2f}, {level + 0.03:.2f}]; got {list(band)}."
            )
    if not challenger.changes:
        return
    where = f"{where}: forecast.challenger.changes"
    changed = with_forecast(settings, challenger.changes, where=where)
    # Asked here, where the challenger is named: it must never stop the champion's run.
    from models.forecasting.members import make_member

    for name in changed.forecast.members:
        try:
            make_member(name)
        except SettingsError as err:
            raise SettingsError(f"{where}: {err}") from err
