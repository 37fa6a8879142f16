"""Texts get a meaning and a theme: floods marked, texts embedded, themes found or kept."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from models.contracts import FLOODS
from models.embedding import load_encoder
from models.errors import NotEnoughHistory
from models.text.floods import mark_floods
from pipelines.console import console
from pipelines.flows.job import Job, safely
from pipelines.flows.quality import note_quality
from pipelines.flows.refit import refit as find_anew
from pipelines.flows.themes_found import find, hand_over, say_found
from pipelines.steps.embed import embed_texts
from pipelines.steps.themes.due import drift_reason, reason_to_refit


@flow(name="themes")
def themes(job: Job, *, refit: bool = False) -> None:
    """Mark floods, embed what is new, assign it to themes."""
    note_floods(job)
    embed(job)
    reason = discover(job, refit=refit)
    if reason:
        find_anew(job, reason)
        note_quality(job)


@task(name="mark floods", cache_policy=NO_CACHE)
@safely
def note_floods(job: Job) -> None:
    """Mark near-identical texts by few customers: people count, not texts."""
    settings = job.settings.floods
    with console.step("floods") as report:
        complaints = job.complaints(
            ["complaint_id", "created_at", "text", "text_hash", "customer_key"]
        )
        if complaints.empty:
            raise NotEnoughHistory(
                f"No complaint is known as of {job.as_of}: give --input, or a later --as-of."
            )
        found = mark_floods(
            complaints,
            min_texts=settings.min_texts,
            max_customers=settings.max_customers,
            window_hours=settings.window_hours,
            similarity=settings.similarity,
        )
        job.write("floods", found.floods, FLOODS)
        job.write("marks", found.marks[found.marks["flood_id"].notna()].reset_index(drop=True))
        texts = int(found.floods["texts"].sum())
        report.rows(len(complaints), len(found.floods))
        report(f"{len(found.floods)} floods of {texts:,} near-identical texts")
    job.note("floods", {"floods": len(found.floods), "texts": texts})


@task(name="embed", cache_policy=NO_CACHE)
@safely
def embed(job: Job) -> None:
    """Embed the texts that have no vector yet."""
    settings = job.settings.embedding
    encoder = load_encoder(
        settings.encoder, precision=settings.precision, batch_texts=settings.batch_texts
    )
    texts = job.complaints(["text_hash", "text"]).drop_duplicates("text_hash")
    with console.step("embed") as report, console.bar("texts") as bar:
        result = embed_texts(
            job.store, encoder, texts, chunk_texts=settings.chunk_texts, progress=bar.at
        )
        report.rows(len(texts), result.new + result.kept)
        report(f"{result.new:,} texts embedded, {result.kept:,} known")
    console.seconds["embedding alone"] = result.seconds
    job.note("embed", {"new": result.new, "kept": result.kept, "encoder": encoder.name})


@task(name="discover", cache_policy=NO_CACHE)
@safely
def discover(job: Job, *, refit: bool) -> str:
    """Assign new complaints to the known themes; return why a refit is due instead, or ""."""
    options = job.settings.themes
    encoder = job.notes()["embed"]["encoder"]
    reason = reason_to_refit(job.store, encoder, options, as_of=job.moment, asked=refit)
    if reason:
        return reason
    with console.step("themes") as report:
        found = find(job, refit=False)
        reason = drift_reason(
            found.result.assignments, found.complaints, options, version=found.result.version
        )
        if not reason:
            say_found(report, found, hand_over(job, found, ""))
    return reason
