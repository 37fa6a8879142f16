"""How well births are seen: `python -m tests.benchmarks.births [--quick] --json FILE`.

Two questions. On banking77, with themes held out: how often is a quiet window an alarm, and how
often is a theme noticed that nobody wrote of before? On the real stream of questions to Firefox
support, replayed with no future: which births are there, by name, to be judged by their texts?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from models.embedding.base import unit_length
from models.text.language import detect_languages
from models.themes.alarm_rate import alarm_threshold
from models.themes.births import Look, Rules, Watch
from models.themes.emerging import scan_windows
from models.themes.labels import describe_themes
from models.themes.neighbours import cosine_level, quantised
from models.themes.scan_scores import Scores, around_centres, best_balls, score_places
from models.themes.stream import UNKNOWN, make_stream
from pipelines.settings import Births, load_settings
from pipelines.steps.themes.apart import mark_apart
from tests.benchmarks.cached_vectors import vectors_of
from tests.benchmarks.corpora import banking77, corpora_folder, firefox_stream
from tests.benchmarks.figures import machine, parser, show, write

WINDOW_TEXTS = 430  # a busy day of a mid-sized feed
PLANTED = (8, 12, 20)  # texts of a new theme in a window
NOMINAL = 0.01  # alarms a quiet window
_SIXTHS = 6  # of the texts: one of them is not yet written
CERTIFICATE = pd.Timestamp("2019-05-04T00:00:00Z")  # expired
_QUICK_UNTIL = pd.Timestamp("2019-05-10T00:00:00Z")


def banking77_births(
    vectors: np.ndarray, labels: Sequence[object], *, seed: int = 0, quick: bool = False
) -> dict[str, float]:
    """Return the rate of false alarms and the share of new themes found, by size.

    Twice: with a random half of the themes unknown (``birth_*``), and with a single one unknown,
    all its near relations being known (``birth_*_one``), which is the hardest case there is.

    A sixth of the texts makes the windows that are judged, the others of known themes are the
    reference. Windows of the reference, each scanned against what is left of it, set the
    threshold at a nominal 1 %; quiet windows count false alarms; and into others so many texts
    of an unknown theme are planted. Found: an alarm, at a text of which most of the near ones
    are the theme's.

    Parameters
    ----------
    vectors : ndarray of shape (n_texts, dimension)
    labels : sequence of shape (n_texts,)
        The true themes, which say what is held out and nothing else.
    """
    codes, names = pd.factorize(pd.Series(labels), sort=True)
    rng = np.random.default_rng(seed)
    corpus = _HeldOut(vectors, codes, rng.integers(0, _SIXTHS, len(codes)))
    half = [np.sort(rng.permutation(len(names))[::2]) for _ in range(4 if quick else 12)]
    single = [np.array([theme]) for theme in rng.permutation(len(names))[: 12 if quick else 999]]
    out = corpus.figures(half, rng, windows=30 if quick else 60, planted=1)
    one = corpus.figures(single, rng, windows=10, planted=3)
    return {**out, **{f"{name}_one": value for name, value in one.items()}}


class _HeldOut:
    """A corpus of which some themes are unknown and a sixth of the texts is not yet written."""

    def __init__(self, vectors: np.ndarray, codes: np.ndarray, sixth: np.ndarray) -> None:
        self.options = load_settings().births
        self.levels = np.array([cosine_level(s) for s in self.options.similarities])
        centred = self.options.centre_similarities
        self.centre_levels = np.array([cosine_level(s) for s in centred])
        self.rows = quantised(unit_length(np.asarray(vectors, dtype=np.float32)))
        self.codes, self.sixth = codes, sixth
        self.themes = int(codes.max()) + 1
        cell = codes * _SIXTHS + sixth
        cells = np.zeros((len(cell), self.themes * _SIXTHS), dtype=np.float32)
        cells[np.arange(len(cell)), cell] = 1.0
        shape = (len(self.levels), len(cell), self.themes, _SIXTHS)
        self.near = np.zeros(shape, dtype=np.int16)
        for block in np.array_split(np.arange(len(cell)), max(1, len(cell) // 500)):
            products = self.rows[block] @ self.rows.T
            for k, level in enumerate(self.levels):
                found = (products >= level).astype(np.float32) @ cells
                self.near[k, block] = found.reshape(len(block), *shape[2:])

    def figures(
        self, held_out: list[np.ndarray], rng: np.random.Generator, *, windows: int, planted: int
    ) -> dict[str, float]:
        """Return the figures over draws, in each of which other themes are unknown."""
        quiet: list[float] = []
        judged: list[float] = []
        found: dict[int, list[tuple[float, bool]]] = {size: [] for size in PLANTED}
        for draw, unknown in enumerate(held_out):
            is_known = ~np.isin(self.codes, unknown)
            is_now = self.sixth == draw % _SIXTHS
            past, now = np.flatnonzero(is_known & ~is_now), np.flatnonzero(is_known & is_now)
            known = np.delete(self.near, unknown, axis=2)
            near = np.delete(known, draw % _SIXTHS, axis=3).sum(axis=(2, 3), dtype=np.int64)
            for _ in range(windows):
                texts = rng.choice(past, WINDOW_TEXTS, replace=False)
                quiet.append(self._best(texts, near, past, is_past=True)[0])
                texts = rng.choice(now, WINDOW_TEXTS, replace=False)
                judged.append(self._best(texts, near, past)[0])
            for theme in np.repeat(unknown, planted).tolist():
                own = np.flatnonzero(self.codes == theme)
                for size in PLANTED:
                    others = rng.choice(now, WINDOW_TEXTS - size, replace=False)
                    texts = np.concatenate([others, rng.choice(own, size, replace=False)])
                    score, mine = self._best(texts, near, past)
                    found[size].append((score, bool((self.codes[mine] == theme).mean() > 0.5)))
        threshold = alarm_threshold(quiet, rate=NOMINAL)
        out = {"birth_false_alarm_rate": float(np.mean(np.array(judged) > threshold))}
        for size, looks in found.items():
            out[f"birth_power_{size}"] = float(
                np.mean([score > threshold and is_mine for score, is_mine in looks])
            )
        return {name: round(value, 4) for name, value in out.items()}

    def _best(
        self, texts: np.ndarray, near: np.ndarray, past: np.ndarray, *, is_past: bool = False
    ) -> tuple[float, np.ndarray]:
        """Return the window's best score, and its texts near the place that has it."""
        vectors = self.rows[texts]
        products = vectors @ vectors.T
        known = near[:, texts]
        if is_past:  # the window is no reference of its own
            known = known - np.stack([(products >= level).sum(axis=1) for level in self.levels])
            past = past[~np.isin(past, texts)]
        found = self._scored(products, known, len(past), self.levels)
        _, balls = best_balls(found, products, self.levels)
        best = self._loudest(found, products, self.levels)
        if len(balls) and len(self.centre_levels):
            centres, around = around_centres(vectors, balls)
            to_past = centres @ self.rows[past].T
            known = np.stack([(to_past >= level).sum(axis=1) for level in self.centre_levels])
            found = self._scored(around, known, len(past), self.centre_levels)
            centred = self._loudest(found, around, self.centre_levels)
            best = max(best, centred, key=lambda pair: pair[0])
        return best[0], texts[best[1]]

    def _scored(
        self, products: np.ndarray, near: np.ndarray, size: int, levels: np.ndarray
    ) -> Scores:
        alone = np.eye(products.shape[1], dtype=bool)
        least = self.options.min_people
        return score_places(products, alone, near, size, levels=levels, min_people=least)

    def _loudest(
        self, found: Scores, products: np.ndarray, levels: np.ndarray
    ) -> tuple[float, np.ndarray]:
        k, i = np.unravel_index(int(found.scores.argmax()), found.scores.shape)
        return float(found.scores[k, i]), products[i] >= levels[k]


