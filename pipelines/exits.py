"""The exit codes, and which of them an error means."""

from __future__ import annotations

from models.errors import (
    DataContractError,
    DeliveryFailed,
    GateFailed,
    IssuecastError,
    StaleDataError,
)

EXIT_DONE, EXIT_FAULT, EXIT_REFUSED, EXIT_GATE, EXIT_UNDELIVERED = 0, 1, 2, 3, 4
EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells have it

MEANINGS = {
    EXIT_DONE: "done",
    EXIT_FAULT: "a fault",
    EXIT_REFUSED: "input or parameters refused",
    EXIT_GATE: "a gate failed, the last good report stands",
    EXIT_UNDELIVERED: "delivery failed, the report stands",
    EXIT_INTERRUPTED: "interrupted",
}


def exit_code_of(err: BaseException) -> int:
    """Return the exit code of a command that this error ended."""
    if isinstance(err, (GateFailed, StaleDataError)):
        return EXIT_GATE
    if isinstance(err, DeliveryFailed):
        return EXIT_UNDELIVERED
    if isinstance(err, DataContractError):
        return EXIT_REFUSED
    if isinstance(err, IssuecastError):
        # By its name: it stands with the flows, which nothing quick may import.
        return EXIT_FAULT if type(err).__name__ == "UnexpectedError" else EXIT_REFUSED
    return EXIT_INTERRUPTED if isinstance(err, KeyboardInterrupt) else EXIT_FAULT


def has_report(code: int) -> bool:
    """Return whether a run that ended so has left its report."""
    return code in (EXIT_DONE, EXIT_UNDELIVERED)
