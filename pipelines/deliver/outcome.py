"""What came of sending: what went wrong with a message, and what is told of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class NotSent(Exception):
    """A try that failed; its words are ours and hold no address, secret or complaint.

    Parameters
    ----------
    reason : str
        Why, for people.
    is_final : bool
        Whether a further try in this run would fail alike.
    left_over : sequence of str
        Of a mail that reached some: short hashes of the recipients whom it has not.
    """

    def __init__(self, reason: str, *, is_final: bool = False, left_over: Sequence[str] = ()):
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final
        self.left_over = tuple(left_over)
        self.tries = 1


@dataclass(frozen=True)
class Outcome:
    """What was sent, and what was not.

    Parameters
    ----------
    sent : int
        Messages that arrived in this run.
    failures : tuple of str
        A line for each that did not.
    off : tuple of str
        A line for each destination without an address in the environment.
    """

    sent: int = 0
    failures: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
