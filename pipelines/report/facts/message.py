"""The three key messages: what is coming, how much, how sure, and who looks first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.report import catalogue as words
from pipelines.report.facts.gates import is_stale, stale_sentence
from pipelines.report.facts.series import Level, Series, Week
from pipelines.report.facts.warning import Warned
from pipelines.report.figures import Name, Parts, Sentence, say, text, whole
from pipelines.report.inputs import Run

MESSAGES = 3
_LIKELY = 0.7
_BARELY_UP = 1.25  # last week's count below this many times the usual: the rise is still ahead
_EASING = 0.7  # a median below this share of last week's count: it is easing
_HANDFUL = 4  # a week that will bring no more than this is no trouble, whatever is usual
# A change is news when the usual lies outside the 80 % range and this much would differ.
_NEWS_CHANCE = 0.9
_NEWS_SHARE = 0.2
_NEWS_COUNT = 5


@dataclass(frozen=True)
class Message:
    """One key message: whom it is about, what it says, and the second line with the rest."""

    level: Level
    name: str
    head: Sentence
    detail: Sentence
    warning: Warned | None = None

    def plain(self) -> str:
        """Return the message's first line as plain text."""
        return f"{self.name} {text(self.head)}".strip()


def key_messages(
    run: Run, warned: tuple[Warned, ...], series: dict[str, Series], total: Series,
    titles: dict[str, str], is_complete: bool,
) -> tuple[Message, ...]:  # fmt: skip
    """Return three messages at most: warnings, then strong changes, then the total.

    What is set aside heads none. Where the data is too old there is one message: that nothing is
    forecast.
    """
    if is_stale(run):
        return (Message(Level(*words.SAME), "", say(words.STALE_HEAD), stale_sentence(run)),)
    # What has fallen below its usual level is only waiting to be closed: no news.
    up = [w for w in warned if (w.observed.value or 0) > (w.expected.value or 0)]
    snoozed = [w for w in up if w.is_aside]
    still_up = [w for w in up if not w.is_aside]
    out = [message_of(warning) for warning in still_up[:MESSAGES]]
    if not still_up:
        out.append(_nothing_new(run, len(series), is_complete, snoozed))
    busy = {warning.theme_id for warning in warned}
    busy |= {also.theme_id for warning in warned for also in warning.also}
    changed = sorted(
        (theme_id for theme_id in series if theme_id not in busy and _is_news(series[theme_id])),
        key=lambda theme_id: (-abs(series[theme_id].change), theme_id),
    )
    named = [*((titles.get(t, t), series[t]) for t in changed), (words.TOTAL_NAME, total)]
    out += [_of_change(name, it, it.week) for name, it in named if it.week]
    return tuple(out[:MESSAGES])


def direction_words(week: Week, last_7: float | None) -> str:
    """Return where a series is going against its usual level, with the word of chance."""
    usual, median = float(week.usual.value or 0), float(week.median.value or 0)
    high = float(week.range.high.value or 0)
    if last_7 is not None and usual <= high <= min(_HANDFUL, last_7 - 1):
        # The upper end of an 80 % range: nine in ten weeks stay at or below it.
        return words.DIRECTIONS["fade"].format(word=words.chance_word(0.9))
    if week.above >= _LIKELY:
        word = words.chance_word(week.above)
        if last_7 is None or last_7 <= _BARELY_UP * usual:
            return words.DIRECTIONS["rise"].format(word=word)
        kind = "ease" if median < _EASING * last_7 else "stay"
        return words.DIRECTIONS[kind].format(word=word)
    if week.above <= 1 - _LIKELY:
        word = words.chance_word(1 - week.above)
        kind = "back" if last_7 is not None and last_7 > _BARELY_UP * usual else "fall"
        return words.DIRECTIONS[kind].format(word=word)
    is_up = last_7 is not None and last_7 > _BARELY_UP * usual
    return words.DIRECTIONS["even_up" if is_up else "same"]


def _direction(series: Series, week: Week) -> str:
    return direction_words(week, series.last_7.value if series.last_7 else None)


def _head(series: Series, week: Week) -> Sentence:
    return say(
        words.KEY_HEAD,
        direction=_direction(series, week),
        range=week.range,
        dates=words.days(week.start, week.end),
        usual=week.usual,
    )


def message_of(warning: Warned) -> Message:
    """Return what is said of a warning where it stands as a message."""
    week = warning.series.week
    shared: Parts = {"observed": warning.observed, "window": warning.window}
    ratio = warning.ratio if warning.ratio.value is not None else words.NONE_USUAL
    # Where the forecast cannot say up or down, what is sure comes first: what is on now.
    is_open_ended = (
        week is not None and _direction(warning.series, week) == words.DIRECTIONS["even_up"]
    )
    if week and is_open_ended:
        dates = words.days(week.start, week.end)
        ahead: Parts = {"ratio": ratio, "dates": dates, "range": week.range, "usual": week.usual}
        head = say(words.KEY_HEAD_NOW, **ahead, **shared)
    elif week:
        head = _head(warning.series, week)
    else:
        is_new = warning.ratio.value is None and warning.kind == words.KINDS["emerging"]
        template = words.KEY_HEAD_NEW if is_new else words.KEY_HEAD_UNFORECAST
        head = say(template, ratio=ratio, **shared)
    detail: list[Sentence] = []
    if warning.one_source:
        detail.append(warning.one_source)
    if week:
        day = words.day(warning.opened)
        template = words.KEY_SINCE if is_open_ended else words.KEY_NOW
        detail.append(say(template, day=day, expected=warning.expected, **shared))
    if warning.also:
        detail.append(say(words.KEY_ALSO, themes=Name(warning.also_seen_in)))
    if warning.news:
        detail.append(say(words.KEY_WORDING, words=Name(warning.news)))
    if warning.chance:
        template = words.KEY_CHANCE_SPIKE if warning.exceeds_7 else words.KEY_CHANCE
        detail.append(say(template, chance=warning.chance))
    return Message(warning.level, warning.title, head, _joined(detail), warning)


def _of_change(name: str, series: Series, week: Week) -> Message:
    detail = say(words.KEY_CHANCE, chance=week.chance)
    return Message(series.level, name, _head(series, week), detail)


def _nothing_new(run: Run, themes: int, is_complete: bool, snoozed: Sequence[Warned]) -> Message:
    day = words.day(run.origin, year=True)
    if snoozed:
        detail = say(
            words.APART_FROM_ASIDE,
            themes=Name(", ".join(w.title for w in snoozed)),
            day=day,
            of=whole(themes),
        )
    else:
        detail = say(words.NO_NEW_WARNINGS_WHY, day=day, themes=whole(themes))
    if not is_complete:
        detail = (*detail, " ", words.UNSEEN)
    return Message(Level(*words.SAME), "", say(words.NO_NEW_WARNINGS + "."), detail)


def _is_news(series: Series) -> bool:
    week = series.week
    if week is None:
        return False
    usual = float(week.usual.value or 0)
    is_sure = week.above >= _NEWS_CHANCE or week.above <= 1 - _NEWS_CHANCE
    return is_sure and abs(series.change) >= max(_NEWS_COUNT, _NEWS_SHARE * usual)


def _joined(sentences: list[Sentence]) -> Sentence:
    out: Sentence = ()
    for sentence in sentences:
        out = (*out, " ", *sentence) if out else sentence
    return out
