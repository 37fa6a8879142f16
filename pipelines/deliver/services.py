"""Chats and webhooks, by the library Apprise."""

from __future__ import annotations

import copy
import re
from typing import Any

from models.contracts import CLOSED, DIGEST_SENT
from pipelines.deliver.address import WEBHOOKS, muted
from pipelines.deliver.message import Message
from pipelines.deliver.outcome import NotSent

_STATUS = re.compile(r"\berror=(\d{3})\b")  # all that is read of what Apprise logs
_WORTH_A_TRY = frozenset({408, 425, 429})  # of the 4xx: it took too long, or was too soon


def send_by_apprise(address: Any, message: Message) -> None:
    """Send a message to a chat, a webhook or any other service.

    The words are given as HTML, in which everything of theirs is escaped, and Apprise makes of it
    what the service reads: given as Markdown, it would let HTML through, and take `<!channel>` in
    a title for a call to everybody.

    Raises
    ------
    NotSent
        If the service did not say that it has it.
    """
    from apprise import Apprise, NotifyFormat, NotifyType

    kinds = {DIGEST_SENT: NotifyType.INFO, CLOSED: NotifyType.SUCCESS}
    kind = kinds.get(message.about.get("issuecast_event", ""), NotifyType.WARNING)
    title = ""
    if address.schema in WEBHOOKS:
        title = message.subject
        address = copy.copy(address)  # the next message has another key
        # Whoever is called twice with one key has been called once.
        address.headers = {"Idempotency-Key": message.key, **address.headers}
        address.payload_extras = {**message.about, **address.payload_extras}
    service = Apprise(asset=address.asset)
    service.add(address)
    with muted() as said:
        done = service.notify(
            body=message.body.html,
            title=title,
            notify_type=kind,
            body_format=NotifyFormat.HTML,
        )
    if not done:
        raise _why(said)


def _why(said: list[str]) -> NotSent:
    codes = [int(code) for line in said for code in _STATUS.findall(line)]
    if not codes:
        return NotSent("no connection, or no answer in time")
    code = codes[-1]
    is_final = 300 <= code < 500 and code not in _WORTH_A_TRY
    return NotSent(f"the service answered {code}", is_final=is_final)
