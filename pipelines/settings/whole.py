"""A tree of parameters to settings that have passed every check, wherever the tree comes from."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any

from pipelines.settings.asking import check_sources
from pipelines.settings.building import build
from pipelines.settings.challenging import check_challenger
from pipelines.settings.delivering import check_destinations
from pipelines.settings.scheduling import check_schedules
from pipelines.settings.together import check_together
from pipelines.settings.tree import Settings


def checked_settings(tree: Mapping[str, Any], where: str) -> Settings:
    """Return the settings that a whole tree of parameters says.

    Parameters
    ----------
    tree : mapping
        All parameters, nested, as YAML gives them.
    where : str
        Where they stand, for messages.

    Raises
    ------
    SettingsError
        At the first that is unknown, missing, of the wrong type or out of its range.
    """
    settings = typing.cast("Settings", build(Settings, tree, where, ""))
    check_together(settings, where)
    check_challenger(settings, where)
    check_destinations(settings.deliver, where)
    check_sources(settings.sources, where)
    check_schedules(settings.schedules, where)
    return settings
