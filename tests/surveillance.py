"""What R's package ``surveillance`` says of weekly counts, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

_SCRIPT = Path(__file__).with_name("surveillance.R")
INSTALL = "R's package surveillance is not installed (Debian: apt-get install r-cran-surveillance)"


@lru_cache(maxsize=1)
def versions() -> str:
    """Return R's and the package's versions; nothing where either is not installed."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return ""
    ask = 'cat(R.version.string, "surveillance", as.character(packageVersion("surveillance")))'
    answer = subprocess.run([rscript, "-e", ask], capture_output=True, text=True)
    return answer.stdout.strip() if answer.returncode == 0 else ""


def ask_r(
    counts: np.ndarray,
    folder: Path,
    *,
    what: str,
    first: int,
    alpha: float = 0.05,
    n_periods: int = 10,
    years: int = 5,
) -> pd.DataFrame:
    """Return R's judgement of each series and week, in the order of series, then weeks.

    Parameters
    ----------
    counts : ndarray of shape (n_series, n_weeks)
        Complaints a week.
    folder : Path
        Where the tables that are handed over may lie.
    what : str
        ``delta``, ``nbPlugin``, ``muan``: the threshold of ``farringtonFlexible``; or ``C1``,
        ``C2``, ``C3``: the method of ``earsC``.
    first : int
        Index of the first week to judge.
    alpha, n_periods, years
        As in R.

    Returns
    -------
    DataFrame of ``series, week, alarm, upper, p, trend``
        ``upper`` is NaN where fewer than 5 were counted in 4 weeks; ``p`` and ``trend`` are of
        ``farringtonFlexible`` only.
    """
    given, found = folder / "counts.csv", folder / "judged.csv"
    np.savetxt(given, np.asarray(counts).T, fmt="%d", delimiter=",")
    options = [first + 1, what, alpha, n_periods, years]
    command = ["Rscript", str(_SCRIPT), str(given), str(found), *map(str, options)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return pd.read_csv(found)
