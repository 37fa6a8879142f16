"""Make the synthetic sample: ``python data/sample/generate.py [--rows N] [--seed S] [--out DIR]``.

Writes ``complaints.csv.gz``, ``truth_themes.csv.gz`` and ``truth.json``. See README.md beside it.
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEFAULT_SEED = 20261102
if str(HERE) not in sys.path:  # so that it also runs when loaded by path, as the tests do
    sys.path.insert(0, str(HERE))

from generator.making import USUAL_ROWS, make_sample  # noqa: E402


def main(arguments: list[str] | None = None) -> int:
    """Make the sample as the command line asks and say what was made."""
    parser = argparse.ArgumentParser(description="Make the synthetic sample of complaints.")
    parser.add_argument("--rows", type=int, default=USUAL_ROWS, help="about how many rows")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="same seed, same bytes")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to")
    asked = parser.parse_args(arguments)
    if asked.rows < 1000:
        parser.error(f"--rows must be at least 1000, for the planted events; got {asked.rows}")

    truth = make_sample(asked.out, asked.rows, asked.seed)
    size = (asked.out / "complaints.csv.gz").stat().st_size
    sys.stdout.write(
        f"{asked.out / 'complaints.csv.gz'}: {truth.accepted + truth.quarantined:,} rows"
        f" ({truth.accepted:,} to accept, {truth.quarantined:,} to set aside), {size:,} bytes\n"
    )
    for theme, count in truth.rows_by_theme.most_common():
        sys.stdout.write(f"  {theme:18} {count:>9,}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
