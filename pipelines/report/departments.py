"""A digest for each department, of its own warnings alone: Markdown, for chats and e-mail."""

from __future__ import annotations

from pathlib import Path

from models.spikes.routing import department_slug
from pipelines.report import catalogue as words
from pipelines.report.facts.message import message_of
from pipelines.report.facts.playbook import Joined
from pipelines.report.facts.report import Facts
from pipelines.report.facts.warning import Warned
from pipelines.report.figures import Name, say, text, whole
from pipelines.report.plain import markdown

MAX_LINES = 12
FOLDER = "departments"


def write_departments(facts: Facts, run_folder: Path) -> tuple[Path, ...]:
    """Write ``departments/<slug>.md`` for each department with an open warning; return the paths.

    Digests of an earlier report of the same run are taken away.
    """
    folder = run_folder / FOLDER
    for old in folder.glob("*.md"):
        old.unlink()
    told = department_digests(facts)
    if told:
        folder.mkdir(exist_ok=True)
    elif folder.exists() and not any(folder.iterdir()):
        folder.rmdir()
    paths = []
    for slug, digest in told.items():
        path = folder / f"{slug}.md"
        path.write_bytes(digest.encode())
        paths.append(path)
    return tuple(paths)


def department_digests(facts: Facts) -> dict[str, str]:
    """Return by file name (without ending) each department's digest, at most twelve lines each.

    What comes from complaints is escaped, as in the report's own digest.
    """
    found: dict[str, list[Warned | Joined]] = {}
    everything: tuple[Warned | Joined, ...] = (*facts.warnings, *facts.joined)
    for it in everything:
        found.setdefault(department_slug(it.owner), []).append(it)
    return {slug: _digest(facts, found[slug]) for slug in sorted(found)}


def _digest(facts: Facts, own: list[Warned | Joined]) -> str:
    department = own[0].owner
    heading = words.DEPARTMENT_HEADING.format(heading=facts.heading, department=department)
    status = "; ".join(text(line) for line in facts.status.lines)
    lines = [f"# {markdown(heading)}", f"{markdown(status)}. {markdown(text(facts.data))}"]
    if facts.synthetic:
        lines.append(facts.synthetic)
    count = say(words.DEPARTMENT_OWN, department=Name(department), n=whole(len(own)))
    lines.append(markdown(text(count)))
    room = MAX_LINES - len(lines) - 1
    told = own if len(own) <= room else own[: room - 1]
    lines += [_line(facts, it) for it in told]
    if len(told) < len(own):
        rest = own[len(told) :]
        names = Name(", ".join(it.title for it in rest))
        lines.append(markdown(text(say(words.DEPARTMENT_MORE, n=whole(len(rest)), themes=names))))
    has_crisis = any(crisis.warning in own for crisis in facts.crises)
    lines.append(words.DEPARTMENT_END_CRISIS if has_crisis else words.DEPARTMENT_END)
    return "\n".join(lines) + "\n"


def _line(facts: Facts, it: Warned | Joined) -> str:
    if isinstance(it, Joined):
        return f"- {markdown(text(it.sentence))}"
    message = message_of(it)
    level = it.playbook
    tell = words.DEPARTMENT_TELL.format(
        level=it.severity, name=level.name, who=level.tell, time=level.within
    )
    parts = [
        f"{text(message.head)} {text(message.detail)}", text(it.aside), it.action, tell,
        text(facts.plans[it.warning_id].staffing.sentence),
    ]  # fmt: skip
    said = markdown(" ".join(part for part in parts if part))
    return f"- {message.level.shape} **{markdown(message.name)}** {said}"
