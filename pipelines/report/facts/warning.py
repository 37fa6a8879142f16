"""What the report says of each warning: on page one in a row, and below on a card."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from pipelines.moments import iso
from pipelines.report import catalogue as words
from pipelines.report.facts.aside import aside_sentence
from pipelines.report.facts.beside import coincides_sentence, past_sentence
from pipelines.report.facts.carried import cell_sentence, one_source_sentence, who_sentence
from pipelines.report.facts.contact import Contact, contact_facts
from pipelines.report.facts.fan import Fan, fan_facts
from pipelines.report.facts.seen import missing_words, seen_sentence
from pipelines.report.facts.series import Level, Series
from pipelines.report.figures import (
    Figure,
    Name,
    Parts,
    Sentence,
    row_of,
    say,
    times,
    whole,
)
from pipelines.report.inputs import Run
from pipelines.report.plain import clean
from pipelines.settings import PlaybookLevel, Settings

_HARDLY_ANY = 0.5  # of a complaint in the window
_MAX_EXAMPLE = 320  # characters of a complaint's text on a card
_MAX_CELLS = 6
_MAX_WORDS = 10  # of a theme's keywords


@dataclass(frozen=True)
class Also:
    """A theme whose own warning is told in that of another."""

    theme_id: str
    title: str
    sentence: Sentence


@dataclass(frozen=True)
class Warned:
    """One warning with everything a reader needs to act on it or to doubt it."""

    warning_id: str
    theme_id: str
    title: str
    keywords: tuple[str, ...]
    wording: tuple[str, ...]
    kind: str
    state: str
    state_word: str
    severity: int
    playbook: PlaybookLevel
    opened: date
    updated: date
    window_days: int
    window: str
    observed: Figure
    expected: Figure
    ratio: Figure
    level: Level
    extra: Figure
    series: Series
    chance: Figure | None
    exceeds_7: Figure | None
    exceeds_28: Figure | None
    lasts: Figure | None
    to_come: Figure | None
    owner: str
    action: str
    one_source: Sentence
    who: Sentence
    cells: tuple[Sentence, ...]
    examples: tuple[str, ...]
    sentence: Sentence
    closes: Sentence
    grows: Sentence
    fan: Fan | None
    also: tuple[Also, ...]
    aside: Sentence = ()
    called: str = ""
    say: Sentence = ()
    coincides: tuple[Sentence, ...] = ()
    past: Sentence = ()
    reach: Figure | None = None
    usual_reach: Figure | None = None
    seen: Sentence = ()
    missing: str = ""
    who_next: tuple[Contact, ...] = ()

    @property
    def is_aside(self) -> bool:
        """Return whether it is told last for now: snoozed, or beyond what its desk looks at."""
        return bool(self.aside)

    @property
    def also_seen_in(self) -> str:
        """Return the titles of the themes that tell of the same issue."""
        return ", ".join(it.title for it in self.also)

    @property
    def news(self) -> str:
        """Return the phrase that people now use and that the theme's title does not say."""
        phrase = self.wording[0] if self.wording else ""
        said = set(re.findall(r"\w+", self.title.lower()))
        return "" if set(re.findall(r"\w+", phrase.lower())) <= said else phrase

    @property
    def is_concentrated(self) -> bool:
        """Return whether one or a few sources carry the rise."""
        return bool(self.one_source)


def warning_facts(
    run: Run, settings: Settings, series: dict[str, Series], titles: dict[str, str]
) -> tuple[Warned, ...]:
    """Return the warnings that are not closed, the most expected extra complaints first.

    One that is joined to another is told in that one.

    What a single source carries stands after everything else: it is that source's matter. What
    people snoozed, and what its desk has no time for, comes last of all.
    """
    rows = run.warnings[run.warnings["state"] != "closed"]
    is_told = rows["joined_to"].isin(rows["warning_id"])  # a lead that people hid tells nothing
    rows, others = rows[~is_told], rows[is_told]
    keywords = dict(zip(run.themes["theme_id"], run.themes["keywords"], strict=True))
    found = [
        _warned(run, settings, row, series[str(row["theme_id"])], titles, keywords, others)
        for _, row in rows.iterrows()
    ]
    return tuple(sorted(found, key=_place))


def _place(w: Warned) -> tuple[bool, bool, float, str]:
    return (w.is_aside, w.is_concentrated, -float(w.extra.value or 0), w.warning_id)


