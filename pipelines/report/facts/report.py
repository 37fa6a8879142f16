"""Everything the report says, as numbers and sentences: no HTML, no Markdown, no files written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from models.series.hierarchy import series_id
from models.text.language_names import LANGUAGE_NAMES
from pipelines.report import catalogue as words
from pipelines.report.facts.ahead import Ahead, ahead_facts
from pipelines.report.facts.answers import Answers, answer_facts
from pipelines.report.facts.checked import CheckedFacts, checked_facts
from pipelines.report.facts.cover import (
    Entry,
    Flood,
    Status,
    Uncovered,
    data_sentence,
    flood_facts,
    footer_facts,
    provisional_sentence,
    status_facts,
    uncovered_facts,
    uncovered_sentence,
)
from pipelines.report.facts.crisis import Crisis, crisis_facts
from pipelines.report.facts.decided import decided_sentences
from pipelines.report.facts.emerging import Emerging, emerging_facts
from pipelines.report.facts.gates import is_stale
from pipelines.report.facts.member import members_sentence
from pipelines.report.facts.message import Message, key_messages
from pipelines.report.facts.pictures import Pictures, picture_facts
from pipelines.report.facts.playbook import (
    Joined,
    Plan,
    joined_facts,
    level_needs,
    level_rules_sentence,
    plan_facts,
)
from pipelines.report.facts.record import Record, record_facts
from pipelines.report.facts.series import MAX_TITLE, Series, series_facts
from pipelines.report.facts.since import Since, since_facts, titles_of
from pipelines.report.facts.told import kept_sentence, verdicts_sentence
from pipelines.report.facts.waiting import (
    ThemeWaits,
    Waiting,
    theme_wait_facts,
    waiting_facts,
)
from pipelines.report.facts.warning import Warned, warning_facts
from pipelines.report.figures import Figure, Part, Parts, Sentence, say, whole
from pipelines.report.inputs import Run, read_run
from pipelines.report.plain import clean
from pipelines.settings import PlaybookLevel, Settings

_MAX_LABEL = 160
_MAX_WORDS = 8


@dataclass(frozen=True)
class Theme:
    """One row of the table of all themes."""

    theme_id: str
    title: str
    label: str
    keywords: str
    status: str
    area: str
    series: Series
    is_pinned: bool = False


@dataclass(frozen=True)
class Facts:
    """The whole report, ready to be laid out."""

    origin: date
    heading: str
    data: Sentence
    provisional: Sentence
    synthetic: str
    status: Status
    messages: tuple[Message, ...]
    warnings: tuple[Warned, ...]  # all that are not closed
    on_page_one: int
    checked: CheckedFacts
    record: Record
    verdicts: Sentence
    since: Since
    themes: tuple[Theme, ...]
    decided: tuple[Sentence, ...]
    emerging: tuple[Emerging, ...]
    ahead: Ahead | None
    calm: str  # what stands where no warning does
    answers: tuple[Answers, ...]
    theme_waits: tuple[ThemeWaits, ...]
    waiting: tuple[Waiting, ...]
    total: Series
    uncovered: tuple[Uncovered, ...]
    uncovered_note: Sentence
    unassigned: Sentence
    floods: tuple[Flood, ...]
    playbook: tuple[PlaybookLevel, ...]
    level_needs: Mapping[int, Sentence]
    level_rules: Sentence
    plans: Mapping[str, Plan]  # by warning id
    joined: tuple[Joined, ...]
    crises: tuple[Crisis, ...]
    crisis_checklist: tuple[str, ...]
    method: tuple[Sentence, ...]
    footer: tuple[Entry, ...]
    pictures: Pictures

    @property
    def shown(self) -> tuple[Warned, ...]:
        """Return the warnings in page one's table."""
        return self.warnings[: self.on_page_one]

    @property
    def summary(self) -> tuple[str, str, str]:
        """Return three lines that say what the report says."""
        lines = [message.plain() for message in self.messages]
        lines += [words.plain_status(self.status.is_good), words.SUMMARY_END]
        first, second, third = lines[:3]
        return first, second, third


