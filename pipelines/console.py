"""What a run says on the terminal: a line a step, bars on long work, and nothing else."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tqdm import tqdm


@dataclass
class Console:
    """Lines and bars on a stream; times of steps are kept for the benchmarks.

    Parameters
    ----------
    quiet : bool
        Whether to say nothing but errors and results.
    """

    quiet: bool = False
    seconds: dict[str, float] = field(default_factory=dict)

    def say(self, line: str = "") -> None:
        """Write a line of result to standard output."""
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    def say_more(self, line: str) -> None:
        """Write a line that only people who watch need: not when quiet, and over a bar."""
        if not self.quiet:
            tqdm.write(line)

    @contextmanager
    def hushed(self) -> Iterator[None]:
        """Say nothing of the steps within: they are part of a larger one."""
        before, self.quiet = self.quiet, True
        try:
            yield
        finally:
            self.quiet = before

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[str], None]]:
        """Time a step; the callable it yields takes what the step has to report."""
        started = time.perf_counter()
        said: list[str] = []
        if not self.quiet and sys.stdout.isatty():
            sys.stdout.write(f"  {name:<9} ...\r")
            sys.stdout.flush()
        yield said.append
        elapsed = time.perf_counter() - started
        self.seconds[name] = self.seconds.get(name, 0.0) + elapsed
        if not self.quiet:
            self.say(f"  {name:<9} {'; '.join(said)}  [{elapsed:.1f} s]")

    @contextmanager
    def bar(self, what: str) -> Iterator[Bar]:
        """Show a bar while work goes on."""
        # On a pipe or in a log file a bar is noise: it is for people who watch.
        hidden = self.quiet or not sys.stderr.isatty()
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
