"""A small workspace, made in a second, in which one person's words stand wherever they can."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet

from models.contracts import (
    ASSIGNMENTS,
    COMPLAINTS,
    EMBEDDINGS,
    FEEDBACK,
    THEMES,
    WARNINGS,
    conform,
)
from pipelines.report import write_report
from pipelines.settings import Settings, load_settings
from pipelines.steps.ingest.ingest import ingest_files
from pipelines.store import Store
from pipelines.workspace import Workspace
from tests.pipelines.report.run_folders.making import make_run

SETTINGS: Settings = load_settings()
SALT = b"salt" * 8
NOW = pd.Timestamp("2024-03-01", tz="UTC")
NAME = "Zebedee Quillfeather"
TEXT = "My quillfeather lantern was charged twice beside the zanzibar aquarium"
EARLIER = "My umbrella orchid was charged twice beside the marmalade foundry"  # corrected since
SHARED = "I was charged twice for the same month"  # somebody else wrote it as well
ROWS = [
    ("zx-77120031", "2024-01-03", TEXT, NAME),
    ("zx-77120032", "2024-01-04", SHARED, NAME),
    ("7", "2024-01-04", SHARED, "Ann"),
    ("8", "2024-01-05", "Login fails since the update came", "Bob"),
    ("9", "2024-01-06", "The parcel is a week late", "Ann"),
    ("zx-broken9", "no date", "another quillfeather lantern", NAME),
]
SECRETS = ("quillfeather", "zanzibar", "zx-771200", "zx-broken9", "umbrella orchid")


def ingest(places: Workspace, rows: list[tuple[str, ...]], **kwargs: object) -> object:
    """Take rows of id, time, text and customer in."""
    places.root.mkdir(parents=True, exist_ok=True)
    path = places.root.parent / "complaints.csv"
    columns = ["id", "created_at", "text", "customer"]
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False)
    given = {"as_of": pd.Timestamp("2024-02-01", tz="UTC"), "now": NOW, **kwargs}
    return ingest_files(
        [str(path)],
        source="crm",
        columns={},
        settings=SETTINGS,
        store=Store(places.store),
        salt=SALT,
        **given,
    )


def make_workspace(root: Path) -> Workspace:
    """Return a workspace with tables, a run, MLflow's copy of it, a replay and decisions."""
    places = Workspace.at(root)
    ingest(places, [(*ROWS[0][:2], EARLIER, NAME), *ROWS[1:]])
    ingest(places, ROWS)
    store = Store(places.store)
    known = store.read(COMPLAINTS)
    vectors = known.drop_duplicates("text_hash").assign(encoder="tiny")
    rng = np.random.default_rng(0)
    made = rng.normal(size=(len(vectors), 8)).astype("float16")
    vectors["vector"] = [vector.tobytes() for vector in made]
    store.append(EMBEDDINGS, vectors[list(EMBEDDINGS.columns)])
    version = "2024-02-01T00:00:00Z"
    given = known.assign(version=version, theme_id="t-07aa", strength=1.0)
    store.append(ASSIGNMENTS, conform(given, ASSIGNMENTS))

    run = make_run(places.runs / "2019-05-05")
    themes = pd.read_parquet(run / "themes.parquet")
    is_first = themes["theme_id"] == themes["theme_id"].iloc[0]
    themes.loc[is_first, "title"] = "Quillfeather lantern"
    themes.loc[is_first, "label"] = EARLIER
    themes["exemplars"] = [[TEXT, *it] for it in themes["exemplars"]]
    themes.to_parquet(run / "themes.parquet", index=False)
    warnings = pd.read_parquet(run / "warnings.parquet")
    warnings["exemplars"] = [[*it, TEXT[:60]] for it in warnings["exemplars"]]
    warnings.to_parquet(run / "warnings.parquet", index=False)
    record = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps({**record, "settings": SETTINGS.as_dict()}))
    files = write_report(run, settings=SETTINGS)
    (run / "summary.txt").write_text("\n".join(files.summary) + "\n")
    for table in (THEMES, WARNINGS):
        store.append(table, conform(pd.read_parquet(run / f"{table.name}.parquet"), table))
    shutil.copytree(run, places.mlflow / "artifacts" / "0a1b" / "artifacts")

    replay = places.replays / "2019-05-01_2019-05-05"
    replay.mkdir(parents=True)
    themes.drop(columns="centroid").to_parquet(replay / "themes.parquet", index=False)
    row = f"<td title='{TEXT}'>Quillfeather lantern</td><td>7</td>"
    (replay / "replay.html").write_text(f"<style>p{{}}</style><p>{TEXT.upper()}</p>{row}")
    (replay / "replay.json").write_text(json.dumps({"titles": ["Quillfeather lantern", "Café"]}))

    store.append(FEEDBACK, conform(_feedback(), FEEDBACK))
    places.decisions.write_text(
        "# by hand\n"
        "- at: 2024-02-01T00:00:00Z\n  by: Ada\n  do: split\n  theme: t-07aa\n  parts:\n"
        "  - name: One\n    examples:\n    - crm:zx-77120031\n    - crm:7\n"
        "  - name: Two\n    examples:\n    - crm:zx-77120032\n"
        f"  note: as {NAME} said\n"
    )
    return places


def _feedback() -> pd.DataFrame:
    day = pd.Timestamp("2024-02-01")
    return pd.DataFrame(
        {
            "warning_id": ["w1", "w2"],
            "at": [NOW, NOW],
            "verdict": "useful",
            "by": "Ada",
            "note": [f"{NAME} rang about it", "thanks"],
            "until": pd.NaT,
            "theme_id": "t-07aa",
            "opened_on": day,
            "last_on": day,
            "severity": 2,
        }
    )


def who_holds(root: Path, secrets: tuple[str, ...] = SECRETS) -> list[str]:
    """Return the files in which a secret can be read, by other means than the command's own."""
    found = []
    for path in (it for it in root.rglob("*") if it.is_file()):
        text = path.read_bytes().decode("utf-8", "replace")
        if path.suffix == ".parquet":
            text = str(parquet.read_table(path).to_pydict())
        if any(secret in f"{path} {text}".casefold() for secret in secrets):
            found.append(str(path.relative_to(root)))
    return sorted(found)
