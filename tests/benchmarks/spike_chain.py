"""The whole chain on firefox_support, lived again: when dated events are told, and what else is.

The corpus is embedded once; then its past is lived again from nothing but what was known: the days
around the certificate's end by the hour, 90 mornings for the clock, and (not with `--quick`) every
morning from 2019-02-01 to 2020-07-30. An event is told when a warning's title, wording or examples
match the words that ``events.csv`` gives it. A warning is false if no real rise was behind it, told
in hindsight from counts (``models/spikes/truth``): it says nothing of what people wrote, so read
the warnings' titles in the replay's page beside it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd

from tests.benchmarks.pipeline import FIREFOX, timed

AS_OF = "2020-07-31"
HOURLY = ("2019-05-01", "2019-05-07")
QUICK_HOURLY = ("2019-05-03", "2019-05-05")
NINETY = ("2019-02-15", "2019-05-15")
DAILY = ("2019-02-01", "2020-07-30")
_CERTIFICATE = pd.Timestamp("2019-05-04T00:00Z")
_CERTIFICATE_WORDS = r"add-?ons?|extensions?"


def chain_figures(corpora: Path, work: Path, *, quick: bool) -> dict[str, float | str]:
    """Return the figures; `work` is a workspace, filled if it is empty."""
    if not (work / "store" / "complaints").exists():
        file = str(corpora / "firefox_support" / "complaints.csv.gz")
        timed(work, "ingest", "--input", file, "--columns", FIREFOX, "--as-of", AS_OF)
        timed(work, "themes", "--as-of", AS_OF)
    days = QUICK_HOURLY if quick else HOURLY
    timed(work, "replay", "--as-of", AS_OF, "--from", days[0], "--to", days[1], "--every", "1h")
    out = certificate(work / "replay" / f"{days[0]}_{days[1]}_1h")
    if quick:
        return out
    seconds, _ = timed(work, "replay", "--as-of", AS_OF, "--from", NINETY[0], "--to", NINETY[1])
    out["replay_90_mornings_s"] = seconds
    timed(work, "replay", "--as-of", AS_OF, "--from", DAILY[0], "--to", DAILY[1])
    events = pd.read_csv(corpora / "firefox_support" / "events.csv")
    return out | told(work / "replay" / f"{DAILY[0]}_{DAILY[1]}", events)


def certificate(folder: Path) -> dict[str, float | str]:
    """Return the hours from the certificate's end to the first warning of it, and its title."""
    warnings = pd.read_parquet(folder / "warnings.parquet")
    matching = warnings[_says(warnings, _CERTIFICATE_WORDS)]
    first = matching[matching["as_of"] > _CERTIFICATE].sort_values(["as_of", "warning_id"]).head(1)
    if first.empty:
        return {"certificate_delay_h": float("inf"), "certificate_title": ""}
    episodes = pd.read_parquet(folder / "episodes.parquet").set_index("warning_id")
    row = first.iloc[0]
    return {
        "certificate_delay_h": (row["as_of"] - _CERTIFICATE) / pd.Timedelta(hours=1),
        "certificate_title": str(episodes["title"].get(row["warning_id"], "")),
    }


def told(folder: Path, events: pd.DataFrame) -> dict[str, float | str]:
    """Return warnings in all, false ones a theme-year, and the days until each event was told."""
    kept = json.loads((folder / "replay.json").read_text(encoding="utf-8"))["figures"]
    out: dict[str, float | str] = {
        "firefox_warnings": kept["warnings"],
        "firefox_false_per_theme_year": kept["false_alarms_per_theme_year"],
        "firefox_theme_years": kept["theme_years"],
        "firefox_missed": kept["missed"],
    }
    warnings = pd.read_parquet(folder / "warnings.parquet")
    for number, event in enumerate(events.itertuples(), start=1):
        # A morning tells of the day before.
        start = pd.Timestamp(str(event.start), tz="UTC")
        end = pd.Timestamp(str(event.end), tz="UTC") + pd.Timedelta(days=2)
        own = warnings[_says(warnings, str(event.regex)) & (warnings["opened_on"].dt.tz_localize(
            "UTC") >= start - pd.Timedelta(days=1)) & (warnings["as_of"] <= end)]  # fmt: skip
        delay = (own["as_of"].min() - start) / pd.Timedelta(days=1) if len(own) else float("inf")
        out[f"firefox_event_{number}_told_after_days"] = float(delay)
    return out


def _says(warnings: pd.DataFrame, words: str) -> pd.Series:
    texts = [" ".join([*row.wording, *row.exemplars]) for row in warnings.itertuples(index=False)]
    found = [re.search(words, text, flags=re.IGNORECASE) is not None for text in texts]
    return pd.Series(found, index=warnings.index, dtype=bool)
