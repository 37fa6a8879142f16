"""What a run says on the terminal: a line a step, bars on long work, and nothing else."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tqdm import tqdm


@dataclass(frozen=True)
class StepFacts:
    """What a step took: numbers and its name, never a text.

    Parameters
    ----------
    name : str
        The step's.
    seconds : float
        How long it took.
    rows_in, rows_out : int or None
        Rows it read, and rows of what it made; None where a step handles no rows.
    """

    name: str
    seconds: float
    rows_in: int | None = None
    rows_out: int | None = None


class StepReport:
    """What a step has to report: lines for people, and its rows."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.counted: tuple[int, int] | None = None

    def __call__(self, line: str) -> None:
        """Say a line of the step."""
        self.said.append(line)

    def rows(self, rows_in: int, rows_out: int) -> None:
        """Say how many rows the step read, and how many it made of them."""
        self.counted = int(rows_in), int(rows_out)


@dataclass
class Console:
    """Lines and bars on a stream; times of steps are kept for the benchmarks.

    Parameters
    ----------
    quiet : bool
        Whether to say nothing but errors and results.
    as_json : bool
        Whether to write an object of JSON a step instead, and nothing else: a line for people may
        name a file, or a theme by what customers write.
    """

    quiet: bool = False
    as_json: bool = False
    seconds: dict[str, float] = field(default_factory=dict)
    steps: list[StepFacts] = field(default_factory=list)

    def begin(self, *, quiet: bool, as_json: bool) -> None:
        """Forget the steps of a command before this one in the same process."""
        self.quiet, self.as_json = quiet, as_json
        self.seconds, self.steps = {}, []

    def say(self, line: str = "") -> None:
        """Write a line of result to standard output."""
        if not self.as_json:
            self._write(line)

    def tell(self, **facts: str | float | None) -> None:
        """Write an object of JSON to standard output, where these were asked for."""
        if self.as_json:
            self._write(json.dumps(facts))

    def say_more(self, line: str) -> None:
        """Write a line that only people who watch need: not when quiet, and over a bar."""
        if not self.quiet and not self.as_json:
            tqdm.write(line)

    def _write(self, line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    @contextmanager
    def hushed(self) -> Iterator[None]:
        """Say nothing of the steps within: they are part of a larger one."""
        before, self.quiet = self.quiet, True
        try:
            yield
        finally:
            self.quiet = before

    @contextmanager
    def step(self, name: str) -> Iterator[StepReport]:
        """Time a step; what it yields takes what the step has to report."""
        started = time.perf_counter()
        report = StepReport()
        is_shown = not self.quiet and not self.as_json
        if is_shown and sys.stdout.isatty():
            sys.stdout.write(f"  {name:<9} ...\r")
            sys.stdout.flush()
        yield report
        elapsed = time.perf_counter() - started
        self.seconds[name] = self.seconds.get(name, 0.0) + elapsed
        facts = StepFacts(name, elapsed, *(report.counted or (None, None)))
        self.steps.append(facts)
        if not self.quiet:
            self.say(f"  {name:<9} {'; '.join(report.said)}  [{elapsed:.1f} s]")
            self.tell(
                step=name,
                seconds=round(elapsed, 3),
                rows_in=facts.rows_in,
                rows_out=facts.rows_out,
            )

    @contextmanager
    def bar(self, what: str) -> Iterator[Bar]:
        """Show a bar while work goes on."""
        # On a pipe or in a log file a bar is noise: it is for people who watch.
        hidden = self.quiet or self.as_json or not sys.stderr.isatty()
        with tqdm(unit=f" {what}", leave=False, disable=hidden) as shown:
            yield Bar(shown)


@dataclass(frozen=True)
class Bar:
    """A progress bar, told either how much more is done or how much in all."""

    shown: tqdm[Any]

    def advance(self, more: int) -> None:
        """Say that so much more is done."""
        self.shown.update(more)

    def at(self, done: int, total: int) -> None:
        """Say that so much of the total is done."""
        self.shown.total = total
        self.shown.update(done - self.shown.n)


# One process, one terminal: the command line sets it up, flows write to it.
console = Console()
