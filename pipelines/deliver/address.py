"""From the name of an environment variable to an address, and what may be shown of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pipelines.deliver.outcome import NotSent
from pipelines.settings import Destination

_MAIL, WEBHOOKS = ("mailto", "mailtos"), ("json", "jsons", "xml", "xmls", "form", "forms")


def address_of(
    destination: Destination, environment: Mapping[str, str], *, timeout_s: float
) -> Any:
    """Return Apprise's plugin for a destination's address; None where the variable is not set.

    Raises
    ------
    NotSent
        If the address cannot be used; what it is is not repeated.
    """
    from apprise import Apprise, AppriseAsset

    url = environment.get(destination.url_env, "").strip()
    if not url:
        return None
    # A redirect turns a POST into a GET of another page, which answers 200 to nothing.
    asset = AppriseAsset(async_mode=False, http_redirects=False, app_id="issuecast")
    # No pictures: a chat would fetch them from somewhere else.
    asset.image_url_mask = asset.image_url_logo = ""
    with muted():
        found: Any = Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if found is None:
        raise NotSent(
            f"{destination.url_env} holds no address that Apprise knows (such as mailtos://, "
            "slack://, workflows://, jsons://)",
            is_final=True,
        )
    found.retry = 0  # tries are ours: theirs know no back-off
    found.socket_connect_timeout = found.socket_read_timeout = timeout_s
    if not is_mail(found) and len(found) > 1:
        # Apprise says only whether all were reached: a further try would reach some twice.
        raise NotSent(
            f"{destination.url_env} names {len(found)} channels: give each its own destination",
            is_final=True,
        )
    return found


def is_mail(address: Any) -> bool:
    """Return whether a message goes by SMTP."""
    return address.schema in _MAIL


def shown(address: Any) -> str:
    """Return what may be said of an address: the service, and a host that is no secret.

    Apprise's own masking leaves a webhook's path and headers as they are, and those are where
    its secret is. So nothing is masked here: what is known to be harmless is picked.
    """
    name = str(address.service_name)
    if is_mail(address):
        people = len(address.targets) + len(address.cc) + len(address.bcc)
        return f"{name} to {people} recipient{'' if people == 1 else 's'} by {address.smtp_host}"
    return f"{name} at {address.host}" if address.schema in WEBHOOKS else name


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def muted() -> Iterator[list[str]]:
    """Keep what Apprise logs to ourselves: it names hosts and addresses. Yields its warnings."""
    logger, kept = logging.getLogger("apprise"), _Kept()
    handlers, passes_on, level = logger.handlers[:], logger.propagate, logger.level
    logger.handlers, logger.propagate = [kept], False
    logger.setLevel(logging.WARNING)
    try:
        yield kept.lines
    finally:
        logger.handlers, logger.propagate = handlers, passes_on
        logger.setLevel(level)
