"""Try again, later and later: a busy server is not helped by haste."""

from __future__ import annotations

from collections.abc import Callable

from pipelines.deliver.outcome import NotSent
from pipelines.settings import Deliver


def try_often(
    send: Callable[[tuple[str, ...]], None],
    rules: Deliver,
    *,
    left_over: tuple[str, ...] = (),
    pause: Callable[[float], None],
) -> int:
    """Send until it arrives or must be given up for now; return how many tries it took.

    Parameters
    ----------
    send : callable
        Sends once, to those who are left over; raises :class:`NotSent`.
    rules : Deliver
        How many tries, and how long between them: each wait is twice the one before.
    left_over : tuple of str
        Whom an earlier run has not reached; empty: everybody.
    pause : callable
        Waits so many seconds.

    Raises
    ------
    NotSent
        The last try's; ``tries`` says how many there were.
    """
    wait = rules.first_wait_s
    for number in range(1, rules.attempts + 1):
        try:
            send(left_over)
        except NotSent as err:
            left_over = err.left_over or left_over
            if err.is_final or number == rules.attempts:
                err.tries = number
                err.left_over = left_over
                raise
            pause(min(wait, rules.max_wait_s))
            wait *= 2
        else:
            return number
    raise AssertionError("attempts is at least 1")
