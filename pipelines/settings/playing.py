"""What the parameters of the report cannot say alone: rules that could never work are refused."""

from __future__ import annotations

import difflib
import string
from itertools import pairwise

from models.errors import SettingsError
from models.spikes.routing import department_slug
from pipelines.settings.reporting import OwnerRule, Reply
from pipelines.settings.tree import Settings

# What a prepared reply may be filled with. No numbers: which are told outside, a person decides.
PLACEHOLDERS = ("theme", "since", "department")
_MAX_NAME = 60  # characters of a department; the report shows no more
_MAX_REPLY = 2000
_MAX_ITEM = 200
_ABOVE_WATCH = [2, 3, 4]


def check_report(settings: Settings, where: str) -> None:
    """Refuse departments, replies, a playbook or levels that could not do what they say.

    Raises
    ------
    SettingsError
        At the first that is wrong, naming the parameter and the fix.
    """
    report = settings.report
    levels = [level.level for level in report.playbook]
    if levels != [1, *_ABOVE_WATCH]:
        raise SettingsError(f"{where}: report.playbook: expected levels 1, 2, 3, 4; got {levels}.")
    _check_departments(report.owners, report.default_owner, f"{where}: report")
    known = [*(rule.owner for rule in report.owners), report.default_owner]
    for i, reply in enumerate(report.replies):
        _check_reply(reply, known, f"{where}: report.replies[{i}]")
    for i, item in enumerate(report.crisis_checklist):
        if not 0 < len(item.strip()) <= _MAX_ITEM:
            raise SettingsError(
                f"{where}: report.crisis_checklist[{i}]: expected 1 to {_MAX_ITEM} characters."
            )
    _check_levels(settings, f"{where}: severity.levels")


def _check_departments(rules: tuple[OwnerRule, ...], default: str, where: str) -> None:
    named = [(f"{where}.owners[{i}].owner", rule.owner) for i, rule in enumerate(rules)]
    said: dict[str, str] = {}
    for path, owner in [*named, (f"{where}.default_owner", default)]:
        if not 0 < len(owner.strip()) <= _MAX_NAME:
            raise SettingsError(
                f"{path}: expected a department's name of 1 to {_MAX_NAME} characters, "
                f"got {owner[:_MAX_NAME]!r}."
            )
        # Each has a file of its own, which is named after it.
        other = said.setdefault(department_slug(owner), owner)
        if other != owner:
            raise SettingsError(
                f"{path}: {other!r} and {owner!r} are one department; write it as {other!r}."
            )
    for i, rule in enumerate(rules):
        asked = {"themes": rule.themes, "words": rule.words, "products": rule.products}
        if not any(asked.values()):
            raise SettingsError(
                f"{where}.owners[{i}]: asks for nothing; name themes, words or products. What no "
                "rule fits goes to default_owner."
            )
        for name, values in asked.items():
            if any(not value.strip() for value in values):
                raise SettingsError(f"{where}.owners[{i}].{name}: an empty entry fits nothing.")


def _check_reply(reply: Reply, known: list[str], path: str) -> None:
    if not 0 < len(reply.text.strip()) <= _MAX_REPLY:
        raise SettingsError(f"{path}.text: expected 1 to {_MAX_REPLY} characters.")
    wrong = [level for level in reply.levels if not 1 <= level <= 4]
    if wrong:
        raise SettingsError(f"{path}.levels: expected 1 to 4 each, got {wrong[0]}.")
    for owner in reply.owners:
        if owner not in known:
            close = difflib.get_close_matches(owner, known, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(known)}."
            raise SettingsError(f"{path}.owners: no department is called {owner!r}. {hint}")
    may = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    try:
        fields = list(string.Formatter().parse(reply.text))
    except ValueError as err:
        raise SettingsError(
            f"{path}.text: a brace stands alone; write {{{{ or }}}} for a brace, or one of {may}."
        ) from err
    for _, name, form, conversion in fields:
        if name is not None and (name not in PLACEHOLDERS or form or conversion):
            raise SettingsError(f"{path}.text: {{{name}}} is not known here; write one of {may}.")


def _check_levels(settings: Settings, path: str) -> None:
    needs = settings.severity.levels
    levels = [need.level for need in needs]
    if levels != _ABOVE_WATCH:
        raise SettingsError(f"{path}: expected levels 2, 3, 4; got {levels}.")
    for below, above in pairwise(needs):
        for name in ("ratio", "extra", "share"):
            low, high = getattr(below, name), getattr(above, name)
            if high < low:
                raise SettingsError(
                    f"{path}: {name} of level {above.level} ({high:g}) is less than that of level "
                    f"{below.level} ({low:g}); a higher level needs at least as much."
                )
