"""Who sits at the command line."""

from __future__ import annotations

import getpass

from models.errors import DataContractError


def name_of(given: str | None) -> str:
    """Return the name that was given with ``--by``, else the system's for its user.

    Raises
    ------
    DataContractError
        If nothing was given and the system has no name.
    """
    if given:
        return given
    try:
        return getpass.getuser()
    except (OSError, KeyError) as err:
        raise DataContractError("--by: say who decides; the system has no name for you.") from err