def firefox_births(
    vectors: np.ndarray,
    frame: pd.DataFrame,
    *,
    until: pd.Timestamp | None = None,
) -> tuple[dict[str, float], list[dict[str, Any]]]:
    """Return the figures and the births of the replayed stream, hour by hour, no future.

    Parameters
    ----------
    vectors : ndarray of shape (n_texts, dimension)
    frame : DataFrame of ``created_at, text``
        In the order of time; there is no customer. What is no complaint, and what is in another
        language, is left out as in the product.
    until : Timestamp, optional
        The replay's end; the stream's by default.
    """
    options = load_settings().births
    keep = can_be_born_of(frame)
    rows = frame[keep].reset_index(drop=True)
    unit = unit_length(np.asarray(vectors, dtype=np.float32)[keep])
    looks, births = replay(unit, rows, options, until=until)
    watched = [look for look in looks if np.isfinite(look.threshold)]
    days = len({pd.Timestamp(look.moment).date() for look in watched})
    by_moment = [pd.Timestamp(birth["at"], tz="UTC") for birth in births]
    first = min((at for at in by_moment if at > CERTIFICATE), default=pd.NaT)
    figures = {
        "births_firefox": float(len(births)),
        "births_nominal_per_month": options.alarms_per_month,
        "births_per_month_firefox": round(len(births) / max(days, 1) * 365.25 / 12, 3),
        "births_watched_days": float(days),
        "certificate_birth_delay_h": (first - CERTIFICATE) / pd.Timedelta(hours=1),
    }
    return figures, births


