"""Where the report is sent: destinations by the name of the variable that holds their address."""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.errors import SettingsError
from pipelines.settings.ranges import one_of, within

BOTH, DIGEST, WARNINGS = "both", "digest", "warnings"

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, kw_only=True)
class Destination:
    """One mailbox, channel or webhook, and what is sent there."""

    name: str
    url_env: str
    what: str = one_of(BOTH, DIGEST, WARNINGS, default=BOTH)
    department: str = ""
    min_level: int = within(1, 4, default=1)


@dataclass(frozen=True, kw_only=True)
class Deliver:
    """Destinations, how often a delivery is tried, and the feed."""

    destinations: tuple[Destination, ...]
    attempts: int = within(1, 10)
    first_wait_s: float = within(0, 600)
    max_wait_s: float = within(0, 3600)
    timeout_s: float = within(0.1, 600)
    feed_entries: int = within(0, 10_000)


def check_destinations(deliver: Deliver, where: str) -> None:
    """Refuse names that are none or come twice, and addresses where a variable's name belongs.

    No message repeats what was written: it may be a secret.

    Raises
    ------
    SettingsError
        At the first that is wrong, naming the parameter and the fix.
    """
    seen: set[str] = set()
    for number, destination in enumerate(deliver.destinations):
        path = f"{where}: deliver.destinations[{number}]"
        if not _NAME.fullmatch(destination.name):
            raise SettingsError(
                f"{path}.name: expected 1 to 30 of a-z, 0-9 and -, such as cx-team; got another."
            )
        if destination.name in seen:
            raise SettingsError(
                f"{path}.name: there are two destinations of this name; name each differently."
            )
        seen.add(destination.name)
        if not _VARIABLE.fullmatch(destination.url_env):
            raise SettingsError(
                f"{path}.url_env: expected the name of an environment variable, not what it "
                "holds: an address carries a secret and never stands in a file. Write e.g. "
                "url_env: ISSUECAST_TEAM_URL, set that variable, and change the secret if the "
                "file was shared."
            )