def _warned(
    run: Run,
    settings: Settings,
    row: pd.Series,
    series: Series,
    titles: dict[str, str],
    keywords: dict[str, list[str]],
    others: pd.DataFrame,
) -> Warned:
    def at(column: str) -> str:
        return row_of("warnings", row["warning_id"], iso(row["as_of"]), column=column)

    def chance_of(column: str) -> Figure | None:
        return None if pd.isna(row[column]) else words.chance(row[column], at(column))

    theme_id = str(row["theme_id"])
    title = titles.get(theme_id, theme_id)
    observed = whole(row["observed"], at("observed"))
    expected = whole(row["expected"], at("expected"))
    window = window_words(int(row["window_days"]))
    exceeds_7, lasts = chance_of("p_exceed_7"), chance_of("p_lasts")
    # Of a theme that was just born hardly anything is usual: a ratio to it says nothing.
    is_new = row["kind"] == "emerging" and float(row["expected"]) < _HARDLY_ANY
    usual = 0.0 if is_new else float(row["expected"])
    return Warned(
        warning_id=str(row["warning_id"]),
        theme_id=theme_id,
        title=title,
        keywords=tuple(clean(word, 40) for word in keywords.get(theme_id, [])[:_MAX_WORDS]),
        wording=tuple(clean(word, 60) for word in row["wording"][:_MAX_WORDS]),
        kind=words.KINDS[str(row["kind"])],
        state=str(row["state"]),
        state_word=words.STATES[str(row["state"])],
        severity=int(row["severity"]),
        playbook=settings.report.playbook[int(row["severity"]) - 1],
        opened=row["opened_on"].date(),
        updated=row["as_of"].tz_convert(run.zone).date(),
        window_days=int(row["window_days"]),
        window=window,
        observed=observed,
        expected=expected,
        ratio=times(float(row["observed"]), usual, f"from {at('observed')}"),
        level=_level(float(row["observed"]), float(row["expected"])),
        extra=_extra(row, series, f"from {at('observed')}"),
        series=series,
        # A calibrated chance where there is one, else the forecast's own: of twice the usual there
        # must be one chance on the page.
        chance=exceeds_7 or lasts or (series.week.chance if series.week else None),
        exceeds_7=exceeds_7,
        exceeds_28=chance_of("p_exceed_28"),
        lasts=lasts,
        to_come=_if_known(row, "extra_to_come", at),
        owner=clean(row["owner"], 60),
        action=clean(row["action"], 200),
        one_source=one_source_sentence(row, at("top_customer_share")),
        who=who_sentence(row, at),
        cells=tuple(cell_sentence(cell) for cell in row["cells"][:_MAX_CELLS]),
        examples=tuple(
            clean(text, _MAX_EXAMPLE) for text in row["exemplars"][: settings.report.max_exemplars]
        ),
        sentence=_sentence(title, observed, expected, window, series, str(row["kind"])),
        closes=_closes(row, settings, f"from {at('expected')}"),
        grows=say(words.GROWS, n=series.week.high) if series.week else (),
        fan=fan_facts(run, series, title),
        also=_also(others[others["joined_to"] == row["warning_id"]], titles),
        aside=aside_sentence(row, at("held_back")),
        called=words.CALLED.get(str(row["verdict"]), ""),
        say=say(words.SAY, warning=Name(str(row["warning_id"]))),
        coincides=tuple(coincides_sentence(text) for text in row["coincides"]),
        past=past_sentence(row, titles, at),
        reach=_if_known(row, "reach", at),
        usual_reach=_if_known(row, "usual_reach", at),
        seen=seen_sentence(row, at, settings.severity),
        missing=missing_words(has_reach=pd.notna(row["reach"]), has_answers=not run.response.empty),
        who_next=contact_facts(row["who_next"], at("who_next"), days=settings.contact.days),
    )


def _if_known(row: pd.Series, column: str, at: Callable[[str], str]) -> Figure | None:
    return None if pd.isna(row[column]) else whole(row[column], at(column))


def _also(rows: pd.DataFrame, titles: dict[str, str]) -> tuple[Also, ...]:
    out = []
    for _, row in rows.sort_values(["observed", "theme_id"], ascending=[False, True]).iterrows():
        theme_id = str(row["theme_id"])
        title = titles.get(theme_id, theme_id)
        key = (row["warning_id"], iso(row["as_of"]))
        sentence = say(
            words.ALSO,
            theme=Name(title),
            observed=whole(row["observed"], row_of("warnings", *key, column="observed")),
            expected=whole(row["expected"], row_of("warnings", *key, column="expected")),
            window=window_words(int(row["window_days"])),
        )
        out.append(Also(theme_id, title, sentence))
    return tuple(out)


def window_words(days: int) -> str:
    """Return an alarm's window in words."""
    return words.ONE_DAY if days == 1 else words.SOME_DAYS.format(n=days)


def _level(observed: float, expected: float) -> Level:
    if observed == expected:
        return Level(*words.SAME)
    if observed < expected:
        return Level(*words.DOWN)
    return Level(*(words.FAR_UP if observed >= words.FAR * expected else words.UP))


def _extra(row: pd.Series, series: Series, where: str) -> Figure:
    """Return the extra complaints expected in the next week, or so far when not forecast."""
    if series.week:
        return whole(max(0.0, series.change), f"from {series.week.median.row}")
    return whole(max(0.0, float(row["observed"]) - float(row["expected"])), where)


def _sentence(
    title: str, observed: Figure, expected: Figure, window: str, series: Series, kind: str
) -> Sentence:
    shared: Parts = {
        "theme": Name(title), "observed": observed, "expected": expected, "window": window,
    }  # fmt: skip
    if series.week is None:
        is_new = kind == "emerging"
        template = words.CARD_SENTENCE_NEW if is_new else words.CARD_SENTENCE_UNFORECAST
        return say(template, **shared, reason=series.reason)
    return say(words.CARD_SENTENCE, **shared, range=series.week.range, usual=series.week.usual)


def _closes(row: pd.Series, settings: Settings, where: str) -> Sentence:
    """Return what would close the warning: so few complaints that no alarm is possible.

    An alarm needs at least ``min_observed`` complaints in its window and ``min_ratio`` times
    the expected; below either there is none, and after ``quiet_days`` without one it closes.
    """
    rules, days = settings.warnings, int(row["window_days"])
    needed = max(rules.min_observed, math.ceil(rules.min_ratio * float(row["expected"])))
    quiet = whole(rules.quiet_days)
    if needed >= 2 * days:
        return say(words.CLOSES_A_DAY, n=whole(math.floor(needed / days), where), quiet=quiet)
    window = whole(days)
    return say(words.CLOSES_A_WINDOW, n=whole(needed, where), window=window, quiet=quiet)
