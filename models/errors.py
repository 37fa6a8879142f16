"""The errors that issuecast raises on purpose, each with what was found and what to do."""

from __future__ import annotations

from collections.abc import Sequence

# An error is read on a terminal: more failures than this are counted, not listed.
_MAX_SHOWN = 5


class IssuecastError(Exception):
    """Any error that issuecast raises on purpose."""


class DataContractError(IssuecastError, ValueError):
    """Input or a frame that does not keep its contract.

    Parameters
    ----------
    message : str
        What is wrong, where (file, row or field) and what to write instead.
    failures : sequence of str, optional
        Single failures; the first five are shown.
    """

    def __init__(self, message: str, *, failures: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.failures = tuple(failures)

    def __str__(self) -> str:
        lines = [self.message, *(f"  - {failure}" for failure in self.failures[:_MAX_SHOWN])]
        if len(self.failures) > _MAX_SHOWN:
            lines.append(f"  ... and {len(self.failures) - _MAX_SHOWN} more")
        return "\n".join(lines)


class SettingsError(DataContractError):
    """A parameter that is unknown, of the wrong type or out of its range."""


class NotEnoughHistory(IssuecastError):
    """There is too little history to do what was asked."""


class StaleDataError(IssuecastError):
    """The newest data is too old for a forecast that could be believed."""


class GateFailed(IssuecastError):
    """A check before publishing failed; the last good report stands."""


class SourceFailed(GateFailed):
    """A source could not be read to its end; what it gave is stored, the rest comes next time."""


class DeliveryFailed(IssuecastError):
    """A message did not arrive; the run and its report stand, and it is sent again."""
