"""What this morning's load did not pass: a sentence each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from models.series.gates import FIELDS, FRESHNESS, LANGUAGES, REPEATS, VOLUME
from models.text.language_names import LANGUAGE_NAMES
from pipelines.report import catalogue as words
from pipelines.report.figures import Name, Parts, Sentence, percent, say, whole
from pipelines.report.inputs import Run

_ROW = "run.json steps gates"


def gate_sentence(found: Mapping[str, Any], last: str) -> Sentence:
    """Return what one gate found.

    Parameters
    ----------
    found : mapping
        ``gate, measured, usual, subject`` of :class:`models.series.gates.Finding`.
    last : str
        When the newest complaint was written, in words.
    """
    return _SAID[str(found["gate"])](found, last)


def is_stale(run: Run) -> bool:
    """Return whether the data was too old for a forecast."""
    return any(it["gate"] == FRESHNESS for it in _findings(run))


def gate_sentences(run: Run) -> list[Sentence]:
    """Return what this morning's load did not pass, though the report was made."""
    return [gate_sentence(it, _last(run)) for it in _findings(run)]


def stale_sentence(run: Run) -> Sentence:
    """Return that nothing is forecast, and why."""
    found = next(it for it in _findings(run) if it["gate"] == FRESHNESS)
    return say(words.STALE_DETAIL, last=_last(run), age=_hours(found))


def _findings(run: Run) -> list[Mapping[str, Any]]:
    return list(run.step("gates").get("found") or [])


def _last(run: Run) -> str:
    last = (run.info.get("data") or {}).get("last_at")
    return words.moment(run.local(str(last)), run.zone) if last else words.NOT_AVAILABLE


def moment_in_words(moment: pd.Timestamp, zone: str) -> str:
    """Return a moment in the words that reports use."""
    return words.moment(moment.tz_convert(zone).to_pydatetime(), zone)


def _hours(found: Mapping[str, Any]):  # type: ignore[no-untyped-def]
    return whole(int(found["measured"]), _ROW)


def _of_freshness(found: Mapping[str, Any], last: str) -> Sentence:
    return say(words.GATE_FRESHNESS, last=last, age=_hours(found))


def _of_volume(found: Mapping[str, Any], last: str) -> Sentence:
    rows, usual = (whole(round(float(found[k])), _ROW) for k in ("measured", "usual"))
    return say(words.GATE_VOLUME, rows=rows, usual=usual)


def _of_shares(template: str) -> Callable[[Mapping[str, Any], str], Sentence]:
    def told(found: Mapping[str, Any], last: str) -> Sentence:
        subject = str(found["subject"])
        parts: Parts = {
            "share": percent(float(found["measured"]), _ROW),
            "usual": percent(float(found["usual"]), _ROW),
            "subject": Name(LANGUAGE_NAMES.get(subject, subject)),
        }
        return say(template, **parts)

    return told


_SAID: dict[str, Callable[[Mapping[str, Any], str], Sentence]] = {
    FRESHNESS: _of_freshness,
    VOLUME: _of_volume,
    REPEATS: _of_shares(words.GATE_REPEATS),
    LANGUAGES: _of_shares(words.GATE_LANGUAGES),
    FIELDS: _of_shares(words.GATE_FIELDS),
}
