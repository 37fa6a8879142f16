"""The table of deliveries: written before a message is sent, and again when it arrived or not.

Between sending and writing that it was sent there is a moment in which a kill leaves a message
that arrived and a row that says it is due. The next run sends it again, with the same key: a
mail program or a webhook that looks at it sees one message. Anything better would need the other
side's help; anything else would lose messages instead.
"""

from __future__ import annotations

import fcntl
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from models.contracts import DELIVERIES, DUE, FAILED, GIVEN_UP, SENT, conform
from pipelines.deliver.changes import DIGEST_THREAD, Planned
from pipelines.deliver.outcome import NotSent
from pipelines.store import Store

_KEY_BYTES = 5


@dataclass(frozen=True)
class Outbox:
    """What was sent and is to be sent.

    Parameters
    ----------
    store : Store
        The workspace's tables.
    """

    store: Store

    def rows(self) -> pd.DataFrame:
        """Return all deliveries, a DELIVERIES frame."""
        return self.store.read(DELIVERIES)

    def add(self, planned: Sequence[tuple[str, Planned]], *, as_of: pd.Timestamp, now: Any) -> None:
        """Write what is due, destination by destination, before any of it is sent."""
        rows = [
            {
                "destination": destination,
                **it._asdict(),
                "as_of": as_of,
                "message_key": _new_key(it, as_of),
                "state": DUE,
                "attempts": 0,
                "planned_at": now,
                "left_over": [],
            }
            for destination, it in planned
        ]
        if rows:
            self.store.upsert(DELIVERIES, conform(pd.DataFrame(rows), DELIVERIES))

    def mark_sent(self, row: Any, *, tries: int, now: pd.Timestamp) -> None:
        """Write that a message arrived."""
        self._write(row, state=SENT, tries=tries, now=now, reason=None, left_over=[])

    def mark_failed(self, row: Any, why: NotSent, *, now: pd.Timestamp, tries: int) -> None:
        """Write that a message did not arrive; it is due again in the next run."""
        left_over = list(why.left_over) or list(row.left_over)
        self._write(row, state=FAILED, tries=tries, now=now, reason=why.reason, left_over=left_over)

    def give_up(self, row: Any, reason: str, *, now: pd.Timestamp) -> None:
        """Write that a message can never be sent any more."""
        self._write(row, state=GIVEN_UP, tries=0, now=now, reason=reason, left_over=[])

    def _write(
        self,
        row: Any,
        *,
        state: str,
        tries: int,
        now: pd.Timestamp,
        reason: str | None,
        left_over: list[str],
    ) -> None:
        new = {
            **row._asdict(),
            "state": state,
            "attempts": int(row.attempts) + tries,
            "tried_at": now,
            "reason": reason,
            "left_over": left_over,
        }
        self.store.upsert(DELIVERIES, conform(pd.DataFrame([new]), DELIVERIES))


def waiting(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what is still to be sent, in the order of sending: mornings, the digest first."""
    rows = rows[rows["state"].isin([DUE, FAILED])]
    rows = rows.assign(is_warning=rows["thread"] != DIGEST_THREAD, worst=-rows["level"])
    order = ["as_of", "is_warning", "worst", "thread", "number"]
    return rows.sort_values(order)[list(DELIVERIES.columns)].reset_index(drop=True)


@contextmanager
def locked(store: Store) -> Iterator[None]:
    """Let one process at a time send: a second one waits, and then finds nothing due."""
    store.root.mkdir(parents=True, exist_ok=True)
    path: Path = store.root / ".deliveries.lock"
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # gone with the process, however it ends
        yield


def _new_key(it: Planned, as_of: pd.Timestamp) -> str:
    """Return a key that no other message has, in this workspace or another."""
    name = f"{it.thread}.{as_of:%Y%m%d}" if it.thread == DIGEST_THREAD else it.thread
    return f"{name}.{it.number}.{secrets.token_hex(_KEY_BYTES)}"
