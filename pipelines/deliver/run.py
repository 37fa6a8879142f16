"""Send what a finished run has to say, and what earlier ones could not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from models.contracts import DIGEST_SENT, OPENED
from pipelines.deliver.address import address_of, is_mail, shown
from pipelines.deliver.changes import Planned, plan
from pipelines.deliver.feed import write_feed
from pipelines.deliver.mail import send_mail
from pipelines.deliver.message import Message, compose
from pipelines.deliver.outbox import Outbox, locked, waiting
from pipelines.deliver.outcome import NotSent, Outcome
from pipelines.deliver.services import send_by_apprise
from pipelines.deliver.told import Told
from pipelines.deliver.tries import try_often
from pipelines.moments import folder_name
from pipelines.settings import Destination, Settings
from pipelines.store import Store
from pipelines.workspace import Workspace

_RUN_GONE = "its morning is no longer there, or has no such thing to say"


@dataclass
class _Mornings:
    """The words of runs, by their moments, each read once."""

    places: Workspace
    settings: Settings
    known: dict[pd.Timestamp, Told] = field(default_factory=dict)

    def at(self, as_of: pd.Timestamp) -> Told | None:
        if as_of not in self.known:
            name = folder_name(as_of, time_zone=self.settings.time_zone)
            folder = self.places.runs / name
            if not (folder / "run.json").exists():
                return None
            self.known[as_of] = Told(folder, self.settings)
        return self.known[as_of]


def deliver_run(
    places: Workspace,
    settings: Settings,
    as_of: pd.Timestamp,
    *,
    now: pd.Timestamp,
    environment: Mapping[str, str],
    pause: Callable[[float], None],
) -> Outcome:
    """Write the feed and send what is due; return what came of it.

    What earlier runs could not send is sent once more, with the words of its own morning. What was
    sent is never sent again.

    Parameters
    ----------
    places : Workspace
    settings : Settings
    as_of : Timestamp
        The moment of the finished run, UTC.
    now : Timestamp
        The wall clock's, UTC.
    environment : mapping
        Where addresses are looked up.
    pause : callable
        Waits so many seconds.
    """
    mornings = _Mornings(places, settings)
    told = mornings.at(as_of)
    if told is None:
        raise FileNotFoundError(as_of)
    store = Store(places.store)
    with locked(store):
        write_feed(places, told, settings)
        destinations, off = _with_address(settings.deliver.destinations, environment)
        outbox = Outbox(store)
        before = outbox.rows()
        planned = _planned(destinations, told, before, as_of)
        outbox.add([(name.name, it) for name, it in planned], as_of=as_of, now=now)
        rows = outbox.rows() if planned else before
        sent, failures = 0, list[str]()
        for destination in destinations:
            own = rows[rows["destination"] == destination.name]
            done = _Sending(outbox, mornings, destination, environment, pause, now).send(own)
            sent += done.sent
            failures += done.failures
    return Outcome(sent, tuple(failures), tuple(off))


def would_deliver(
    places: Workspace, settings: Settings, as_of: pd.Timestamp, *, environment: Mapping[str, str]
) -> list[str]:
    """Return a line for each message that is due; send and write nothing."""
    mornings = _Mornings(places, settings)
    told = mornings.at(as_of)
    if told is None:
        raise FileNotFoundError(as_of)
    destinations, lines = _with_address(settings.deliver.destinations, environment)
    before = Outbox(Store(places.store)).rows()
    planned = _planned(destinations, told, before, as_of)
    for destination in destinations:
        where = f"{destination.name} ({_where(destination, environment, settings)})"
        for row in waiting(before[before["destination"] == destination.name]).itertuples():
            what = f"{row.event} of {row.thread} as of {row.as_of.date()}"
            lines.append(f"{where}: again {what}")
        for owner, it in planned:
            if owner is destination:
                lines.append(f"{where}: {_subject(told, destination, it)}")
    return lines


def _with_address(
    destinations: Sequence[Destination], environment: Mapping[str, str]
) -> tuple[list[Destination], list[str]]:
    """Return the destinations whose address is there, and a line for each other one."""
    there = [it for it in destinations if environment.get(it.url_env, "").strip()]
    off = [
        f"{it.name}: nothing is sent, {it.url_env} is not set in the environment"
        for it in destinations
        if it not in there
    ]
    return there, off


def _planned(
    destinations: Sequence[Destination], told: Told, before: pd.DataFrame, as_of: pd.Timestamp
) -> list[tuple[Destination, Planned]]:
    return [
        (destination, it)
        for destination in destinations
        for it in plan(
            destination,
            told.standing(),
            before[before["destination"] == destination.name],
            as_of=as_of,
            has_digest=told.digest(destination.department) is not None,
        )
    ]


def _where(destination: Destination, environment: Mapping[str, str], settings: Settings) -> str:
    try:
        address = address_of(destination, environment, timeout_s=settings.deliver.timeout_s)
    except NotSent as err:
        return err.reason
    return shown(address) if address is not None else ""


def _subject(told: Told, destination: Destination, it: Planned) -> str:
    if it.level == 0:
        return told.digest_subject(destination.department)
    return f"{it.event}, level {it.level}: {told.warning_subject(it.thread)}"


@dataclass
class _Sending:
    """One destination's messages of one run, one after the other."""

    outbox: Outbox
    mornings: _Mornings
    destination: Destination
    environment: Mapping[str, str]
    pause: Callable[[float], None]
    now: pd.Timestamp

    def send(self, rows: pd.DataFrame) -> Outcome:
        """Send what waits; after a failure that may pass, keep the rest for the next run."""
        sent, failures, down = 0, list[str](), ""
        roots = rows[rows["event"] == OPENED].sort_values("number").drop_duplicates("thread")
        root_of = dict(zip(roots["thread"], roots["message_key"], strict=True))
        for row in waiting(rows).itertuples(index=False):
            told = self.mornings.at(row.as_of)
            if told is None or not _has_words(row, told, self.destination):
                self.outbox.give_up(row, _RUN_GONE, now=self.now)
                failures.append(f"{self.destination.name}: {_what(row)} given up: {_RUN_GONE}")
                continue
            why = NotSent(f"not tried: {down}") if down else None
            if why is None:
                why = self._try(row, told, root_of.get(row.thread, row.message_key))
            else:
                why.tries = 0
            if why is None:
                sent += 1
                continue
            self.outbox.mark_failed(row, why, now=self.now, tries=why.tries)
            failures.append(f"{self.destination.name}: {_what(row)} not sent: {why.reason}")
            # The others would wait as long for the same silence; what is refused for good is
            # that message's own matter.
            down = down or ("" if why.is_final else why.reason)
        return Outcome(sent, tuple(failures))

    def _try(self, row: Any, told: Told, root: str) -> NotSent | None:
        rules = self.mornings.settings.deliver

        def once(left_over: tuple[str, ...]) -> None:
            try:
                self._send(compose(row, told, self.destination, root=root), left_over)
            except NotSent:
                raise
            except Exception as err:  # one message's fault must not keep the others
                raise NotSent(f"unexpected {type(err).__name__}", is_final=True) from err

        try:
            tries = try_often(once, rules, left_over=tuple(row.left_over), pause=self.pause)
        except NotSent as err:
            return err
        self.outbox.mark_sent(row, tries=tries, now=self.now)
        return None

    def _send(self, message: Message, left_over: tuple[str, ...]) -> None:
        timeout_s = self.mornings.settings.deliver.timeout_s
        address = address_of(self.destination, self.environment, timeout_s=timeout_s)
        if address is None:
            raise NotSent(f"{self.destination.url_env} is not set", is_final=True)
        if is_mail(address):
            send_mail(address, message, now=self.now, only=left_over, timeout_s=timeout_s)
        else:
            send_by_apprise(address, message)


def _has_words(row: Any, told: Told, destination: Destination) -> bool:
    """Return whether the morning, which may have been made again, still has it to say."""
    return row.event != DIGEST_SENT or told.digest(destination.department) is not None


def _what(row: Any) -> str:
    return f"{row.event} of {row.thread}" if row.level else "digest"
