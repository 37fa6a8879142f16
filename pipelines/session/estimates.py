"""How long something will take, by how long the last run of the workspace took."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pipelines.flows.job import Job

_THEMES = ("floods", "themes", "counts", "check")
_MORNING = (*_THEMES, "forecast", "warnings", "next")
# Of the time that themes take to be found: what it takes to join those that are known.
_JOINING = 0.1
# Where no run has left its times: two cores took so long for the sample, 10,000 complaints.
_USUAL_S = {
    **{"floods": 2.0, "themes": 20.0, "counts": 1.0, "check": 0.5},
    **{"forecast": 5.0, "warnings": 3.0, "next": 1.0},
}


def times_of(job: Job) -> Mapping[str, float]:
    """Return the seconds that each step of a morning takes here: the newest run's, else usual."""
    logs = job.places.logs
    files = sorted(logs.glob("*.seconds.json")) if logs.exists() else []
    found = json.loads(files[-1].read_text(encoding="utf-8")) if files else {}
    return {name: float(found.get(name, usual)) for name, usual in _USUAL_S.items()}


def for_counts(job: Job) -> float:
    """Return the seconds for themes and counts of a morning."""
    times = times_of(job)
    return sum(times[name] for name in _THEMES)


def for_forecast(job: Job) -> float:
    """Return the seconds for the forecast of a morning."""
    return times_of(job)["forecast"]


def for_warnings(job: Job) -> float:
    """Return the seconds for the forecast and the warnings of a morning."""
    times = times_of(job)
    return times["forecast"] + times["warnings"] + times["next"]


def for_backtest(job: Job, origins: int) -> float:
    """Return the seconds for a back-test: themes, and each method alone beside all together."""
    return origins * (for_counts(job) + 3 * for_forecast(job))


def for_quality(job: Job, refits: int) -> float:
    """Return the seconds to measure the themes: the figures, and a fit for each refit."""
    return times_of(job)["themes"] * (refits + 0.5)


def for_replay(job: Job, mornings: int) -> float:
    """Return the seconds for mornings lived again: one whole, and the others on its themes."""
    times = times_of(job)
    rest = sum(times[name] for name in _MORNING if name != "themes")
    return times["themes"] + mornings * (rest + _JOINING * times["themes"])


def in_words(seconds: float) -> str:
    """Return a span as people say it.

    Examples
    --------
    >>> in_words(3.2), in_words(48), in_words(200)
    ('some seconds', 'about 50 s', 'about 4 min')
    """
    if seconds < 5:
        return "some seconds"
    if seconds < 90:
        return f"about {-(-seconds // 10) * 10:.0f} s"
    return f"about {-(-seconds // 60):.0f} min"
