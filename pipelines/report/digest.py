"""The Markdown twin: page one in at most twelve lines, for chats and e-mail."""

from __future__ import annotations

from pipelines.report import catalogue as words
from pipelines.report.facts.message import Message
from pipelines.report.facts.report import Facts
from pipelines.report.facts.since import Since
from pipelines.report.figures import text
from pipelines.report.plain import markdown

MAX_LINES = 12


def digest(facts: Facts) -> str:
    """Return the report in at most twelve lines of Markdown, ended by a line break.

    What comes from complaints is escaped: in a chat it can neither link, call nor format.
    """
    status = "; ".join(text(line) for line in facts.status.lines)
    lines = [f"# {markdown(facts.heading)}", f"{markdown(status)}. {markdown(text(facts.data))}"]
    if facts.synthetic:
        lines.append(facts.synthetic)
    lines += [_message(message) for message in facts.messages]
    lines.append(_warnings(facts))
    lines += [markdown(" ".join(text(s) for s in facts.record.sentences)), _since(facts.since)]
    lines.append(markdown(text(facts.uncovered_note)))
    lines.append(words.DIGEST_END)
    return "\n".join(lines[:MAX_LINES]) + "\n"


def _message(message: Message) -> str:
    name = f"**{markdown(message.name)}** " if message.name else ""
    said = markdown(f"{text(message.head)} {text(message.detail)}")
    line = f"- {message.level.shape} {name}{said}"
    if message.warning is None:
        return line
    return f"{line} {markdown(message.warning.owner)}: {markdown(message.warning.action)}"


def _warnings(facts: Facts) -> str:
    told = [
        f"{markdown(w.title)} ({words.LABELS['level']} {w.severity}, {markdown(w.owner)}"
        + (f", {words.LABELS['one_source']}" if w.is_concentrated else "")
        + (f"; {markdown(text(w.aside).rstrip('.'))})" if w.is_aside else ")")
        for w in facts.shown
    ]
    more = len(facts.warnings) - len(told)
    if more:
        told.append(f"{more} {words.LABELS['more']}")
    return f"{words.LABELS['warnings']}: {'; '.join(told) or words.NONE}."


def _since(since: Since) -> str:
    if since.note:
        return since.note
    told = [
        f"{change.word.lower()} {', '.join(markdown(n.text) for n in change.themes) or words.NONE}"
        for change in since.changes
    ]
    return f"{words.LABELS['since']}: {'; '.join(told)}."
