"""The parameters of the report: who gets a warning, how bad it is, what is done about it."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.settings.ranges import within


@dataclass(frozen=True, kw_only=True)
class OwnerRule:
    """A department and what sends a warning to it; what is empty asks for nothing."""

    owner: str
    themes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A prepared reply, and the levels and departments that it is for; empty: all."""

    text: str
    levels: tuple[int, ...] = ()
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PlaybookLevel:
    """What is done at one level of severity."""

    level: int = within(1, 4)
    name: str
    tell: str
    within: str
    action: str
    stop: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the report says of owners and actions, and how much it shows."""

    title: str
    max_warnings: int = within(1, 50)
    max_exemplars: int = within(0, 20)
    owners: tuple[OwnerRule, ...]
    default_owner: str
    playbook: tuple[PlaybookLevel, ...]
    handling_minutes: float = within(0.1, 1440)
    replies: tuple[Reply, ...]
    crisis_checklist: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SeverityLevel:
    """What a rise needs for a level, all of it."""

    level: int = within(2, 4)
    ratio: float = within(1, 1000)
    extra: float = within(0, 1_000_000)
    share: float = within(0, 1000)


@dataclass(frozen=True, kw_only=True)
class Severity:
    """How bad a warning is, by its counts, its reach and its chance."""

    levels: tuple[SeverityLevel, ...]
    sure_p: float = within(0, 1)
    reach_times: float = within(1, 10_000)
    reach_people: float = within(0, 1_000_000_000)
    likely_to_last: float = within(0.01, 1)
    one_source: int = within(1, 4)
