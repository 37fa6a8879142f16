"""What a finished run has to say, read from its folder: its digests, and each warning's words."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import pandas as pd

from models.series.calendar import local_date
from models.spikes.routing import department_slug
from pipelines.deliver.body import plain_line
from pipelines.deliver.changes import Standing
from pipelines.report import catalogue as report_words
from pipelines.report.catalogue import delivery as words
from pipelines.report.departments import FOLDER
from pipelines.report.facts.report import Facts, build_facts
from pipelines.report.facts.since import titles_of
from pipelines.report.facts.warning import Warned
from pipelines.report.figures import text
from pipelines.report.inputs import Run, read_run
from pipelines.report.plain import clean, markdown
from pipelines.settings import Settings

_MAX_SUBJECT = 110  # characters of a title or heading in a subject


class Told:
    """A run's words.

    Parameters
    ----------
    folder : Path
        Of the finished run.
    settings : Settings
        The parameters.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self._settings = settings

    @property
    def report(self) -> Path:
        """Return the page."""
        return self.folder / "report.html"

    @property
    def as_of(self) -> pd.Timestamp:
        """Return the run's moment, UTC."""
        return pd.Timestamp(self._run.info["as_of"]).tz_convert("UTC").as_unit("us")

    @cached_property
    def _run(self) -> Run:
        return read_run(self.folder, self._settings.redaction)

    @cached_property
    def _facts(self) -> Facts:
        return build_facts(self._run, self._settings, None)

    @cached_property
    def _open(self) -> dict[str, Warned]:
        return {it.warning_id: it for it in self._facts.warnings}

    @property
    def titles(self) -> dict[str, str]:
        """Return the titles of the run's themes, by id."""
        return titles_of(self._run)

    @property
    def hidden(self) -> frozenset[str]:
        """Return the ids of the themes that people took off the pages."""
        return frozenset(self._run.hidden)

    def standing(self) -> list[Standing]:
        """Return the warnings as this morning tells them, those that closed too."""
        rows = self._run.warnings
        return [
            Standing(
                warning_id=str(row.warning_id),
                level=int(row.severity),
                is_open=row.state != "closed",
                is_held=row.warning_id not in self._open or bool(self._open[row.warning_id].aside),
                owner=str(row.owner),
            )
            for row in rows.itertuples()
        ]

    def digest(self, department: str = "") -> str | None:
        """Return the morning's digest, in Markdown; None where a department has none."""
        path = self.folder / "report.md"
        if department:
            path = self.folder / FOLDER / f"{department_slug(department)}.md"
        return path.read_text(encoding="utf-8") if path.exists() else None

    def digest_subject(self, department: str = "") -> str:
        """Return what a digest is called in a mailbox."""
        first = (self.digest(department) or "").partition("\n")[0]
        return _uncoded(clean(plain_line(first), _MAX_SUBJECT))

    def warning_subject(self, warning_id: str) -> str:
        """Return what a warning's thread is called."""
        title = clean(self._title(warning_id), _MAX_SUBJECT)
        return _uncoded(words.WARNING_SUBJECT.format(title=title, warning_id=warning_id))

    def warning(self, warning_id: str, event: str, level: int) -> str:
        """Return what is said of a warning, in Markdown."""
        lines = [f"# {words.EVENTS[event]}: {markdown(self._title(warning_id))}"]
        found = self._open.get(warning_id)
        if event == "closed" or found is None:
            lines.append(markdown(self._over(warning_id, level)))
            return "\n".join(lines)
        play = found.playbook
        lines += [
            f"**{words.LEVEL.format(level=found.severity, name=markdown(play.name))}**",
            markdown(text(found.sentence)),
            markdown(
                words.STEP.format(
                    owner=found.owner, action=found.action, who=play.tell, time=play.within
                )
            ),
        ]
        if found.also:
            lines.append(markdown(words.ALSO.format(titles=found.also_seen_in)))
        if found.one_source:
            lines.append(markdown(text(found.one_source)))
        return "\n".join(lines)

    def _over(self, warning_id: str, level: int) -> str:
        day = report_words.day(local_date(self.as_of, self._run.zone).date(), year=True)
        rows = self._run.warnings
        is_closed = ((rows["warning_id"] == warning_id) & (rows["state"] == "closed")).any()
        return (words.CLOSED if is_closed else words.GONE).format(day=day, level=level)

    def _title(self, warning_id: str) -> str:
        rows = self._run.warnings
        themes = rows.loc[rows["warning_id"] == warning_id, "theme_id"]
        if themes.empty:
            return warning_id
        return self.titles.get(str(themes.iloc[0]), str(themes.iloc[0]))


def _uncoded(subject: str) -> str:
    """Return a subject in which no `=?utf-8?q?...?=` is read as a coded word."""
    return subject.replace("=?", "= ?")
