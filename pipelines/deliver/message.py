"""A message, ready to go: the same words for every way of sending it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from models.contracts import DIGEST_SENT
from pipelines.deliver.body import Body, body_of
from pipelines.deliver.told import Told
from pipelines.report.catalogue import delivery as words
from pipelines.settings import Destination


@dataclass(frozen=True)
class Message:
    """One message.

    Parameters
    ----------
    key : str
        The same at every try, in every run: who gets it twice can see that it is one.
    root : str
        The key of the first message of its thread; its own in that one.
    subject : str
        One line.
    body : Body
        Its words.
    attached : Path or None
        The report, where it goes with the message.
    about : mapping
        What a webhook is told beside the words: no more than the words say.
    """

    key: str
    root: str
    subject: str
    body: Body
    attached: Path | None = None
    about: Mapping[str, str] = field(default_factory=dict)


def compose(row: Any, told: Told, destination: Destination, *, root: str) -> Message:
    """Return the message of a DELIVERIES row, in the words of its morning.

    Parameters
    ----------
    row : named tuple
        Of DELIVERIES.
    told : Told
        The run as of the row's ``as_of``.
    destination : Destination
        Where it goes: a department gets its own digest.
    root : str
        The key of the thread's first message.
    """
    about = {
        "issuecast_key": row.message_key,
        "issuecast_thread": row.thread,
        "issuecast_event": row.event,
        "issuecast_as_of": pd.Timestamp(row.as_of).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if row.event == DIGEST_SENT:
        department = destination.department
        markdown = told.digest(department) or ""
        # A department is sent what is its own: the whole report tells of the others' too.
        report = None if department else told.report
        subject = told.digest_subject(department)
        # Each morning begins a thread of its own.
        return Message(row.message_key, row.message_key, subject, body_of(markdown), report, about)
    is_reply = root != row.message_key
    subject = (words.REPLY if is_reply else "") + told.warning_subject(row.thread)
    about["issuecast_level"] = str(row.level)
    body = body_of(told.warning(row.thread, row.event, row.level))
    return Message(row.message_key, root, subject, body, None, about)
