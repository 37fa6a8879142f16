"""Mornings to find themes on: complaints of three topics, and what is found of them."""

import dataclasses
import hashlib

import numpy as np
import pandas as pd

from models.contracts import ASSIGNMENTS, LINEAGE, THEMES
from models.embedding import HashingEncoder
from pipelines.settings import load_settings
from pipelines.steps.embed import embed_texts
from pipelines.steps.themes.themes import find_themes

TOPICS = {
    "router": ("router", "drops", "connection", "evening", "modem", "wifi", "restart"),
    "bill": ("bill", "charged", "twice", "refund", "invoice", "payment", "month"),
    "parcel": ("parcel", "late", "courier", "delivery", "tracking", "depot", "doorstep"),
}
START = pd.Timestamp("2024-01-01T06:00:00Z")


def some_complaints(days, *, topics=tuple(TOPICS), per_day=2, first=0, seed=0):
    """Return complaints of the days from `first` on, a few a topic and day."""
    rng = np.random.default_rng([seed, first])
    rows = []
    for day in range(first, first + days):
        for topic in topics:
            for i in range(per_day):
                words = rng.permutation(TOPICS[topic])[:5]
                text = f"{topic} " + " ".join(words) + f" {'again ' * i}on day {day}"
                rows.append((f"s:{day}-{topic}-{i}", START + pd.Timedelta(days=day, hours=i), text))
    return as_complaints(rows)


def as_complaints(rows, *more):
    """Return rows of an id, a moment, a text and `more` as complaints, received as they came."""
    frame = pd.DataFrame(rows, columns=["complaint_id", "created_at", "text", *more])
    frame["created_at"] = frame["created_at"].astype("datetime64[us, UTC]")
    frame["received_at"] = frame["created_at"]
    frame["text_hash"] = [hashlib.sha256(t.encode()).hexdigest() for t in frame["text"]]
    return frame


def theme_settings(**changes):
    settings = load_settings()
    defaults = {"resolution": 1.0, "refit_days": 28, "reject_share": 0.02}
    return dataclasses.replace(
        settings, themes=dataclasses.replace(settings.themes, **{**defaults, **changes})
    )


def morning(day):
    return (START + pd.Timedelta(days=day)).normalize()


def find(store, complaints, day, *, left_out=frozenset(), settings=None, **kwargs):
    as_of = morning(day)
    known = complaints[(complaints["created_at"] < as_of) & (complaints["received_at"] < as_of)]
    encoder = HashingEncoder()
    embed_texts(store, encoder, known[["text_hash", "text"]], chunk_texts=1000)
    return find_themes(
        store,
        encoder_name=encoder.name,
        settings=settings or theme_settings(),
        as_of=as_of,
        complaints=known,
        left_out=left_out,
        **kwargs,
    )


def versions(store):
    return store.version(THEMES), store.version(ASSIGNMENTS), store.version(LINEAGE)
