"""Texts get a meaning and a theme: floods marked, texts embedded, themes found or kept."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from models.contracts import ASSIGNMENTS, BIRTHS, FLOODS, THEMES
from models.embedding import load_encoder
from models.errors import NotEnoughHistory
from models.text.floods import mark_floods
from pipelines.console import console
from pipelines.flows.job import Job, safely
from pipelines.steps.births import find_births
from pipelines.steps.embed import embed_texts
from pipelines.steps.themes import find_themes


@flow(name="themes")
def themes(job: Job, *, refit: bool = False) -> None:
    """Mark floods, embed what is new, assign it to themes."""
    note_floods(job)
    embed(job)
    discover(job, refit=refit)


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
        report(f"{result.new:,} texts embedded, {result.kept:,} known")
    console.seconds["embedding alone"] = result.seconds
    job.note("embed", {"new": result.new, "kept": result.kept, "encoder": encoder.name})


@task(name="discover", cache_policy=NO_CACHE)
@safely
def discover(job: Job, *, refit: bool) -> None:
    """Find themes, or assign new complaints to the known ones."""
    encoder = job.notes()["embed"]["encoder"]
    marks = job.read("marks")
    left_out = frozenset(marks.loc[~marks["is_counted"].astype(bool), "complaint_id"])
    complaints = job.complaints(
        ["complaint_id", "created_at", "received_at", "text", "text_hash", "customer_key"]
    )
    with console.step("themes") as report:
        result = find_themes(
            job.store,
            encoder_name=encoder,
            settings=job.settings,
            as_of=job.moment,
            complaints=complaints,
            left_out=left_out,
            refit=refit,
        )
        active = int((result.themes["status"] == "active").sum())
        how = "found" if result.refitted else f"kept since {result.version[:10]}"
        report(f"{active} themes {how}; {result.new_assigned:,} complaints assigned")
    with console.step("births") as report:
        births = find_births(
            job.store,
            encoder_name=encoder,
            settings=job.settings,
            as_of=job.moment,
            complaints=complaints,
            left_out=left_out,
            found=result,
        )
        report(f"{births.looks:,} looks, {births.born} births")
    job.write("themes", births.themes, THEMES)
    job.write("assignments", births.assignments, ASSIGNMENTS)
    job.write("births", births.births, BIRTHS)
    job.note(
        "births",
        {
            "looks": births.looks,
            "born": births.born,
            "nominal_per_month": job.settings.births.alarms_per_month,
            "realised_per_month": births.realised_per_month,
        },
    )
    job.note(
        "themes",
        {
            "version": result.version,
            "refitted": result.refitted,
            "themes": active,
            "new_assigned": result.new_assigned,
            "unassigned": result.unassigned,
        },
    )