def replay(
    unit: np.ndarray, rows: pd.DataFrame, options: Births, *, until: pd.Timestamp | None = None
) -> tuple[list[Look], list[dict[str, Any]]]:
    """Return every look and the births, each with its title as of its own moment."""
    moments = rows["created_at"].dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    texts = rows["text"].tolist()
    stream = make_stream(moments, unit, np.full(len(rows), UNKNOWN), texts)
    watch = Watch(rules_of(options))
    looks: list[Look] = []
    births: list[dict[str, Any]] = []
    end = pd.Timestamp(moments[-1]) if until is None else until.tz_localize(None)
    for day in pd.date_range(pd.Timestamp(moments[0]).ceil("D"), end.floor("D"), freq="D"):
        hours = day + pd.to_timedelta(np.arange(1, 25), unit="h")
        hours = hours[hours <= end.ceil("h")].to_numpy().astype("datetime64[us]")
        scans = scan_windows(stream, hours, **scan_options(options))
        for hour, seen in zip(hours, scans, strict=True):
            if not seen:
                continue
            look = watch.look(stream, hour, seen)
            looks.append(look)
            births += [_told(alarm, look, texts, unit) for alarm in look.alarms if alarm.is_birth]
    return looks, births


def _told(alarm: Any, look: Look, texts: list[str], unit: np.ndarray) -> dict[str, Any]:
    mine = [texts[i] for i in alarm.texts]
    named = describe_themes(mine, np.zeros(len(mine), dtype=int), unit[alarm.texts]).iloc[0]
    return {
        "at": str(alarm.moment)[:16],
        "title": named["title"],
        "label": named["label"],
        "people": alarm.people,
        "expected": round(alarm.expected, 2),
        "score": round(alarm.score, 1),
        "threshold": round(look.threshold, 1),
        "texts": [text[:200] for text in mine],
    }


def scan_options(options: Births) -> Mapping[str, Any]:
    """Return the parameters of a scan."""
    names = (
        "windows_hours", "reference_days", "gap_days", "min_reference", "max_reference",
        "similarities", "centre_similarities", "copy_similarity", "min_people",
    )  # fmt: skip
    return {name: getattr(options, name) for name in names}


def rules_of(options: Births) -> Rules:
    """Return the parameters of an alarm."""
    names = (
        "alarms_per_month", "null_days", "same_issue", "belongs", "quiet_days",
    )  # fmt: skip
    return Rules(**{name: getattr(options, name) for name in names})


def can_be_born_of(frame: pd.DataFrame) -> np.ndarray:
    """Return which texts the product would look at: complaints in a main language."""
    rows = frame.assign(language=detect_languages(frame["text"]))
    marks = mark_apart(rows, load_settings())
    return np.asarray(marks["kind"].isna() & marks["foreign"].isna())


def main() -> None:
    """Measure on the corpora, with the product's own vectors, print and write flat JSON."""
    options = parser().parse_args()
    folder = corpora_folder()
    bank = banking77(folder)
    vectors = vectors_of(bank.texts, bank.hashes)
    figures: dict[str, object] = dict(banking77_births(vectors, bank.labels, quick=options.quick))
    stream = firefox_stream(folder)
    if options.quick:
        stream = stream[stream["created_at"] < _QUICK_UNTIL].reset_index(drop=True)
    vectors = vectors_of(stream["text"].tolist(), stream["text_hash"].tolist())
    of_stream, births = firefox_births(vectors, stream)
    figures.update(of_stream)
    figures["births"] = [
        f"{b['at']} {b['title']} ({b['people']} people, {b['expected']} usual)" for b in births
    ]
    show(write({**machine(), **figures}, options.json, digits=4))


if __name__ == "__main__":
    main()
