"""How good the warnings have been: the budget, the year's rights and wrongs, people's word."""

from __future__ import annotations

from pipelines.report import catalogue as words
from pipelines.report.figures import Figure, Sentence, say, whole
from pipelines.report.inputs import Run

_ROW = "run.json steps.warnings.{}"


def kept_sentence(run: Run) -> Sentence:
    """Return how the budget of false alarms was kept in the last year, if a year can say."""
    past = run.step("warnings")
    false, years = past.get("false_alarms"), past.get("theme_years")
    if false is None or years is None or years < 1:
        return ()
    return say(
        words.KEPT, rate=Figure(false / years, f"{false / years:.1f}", _ROW.format("false_alarms"))
    )


def verdicts_sentence(run: Run) -> Sentence:
    """Return the year's warnings, right, wrong and missed, and how many people called useful."""
    past = run.step("warnings")
    year: Sentence = ()
    if "rises" in past:
        names = ("warnings", "false_alarms", "rises", "missed")
        year = (*say(words.YEAR, **{n: whole(past[n], _ROW.format(n)) for n in names}), " ")
    if not past.get("verdicts"):
        return (*year, *say(words.NOBODY_SAID))
    shown = {name: whole(past[name], _ROW.format(name)) for name in ("useful", "verdicts")}
    return (*year, *say(words.CALLED_USEFUL, **shown))
