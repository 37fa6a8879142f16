"""What people decided about the themes, and what of it no longer applies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.report import catalogue as words
from pipelines.report.facts.series import MAX_TITLE
from pipelines.report.figures import Name, Part, Sentence, say, whole
from pipelines.report.inputs import Run
from pipelines.report.plain import clean

_MAX_NAMED = 10  # hidden themes, and decisions that no longer apply: the record holds all
_MAX_REASON = 200


def decided_sentences(run: Run) -> tuple[Sentence, ...]:
    """Return how many themes people changed, which are hidden, and what no longer applies.

    Nothing where nobody decided anything.
    """
    facts = run.step("decisions")
    out: list[Sentence] = []
    kinds = [
        (whole(facts[kind], f"run.json steps decisions {kind}"), " ", word)
        for kind, word in words.DECIDED_KINDS.items()
        if facts.get(kind)
    ]
    if kinds:
        out.append(say(words.DECIDED, kinds=_joined(kinds)))
    if run.hidden:
        titles = sorted(clean(title, MAX_TITLE) for title in run.hidden.values())
        named: list[Sentence] = [(Name(title),) for title in titles[:_MAX_NAMED]]
        if len(titles) > _MAX_NAMED:
            named.append((f"{len(titles) - _MAX_NAMED} {words.LABELS['more']}",))
        out.append(say(words.HIDDEN, themes=_joined(named)))
    out += [_dropped(entry) for entry in (facts.get("no_longer") or [])[:_MAX_NAMED]]
    return tuple(out)


def _joined(items: Sequence[Sentence]) -> Sentence:
    out: list[Part] = []
    for item in items:
        out += [", ", *item] if out else item
    return tuple(out)


def _dropped(entry: Mapping[str, Any]) -> Sentence:
    return say(
        words.NO_LONGER,
        kind=words.DECISIONS.get(str(entry.get("action")), ""),
        theme=Name(clean(entry.get("title"), MAX_TITLE)),
        why=Name(clean(entry.get("why"), _MAX_REASON)),
    )
