"""A workspace with one finished run, made once by the flows' own steps, without Prefect."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pandas as pd
import pytest

from models.contracts import COMPLAINTS, conform
from models.embedding import HashingEncoder
from pipelines.flows import forecast as chain
from pipelines.flows.job import Job
from pipelines.flows.refit import fit
from pipelines.flows.report import record
from pipelines.flows.themes import embed, note_floods
from pipelines.flows.warn import warn
from pipelines.session import Session, open_session
from pipelines.steps.embed import embed_texts
from pipelines.store import Store
from tests import small_corpus

AS_OF = "2020-06-29"


def known_complaints() -> pd.DataFrame:
    """Return the small corpus as the store holds it: each row known when it was written."""
    rows = pd.DataFrame(small_corpus.rows())
    rows["created_at"] = pd.to_datetime(rows["created_at"]).astype("datetime64[us, UTC]")
    rows["received_at"] = rows["created_at"]
    rows["complaint_id"] = "files:" + rows["id"]
    rows["text_hash"] = [hashlib.sha256(text.encode()).hexdigest() for text in rows["text"]]
    rows["customer_key"], rows["language"], rows["reach"] = rows["customer"], "en", None
    named = rows.rename(columns={"id": "source_id"}).assign(source="files")
    return conform(named, COMPLAINTS)


def live(job: Job) -> Path:
    """Live a morning up to its finished folder: what the daily flow does, without its report."""
    note_floods.fn(job)
    embed.fn(job)
    fit.fn(job, "the first themes")
    chain.count.fn(job)
    chain.check.fn(job)
    chain.predict.fn(job)
    warn.fn(job)
    record.fn(job)
    for leftover in job.draft.glob("*.step.json"):
        leftover.unlink()
    job.draft.rename(job.folder)
    return job.folder


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the workspace: complaints up to July, one run of the morning after the spike."""
    root = tmp_path_factory.mktemp("session")
    params = small_corpus.write_params(root / "params.yaml")
    Store(root / "work" / "store").upsert(COMPLAINTS, known_complaints())
    job = Job(as_of=f"{AS_OF}T00:00:00Z", workspace=str(root / "work"), params=str(params))
    live(job)
    # The texts of the days after it have their vectors, as a later run would have left them.
    texts = known_complaints()[["text_hash", "text"]].drop_duplicates("text_hash")
    embed_texts(job.store, HashingEncoder(), texts, chunk_texts=5000)
    return root / "work"


@pytest.fixture(scope="session")
def session(made: Path) -> Session:
    """Return the session of the run's morning; what it computes is not logged."""
    return open_session(workspace=made, track=False)


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    """Return a copy of the workspace that a test may write to."""
    return Path(shutil.copytree(made, tmp_path / "work", symlinks=True))