def build_facts(run: Run, settings: Settings, previous_folder: Path | None) -> Facts:
    """Return everything the report says of a run."""
    titles = titles_of(run)
    # A warned theme may be gone from the themes: it keeps its series and its id as name.
    known = sorted({*run.themes["theme_id"], *run.warnings["theme_id"]})
    series = {theme_id: series_facts(run, series_id(theme_id)) for theme_id in known}
    total = series_facts(run, series_id())
    warned = warning_facts(run, settings, series, titles)
    uncovered = uncovered_facts(run, titles)
    status = status_facts(run)
    themes = _themes(run, series, titles)
    of_themes = {theme_id: series[theme_id] for theme_id in run.themes["theme_id"]}
    return Facts(
        origin=run.origin,
        heading=words.heading(clean(settings.report.title, 80), run.origin),
        data=data_sentence(run),
        provisional=provisional_sentence(run),
        synthetic=words.SYNTHETIC if _is_sample(run) else "",
        status=status,
        messages=key_messages(run, warned, of_themes, total, titles, status.is_good),
        warnings=warned,
        on_page_one=settings.report.max_warnings,
        checked=checked_facts(run, titles),
        record=record_facts(run, titles),
        verdicts=verdicts_sentence(run),
        since=since_facts(run, _previous(settings, previous_folder), titles),
        themes=themes,
        decided=decided_sentences(run),
        emerging=emerging_facts(run, series, titles),
        ahead=ahead_facts(run, titles),
        calm=words.NOT_LOOKED if is_stale(run) else words.LABELS["no_warnings"],
        answers=answer_facts(run),
        theme_waits=theme_wait_facts(run, titles),
        waiting=waiting_facts(run, titles),
        total=total,
        uncovered=uncovered,
        uncovered_note=uncovered_sentence(uncovered),
        unassigned=_left_out(run, settings),
        floods=flood_facts(run),
        playbook=settings.report.playbook,
        level_needs=level_needs(settings),
        level_rules=level_rules_sentence(settings),
        plans=plan_facts(warned, settings),
        joined=joined_facts(run, warned),
        crises=crisis_facts(run, warned),
        crisis_checklist=settings.report.crisis_checklist,
        method=tuple(filter(None, (*_method(settings, kept_sentence(run)), members_sentence(run)))),
        footer=footer_facts(run),
        pictures=picture_facts(run, titles, themes),
    )


def _previous(settings: Settings, folder: Path | None) -> Run | None:
    if folder is None or not (folder / "run.json").exists():
        return None
    return read_run(folder, settings.redaction)


def _themes(run: Run, series: dict[str, Series], titles: dict[str, str]) -> tuple[Theme, ...]:
    """Return all themes, the pinned ones first, then the busiest of the last seven days."""
    found = [
        Theme(
            theme_id=str(row["theme_id"]),
            title=titles[str(row["theme_id"])],
            label=clean(row["label"], _MAX_LABEL),
            keywords=", ".join(clean(word, 40) for word in row["keywords"][:_MAX_WORDS]),
            status=words.STATUSES.get(str(row["status"]), ""),
            area=clean(row["area_title"], MAX_TITLE) if isinstance(row["area_title"], str) else "",
            series=series[str(row["theme_id"])],
            is_pinned=bool(row["is_pinned"]),
        )
        for _, row in run.themes.iterrows()
    ]
    return tuple(sorted(found, key=_by_volume))


def _by_volume(theme: Theme) -> tuple[bool, float, float, str]:
    last_7 = theme.series.last_7
    return (not theme.is_pinned, -_value(last_7), -_value(theme.series.total), theme.theme_id)


def _value(figure: Figure | None) -> float:
    return float(figure.value or 0) if figure else 0.0


def _is_sample(run: Run) -> bool:
    sources = (run.info.get("data") or {}).get("sources") or {}
    return "sample" in sources


def _left_out(run: Run, settings: Settings) -> Sentence:
    """Return how many texts are in no theme of content, and why."""
    step = run.step("themes")
    found: list[Sentence] = []
    count = step.get("unassigned")
    if count:
        found.append(say(words.UNASSIGNED, n=whole(count, "run.json steps themes unassigned")))
    kinds = _most_first(step.get("no_complaint"))
    if kinds:
        row = "run.json steps themes no_complaint"
        told = [say(words.KIND, kind=clean(kind, 40), n=whole(n, row)) for kind, n in kinds]
        total = whole(sum(n for _, n in kinds), row)
        found.append(say(words.NO_COMPLAINT, n=total, kinds=_between(told, ", ")))
    foreign = _most_first(step.get("foreign"))
    if foreign:
        total = whole(sum(n for _, n in foreign), "run.json steps themes foreign")
        found.append(say(words.FOREIGN, n=total, main=_main_languages(settings)))
    return _between(found, " ")


def _most_first(counts: object) -> list[tuple[str, int]]:
    if not isinstance(counts, Mapping):  # a record from before these were counted
        return []
    return sorted(((str(k), int(n)) for k, n in counts.items()), key=lambda item: (-item[1], item))


def _between(sentences: Sequence[Sentence], mark: str) -> Sentence:
    out: list[Part] = []
    for sentence in sentences:
        out += [mark, *sentence] if out else sentence
    return tuple(out)


def _main_languages(settings: Settings) -> str:
    return " or ".join(LANGUAGE_NAMES[code] for code in settings.languages)


def _method(settings: Settings, kept: Sentence) -> tuple[Sentence, ...]:
    rules = settings.warnings
    languages = say(words.ONE_LANGUAGE, main=_main_languages(settings))
    if settings.embedding.multilingual:
        languages = say(words.ALL_LANGUAGES)
    values: Parts = {
        "languages": languages,
        "kept": kept,
        "min_ratio": whole(rules.min_ratio, "settings warnings.min_ratio"),
        "budget": whole(
            rules.false_alarms_per_theme_year, "settings warnings.false_alarms_per_theme_year"
        ),
    }
    return tuple(say(paragraph, **values) for paragraph in words.METHOD)
