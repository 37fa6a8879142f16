"""The labelled corpora, with their texts as the product would store them.

Texts are cleaned and redacted by the product's own functions, exact repeats stand once, and rows
come in the order of their texts' hashes. Labels are for scoring: no method sees them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.text.normalise import clean_texts, hash_texts
from models.text.redact import redact
from pipelines.settings import load_settings
from pipelines.sources.columns import join_texts

_VAGUE_TOPICS = ("other", "fix-problems")  # of Firefox support: half of all, they name nothing


@dataclass(frozen=True)
class Labelled:
    """A corpus: one row a distinct text.

    Attributes
    ----------
    name : str
        What its figures are called.
    texts, hashes : list of str
        Redacted texts and what they are known by.
    labels : ndarray of int, shape (n_texts,)
        The class that the corpus gives the text.
    """

    name: str
    texts: list[str]
    hashes: list[str]
    labels: npt.NDArray[np.int64]

    @property
    def true_themes(self) -> int:
        """Return how many classes there are."""
        return len(np.unique(self.labels))


def corpora_folder() -> Path:
    """Return the folder of the real corpora, or stop and say what is missing."""
    if "COMPLAINT_CORPORA" not in os.environ:
        raise SystemExit("COMPLAINT_CORPORA is unset: name the folder of the real corpora.")
    return Path(os.environ["COMPLAINT_CORPORA"])


def banking77(folder: Path) -> Labelled:
    """Return the questions to a bank with their 77 intents."""
    files = [folder / "banking77" / name for name in ("train.csv", "test.csv")]
    rows = pd.concat([pd.read_csv(file) for file in files], ignore_index=True)
    return _labelled("banking77", rows["text"], rows["category"])


def airline(folder: Path) -> Labelled:
    """Return the negative tweets to airlines with their reasons."""
    rows = pd.read_csv(folder / "airline_tweets" / "complaints.csv.gz")
    rows = rows[(rows["sentiment"] == "negative") & rows["negative_reason"].notna()]
    return _labelled("airline", rows["text"], rows["negative_reason"])


def firefox(folder: Path) -> Labelled:
    """Return the questions to Firefox support whose topic says what they are about."""
    rows = _questions(folder)
    rows = rows[~rows["topic"].isin(_VAGUE_TOPICS) & rows["topic"].notna()]
    return _labelled("firefox", rows["text"], rows["topic"])


def firefox_stream(folder: Path) -> pd.DataFrame:
    """Return all questions to Firefox support: ``created_at, text, text_hash``, by time."""
    rows = _questions(folder).sort_values(["created_at", "id"], ignore_index=True)
    texts = _safe(rows["text"])
    moments = pd.to_datetime(rows["created_at"], utc=True)
    out = pd.DataFrame({"created_at": moments, "text": texts, "text_hash": hash_texts(texts)})
    return out[out["text"] != ""].reset_index(drop=True)


def _questions(folder: Path) -> pd.DataFrame:
    rows = pd.read_csv(folder / "firefox_support" / "complaints.csv.gz")
    pairs = zip(rows["title"].fillna(""), rows["text"].fillna(""), strict=True)
    return rows.assign(text=[join_texts(title, text) or "" for title, text in pairs])


def _safe(texts: pd.Series) -> pd.Series:
    settings = load_settings()
    rules = settings.redaction
    return redact(
        clean_texts(texts.astype("str")),
        phone_regions=rules.phone_regions,
        handles=rules.handles,
        keep_handles=rules.keep_handles,
        max_chars=settings.ingest.max_text_chars,
    ).texts


def _labelled(name: str, texts: pd.Series, labels: pd.Series) -> Labelled:
    safe = _safe(texts)
    rows = pd.DataFrame({"text": safe, "label": labels, "text_hash": hash_texts(safe)})
    rows = rows.drop_duplicates("text_hash").sort_values("text_hash", ignore_index=True)
    codes, _ = pd.factorize(rows["label"], sort=True)
    return Labelled(name, rows["text"].tolist(), rows["text_hash"].tolist(), codes)
