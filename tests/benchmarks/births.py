"""How well births are seen: `python -m tests.benchmarks.births [--quick] --json FILE`.

Two questions. On banking77, with themes held out: how often is a quiet window an alarm, and how
often is a theme noticed that nobody wrote of before? On the real stream of questions to Firefox
support, replayed with no future: which births are there, by name, to be judged by their texts?
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from models.embedding import load_encoder
from models.embedding.base import unit_length
from models.themes.alarm_rate import alarm_threshold
from models.themes.births import Look, Rules, Watch
from models.themes.emerging import UNKNOWN, make_stream, scan_windows, score_texts
from models.themes.labels import describe_themes
from models.themes.neighbours import cosine_level, quantised
from pipelines.settings import Births, load_settings
from tests.benchmarks.figures import parser

WINDOW_TEXTS = 430  # a busy day of a mid-sized feed
PLANTED = (8, 12, 20)  # texts of a new theme in a window
NOMINAL = 0.01  # alarms a quiet window
_SIXTHS = 6  # of the texts: one of them is not yet written
CERTIFICATE = pd.Timestamp("2019-05-04T00:00:00Z")  # expired


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
                quiet.append(self._best(texts, near, len(past), is_past=True)[0])
                texts = rng.choice(now, WINDOW_TEXTS, replace=False)
                judged.append(self._best(texts, near, len(past))[0])
            for theme in np.repeat(unknown, planted).tolist():
                own = np.flatnonzero(self.codes == theme)
                for size in PLANTED:
                    others = rng.choice(now, WINDOW_TEXTS - size, replace=False)
                    texts = np.concatenate([others, rng.choice(own, size, replace=False)])
                    score, mine = self._best(texts, near, len(past))
                    found[size].append((score, bool((self.codes[mine] == theme).mean() > 0.5)))
        threshold = alarm_threshold(quiet, rate=NOMINAL)
        out = {"birth_false_alarm_rate": float(np.mean(np.array(judged) > threshold))}
        for size, looks in found.items():
            out[f"birth_power_{size}"] = float(
                np.mean([score > threshold and is_mine for score, is_mine in looks])
            )
        return {name: round(value, 4) for name, value in out.items()}

    def _best(
        self, texts: np.ndarray, near: np.ndarray, size: int, *, is_past: bool = False
    ) -> tuple[float, np.ndarray]:
        """Return the window's best score, and its texts near the one that has it."""
        products = self.rows[texts] @ self.rows[texts].T
        known = near[:, texts]
        if is_past:  # the window is no reference of its own
            known = known - np.stack([(products >= level).sum(axis=1) for level in self.levels])
            size -= len(texts)
        scores, _, _, radii = score_texts(
            products,
            np.eye(len(texts), dtype=bool),
            known,
            size,
            levels=self.levels,
            min_people=self.options.min_people,
        )
        i = int(scores.argmax())
        return float(scores[i]), texts[products[i] >= radii[i]]


def firefox_births(
    vectors: np.ndarray,
    frame: pd.DataFrame,
    *,
    is_complaint: Sequence[bool] | None = None,
    until: pd.Timestamp | None = None,
) -> tuple[dict[str, float], list[dict[str, Any]]]:
    """Return the figures and the births of the replayed stream, hour by hour, no future.

    Parameters
    ----------
    vectors : ndarray of shape (n_texts, dimension)
    frame : DataFrame of ``created_at, text``
        In the order of time; there is no customer.
    is_complaint : sequence of bool, optional
        Texts that can be part of a birth; all by default.
    until : Timestamp, optional
        The replay's end; the stream's by default.
    """
    options = load_settings().births
    keep = np.ones(len(frame), dtype=bool) if is_complaint is None else np.asarray(is_complaint)
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
        "similarities", "copy_similarity", "min_people",
    )  # fmt: skip
    return {name: getattr(options, name) for name in names}


def rules_of(options: Births) -> Rules:
    """Return the parameters of an alarm."""
    names = (
        "alarms_per_month", "null_days", "same_issue", "belongs", "quiet_days",
    )  # fmt: skip
    return Rules(**{name: getattr(options, name) for name in names})


def main() -> None:
    """Measure on the corpora, with the bundled encoder, and write one flat JSON object."""
    asked = parser()
    asked.add_argument("--vectors", type=Path, help="a folder that keeps vectors between calls")
    options = asked.parse_args()
    corpora = Path(os.environ["COMPLAINT_CORPORA"])
    bank = pd.concat(
        [pd.read_csv(path) for path in sorted((corpora / "banking77").glob("*.csv*"))],
        ignore_index=True,
    )
    figures = banking77_births(
        _vectors(bank["text"].tolist(), options.vectors, "banking77"),
        bank["category"].tolist(),
        quick=options.quick,
    )
    frame = _firefox(corpora / "firefox_support" / "complaints.csv.gz")
    if options.quick:
        frame = frame[frame["created_at"] < "2019-05-10"].reset_index(drop=True)
    # A stand-in for the language and the substance of a text: its locale and four words.
    is_complaint = (frame["locale"] == "en-US") & (frame["text"].str.split().str.len() >= 4)
    vectors = _vectors(frame["text"].tolist(), options.vectors, "firefox")
    of_firefox, births = firefox_births(vectors, frame, is_complaint=is_complaint.to_numpy())
    figures.update(of_firefox)
    lines = [f"{b['at']} {b['title']} ({b['people']}, {b['expected']} usual)" for b in births]
    text = json.dumps({**figures, "births": lines}, indent=1, ensure_ascii=False)
    options.json.write_text(text + "\n", encoding="utf-8")


def _firefox(path: Path) -> pd.DataFrame:
    raw = pd.read_csv(path)
    frame = raw.assign(
        created_at=pd.to_datetime(raw["created_at"], utc=True),
        text=(raw["title"].fillna("") + ". " + raw["text"].fillna("")).str.slice(0, 4000),
    )
    return frame.sort_values(["created_at", "id"], ignore_index=True)


def _vectors(texts: list[str], folder: Path | None, name: str) -> np.ndarray:
    path = None if folder is None else folder / f"{name}.{len(texts)}.npy"
    if path is not None and path.exists():
        return np.load(path)
    vectors = load_encoder("all-MiniLM-L6-v2").encode(texts)
    if path is not None:
        np.save(path, vectors.astype(np.float16))
    return vectors


if __name__ == "__main__":
    main()
