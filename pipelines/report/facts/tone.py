"""How people write of a theme now, against how they usually do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from models.text.tone import LEAST_TEXTS
from pipelines.moments import iso
from pipelines.report import catalogue as words
from pipelines.report.figures import Figure, Name, Sentence, row_of, say, whole
from pipelines.report.inputs import Run


@dataclass(frozen=True)
class Window:
    """One theme's tone of the last days; None where texts are too few to say."""

    days: int
    texts: Figure
    mean: Figure | None
    usual_texts: Figure
    usual_mean: Figure | None
    p_value: Figure | None
    is_clear: bool

    @property
    def change(self) -> float:
        """Return by how much people write more mildly than usual; negative: more harshly."""
        if self.mean is None or self.usual_mean is None:
            return 0.0
        return float(self.mean.value or 0) - float(self.usual_mean.value or 0)


@dataclass(frozen=True)
class Tone:
    """One theme's tone, and what is said of it."""

    theme_id: str
    title: str
    windows: tuple[Window, ...]
    sentence: Sentence
    is_known: bool
    is_clear: bool


@dataclass(frozen=True)
class Tones:
    """The tones of all themes that have one.

    Parameters
    ----------
    by_theme : mapping of str to Tone
        Themes with any text that could be read.
    clear : tuple of Sentence
        One for each theme whose tone has clearly changed, the largest change first.
    note : Sentence
        Of how many themes that can be told.
    """

    by_theme: Mapping[str, Tone]
    clear: tuple[Sentence, ...]
    note: Sentence

    def of(self, theme_id: str) -> Sentence:
        """Return what is said of a theme's tone on its card."""
        tone = self.by_theme.get(theme_id)
        return say(words.TONE, said=tone.sentence if tone else say(words.TONE_NOT_READ))

    def is_known(self, theme_id: str) -> bool:
        """Return whether a theme's tone can be held against its usual one."""
        return theme_id in self.by_theme and self.by_theme[theme_id].is_known


def tone_facts(run: Run, titles: Mapping[str, str]) -> Tones:
    """Return what is known of the themes' tones; nothing for a run that read none."""
    rows = run.tone[run.tone["theme_id"].isin(titles)]
    found = [
        _tone(str(theme_id), titles[str(theme_id)], its)
        for theme_id, its in rows.groupby("theme_id", sort=True, observed=True)
    ]
    clear = sorted((t for t in found if t.is_clear), key=lambda t: (-_size(t), t.theme_id))
    sentences = tuple(say(words.TONE_OF, theme=Name(t.title), said=t.sentence) for t in clear)
    return Tones({tone.theme_id: tone for tone in found}, sentences, _note(found, clear))


def _size(tone: Tone) -> float:
    return max(abs(window.change) for window in tone.windows if window.is_clear)


def _note(found: list[Tone], clear: list[Tone]) -> Sentence:
    known = sum(tone.is_known for tone in found)
    if not known:
        return say(words.TONES_NOT_KNOWN)
    template = words.TONES_NOTE if clear else words.TONES_NONE
    return say(template, clear=whole(len(clear)), known=whole(known))


def _tone(theme_id: str, title: str, rows: pd.DataFrame) -> Tone:
    windows = tuple(_window(row) for _, row in rows.sort_values("days").iterrows())
    known = [window for window in windows if window.p_value is not None]
    clear = [window for window in known if window.is_clear]
    if not known:
        longest = windows[-1]
        days, least = whole(longest.days), whole(LEAST_TEXTS)
        sentence = say(words.TONE_TOO_FEW, texts=longest.texts, days=days, least=least)
        return Tone(theme_id, title, windows, sentence, is_known=False, is_clear=False)
    # The latest that is clear; else the latest that can be told.
    sentence = _sentence(clear[0]) if clear else _sentence(known[0])
    return Tone(theme_id, title, windows, sentence, is_known=True, is_clear=bool(clear))


def _sentence(window: Window) -> Sentence:
    template = words.TONE_AS_USUAL
    if window.is_clear:
        template = words.TONE_HARSHER if window.change < 0 else words.TONE_MILDER
    assert window.mean is not None
    assert window.usual_mean is not None
    return say(
        template,
        days=whole(window.days),
        now=window.mean,
        usual=window.usual_mean,
        texts=window.texts,
        usual_texts=window.usual_texts,
    )


def _window(row: pd.Series) -> Window:
    key = (row["theme_id"], int(row["days"]), iso(row["as_of"]))

    def at(column: str) -> str:
        return row_of("tone", *key, column=column)

    def mean(column: str) -> Figure | None:
        return None if pd.isna(row[column]) else signed(float(row[column]), at(column))

    p = row["p_value"]
    return Window(
        days=int(row["days"]),
        texts=whole(row["texts"], at("texts")),
        mean=mean("mean"),
        usual_texts=whole(row["usual_texts"], at("usual_texts")),
        usual_mean=mean("usual_mean"),
        p_value=None if pd.isna(p) else Figure(float(p), f"{float(p):.2g}", at("p_value")),
        is_clear=bool(row["is_clear"]),
    )


def signed(value: float, row: str = "") -> Figure:
    """Return a number between -1 and 1 with its sign and two decimals.

    Examples
    --------
    >>> [signed(value).shown for value in (-0.421, 0.3, -0.001)]
    ['−0.42', '+0.30', '0.00']
    """
    rounded = round(value, 2)
    sign = "\u2212" if rounded < 0 else "+" if rounded > 0 else ""
    return Figure(value, f"{sign}{abs(rounded):.2f}", row)
