"""The whole command on real corpora: seconds, peak memory and the embedding's share.

    python -m tests.benchmarks.pipeline [--quick] --json FILE

`--quick` leaves out the two long runs (firefox_support as of 2020-07-31, nyc_complaints).
Times are this machine's; what can be compared between machines are the ratios to the
embedding alone, measured in the same run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.figures import machine, parser, show, write

FIREFOX = "text=title+text"
NYC = (
    "id=unique_key,created_at=opendate,text=complaint_type+descriptor,"
    "customer=account,brand=borough"
)


def timed(workspace: Path, *arguments: str) -> tuple[float, float]:
    """Run the command; return its seconds and the peak memory of its largest process in MB."""
    command = [sys.executable, "-m", "pipelines.cli", *arguments, "--workspace", str(workspace)]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=sys.stderr)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"failed: {' '.join(arguments)}")
    return seconds, usage.ru_maxrss / 1024


def embedding_alone(workspace: Path, name: str) -> float:
    """Return the seconds that a run spent in the encoder."""
    path = workspace / "logs" / f"{name}.seconds.json"
    return float(json.loads(path.read_text(encoding="utf-8"))["embedding alone"])


def firefox(corpora: Path, root: Path, as_of: str, next_day: str, prefix: str) -> dict[str, float]:
    """Return the figures of a cold run and of the next morning's with the vectors kept."""
    work = root / f"firefox-{as_of}"
    file = str(corpora / "firefox_support" / "complaints.csv.gz")
    given = ("--input", file, "--columns", FIREFOX)
    cold, peak = timed(work, "run", *given, "--as-of", as_of)
    embed = embedding_alone(work, as_of)
    after, _ = timed(work, "run", *given, "--as-of", next_day)
    return {
        f"{prefix}_cold_s": cold,
        f"{prefix}_embed_s": embed,
        f"{prefix}_cold_ratio": cold / embed,
        f"{prefix}_peak_mb": peak,
        f"{prefix}_next_day_s": after,
    }


def main() -> None:
    """Measure, print, write."""
    options = parser().parse_args()
    if "COMPLAINT_CORPORA" not in os.environ:
        raise SystemExit("COMPLAINT_CORPORA is unset: name the folder of the real corpora.")
    corpora = Path(os.environ["COMPLAINT_CORPORA"])
    figures = machine()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        figures["demo_s"], figures["demo_peak_mb"] = timed(root / "demo", "demo")
        figures.update(firefox(corpora, root, "2019-05-05", "2019-05-06", "firefox"))
        if not options.quick:
            figures.update(firefox(corpora, root, "2020-07-30", "2020-07-31", "firefox_full"))
            file = str(corpora / "nyc_complaints" / "complaints.csv.gz")
            figures["nyc_s"], figures["nyc_peak_mb"] = timed(
                root / "nyc", "run", "--input", file, "--columns", NYC, "--as-of", "2020-08-05"
            )
    show(write(figures, options.json, digits=2))


if __name__ == "__main__":
    main()
