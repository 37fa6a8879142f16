"""The registered forecaster, loaded as a stranger would: another process, another folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pandas.testing
import pytest
from mlflow import MlflowClient

from models.series.hierarchy import series_id
from pipelines.forecasters.code import code_digest
from pipelines.tracking import CHALLENGER, CHAMPION, Registry, tracking_uri
from pipelines.workspace import Workspace
from tests.pipelines.tracking.cases import ORIGIN, counts, fitted, registered, run_folder, tracked

MODEL = "issuecast-forecaster"

# No PYTHONPATH, no checkout to import from: what is run is what lies in the model.
LOAD = """
import sys
sys.path = [p for p in sys.path if p and "site-packages" in p or "lib/python" in p]
sys.meta_path = [f for f in sys.meta_path if "editable" not in str(f).lower()]
import mlflow, pandas as pd
mlflow.set_tracking_uri(sys.argv[1])
model = mlflow.pyfunc.load_model(sys.argv[2])
found = model.predict(pd.read_parquet(sys.argv[3]))
found.to_parquet(sys.argv[4])
assert not [n for n in sys.modules if n == "models" or n.startswith(("models.", "pipelines"))]
"""

SCORE = (
    LOAD
    + """
import json
from fastapi.testclient import TestClient
from mlflow.pyfunc.scoring_server import init
client = TestClient(init(model))
frame = pd.read_parquet(sys.argv[3])
split = json.loads(frame.to_json(orient="split", date_format="iso", index=False))
answer = client.post("/invocations", json={"dataframe_split": split})
assert answer.status_code == 200, answer.text
pd.DataFrame(answer.json()["predictions"]).to_parquet(sys.argv[4] + ".served")
bad = client.post("/invocations", json={"dataframe_split": {"columns": ["a"], "data": [[1]]}})
assert bad.status_code == 400, bad.text
early = client.post(
    "/invocations", json={"dataframe_split": split, "params": {"origin": "2019-05-01"}}
)
assert "would know the future" in early.text, early.text
"""
)


def elsewhere(code: str, folder: Path, *arguments: str, fails: bool = False) -> str:
    """Run code in a fresh process, in a folder of its own; return what it said."""
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW", "PYTHON", "PREFECT"))
    }
    environment |= {
        "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        check=False,
    )
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def registry(workspace: Workspace) -> Registry:
    return Registry(workspace, uri="", model=MODEL)


@pytest.fixture
def run_id(workspace: Workspace, tmp_path: Path) -> str:
    return tracked(workspace, run_folder(tmp_path / "run"))


def test_in_a_fresh_process_without_pickle_it_forecasts_what_the_run_gave(
    workspace: Workspace, registry: Registry, run_id: str, tmp_path: Path
) -> None:
    forecaster = fitted()
    expected = forecaster.forecast_counts(counts()).daily
    version = registered(registry, tmp_path / "2019-06-03-abc", run_id, forecaster)
    assert version.number == 1
    counts().to_parquet(tmp_path / "posted.parquet")
    given = [tracking_uri(workspace, ""), f"models:/{MODEL}@champion"]
    files = [str(tmp_path / "posted.parquet"), str(tmp_path / "found.parquet")]
    elsewhere(SCORE, tmp_path / "elsewhere", *given, *files)
    found = pd.read_parquet(tmp_path / "found.parquet")
    pandas.testing.assert_frame_equal(found, expected)
    served = pd.read_parquet(tmp_path / "found.parquet.served")
    for name in ("mean", "dispersion", "q05", "q50", "q95"):
        assert served[name].tolist() == expected[name].tolist()
    assert served["series_id"].tolist() == expected["series_id"].tolist()
    assert list((tmp_path / "elsewhere").iterdir()) == []


def _downloaded(workspace: Workspace, registry: Registry, run_id: str, folder: Path) -> Path:
    """Register a forecaster and return the folder of its model, fetched from MLflow."""
    registered(registry, folder / "2019-06-03-abc", run_id, fitted())
    client = MlflowClient(tracking_uri=tracking_uri(workspace, ""))
    return Path(client.download_artifacts(run_id, "models/2019-06-03-abc", str(folder)))


def test_the_model_holds_no_pickle_no_text_and_no_place_of_ours(
    workspace: Workspace, registry: Registry, run_id: str, tmp_path: Path
) -> None:
    folder = _downloaded(workspace, registry, run_id, tmp_path)
    files = [p for p in folder.rglob("*") if p.is_file()]
    assert {p.suffix for p in files} <= {".py", ".json", ".parquet", ".yaml", ".txt", ""}
    assert (folder / "requirements.txt").read_text().startswith("mlflow==")
    texts = {p.name: p.read_text() for p in files if p.suffix != ".parquet"}
    assert not [name for name, text in texts.items() if str(Path.cwd()) in text]
    assert "cloudpickle" not in texts["requirements.txt"]
    example = json.loads(texts["input_example.json"])
    assert {row[0] for row in example["data"]} == {series_id()}  # made up, nobody's data
    model = MlflowClient(tracking_uri=tracking_uri(workspace, "")).get_model_version(MODEL, "1")
    assert model.tags["issuecast.code_digest"] == code_digest()
    signature = texts["MLmodel"]
    for name in ("series_id", "is_provisional", "origin", "dispersion", "q95"):
        assert f'"name": "{name}"' in signature.replace("\n    ", " ")


def test_code_that_was_changed_in_a_model_is_refused(
    workspace: Workspace, registry: Registry, run_id: str, tmp_path: Path
) -> None:
    folder = _downloaded(workspace, registry, run_id, tmp_path)
    counts().to_parquet(tmp_path / "posted.parquet")
    files = [str(tmp_path / "posted.parquet"), str(tmp_path / "found.parquet")]
    ensemble = next(folder.rglob("ensemble.py"))
    ensemble.write_text(ensemble.read_text() + "\n# not what was registered\n")
    said = elsewhere(LOAD, tmp_path / "elsewhere", "", str(folder), *files, fails=True)
    assert "the code of this model was changed after it was made" in said


def test_another_code_has_another_name_and_both_run_side_by_side(
    workspace: Workspace,
    registry: Registry,
    run_id: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Today's code must not run under an old model's name, nor an old one's under today's."""
    import mlflow

    from pipelines.forecasters import code as forecast_code

    forecaster = fitted()
    registered(registry, tmp_path / "2019-06-03-new", run_id, forecaster)
    files = forecast_code._files()
    changed = files["forecasting/distribution.py"].replace(
        "return np.where(p[..., None] < 1, np.maximum(found, 0), 0.0)", "return 0 * found + 77.0"
    )
    assert changed != files["forecasting/distribution.py"]
    monkeypatch.setattr(
        forecast_code, "_files", lambda: files | {"forecasting/distribution.py": changed}
    )
    forecast_code.code_digest.cache_clear()
    try:
        other = tracked(workspace, run_folder(tmp_path / "other"), run_id="other")
        registered(registry, tmp_path / "2019-06-04-old", other, forecaster)
    finally:
        monkeypatch.undo()
        forecast_code.code_digest.cache_clear()
    uri = tracking_uri(workspace, "")
    client = MlflowClient(tracking_uri=uri)
    loaded = [
        mlflow.pyfunc.load_model(client.get_model_version(MODEL, number).source)
        for number in ("1", "2")
    ]
    one, other_found = (model.predict(counts()) for model in loaded)
    pandas.testing.assert_frame_equal(one, forecaster.forecast_counts(counts()).daily)
    assert (other_found["q50"] == 77.0).all()
    assert other_found["mean"].tolist() == one["mean"].tolist()


def test_the_same_fit_is_registered_once_and_aliases_go_forward_only(
    registry: Registry, run_id: str, tmp_path: Path
) -> None:
    week = pd.Timedelta(days=7)
    first = registered(registry, tmp_path / "a", run_id, fitted(origin=ORIGIN - week))
    again = registered(registry, tmp_path / "a", run_id, fitted(origin=ORIGIN - week))
    assert first == again
    assert registry.reason(first) == "the first forecaster"
    second = registered(registry, tmp_path / "b", run_id, fitted())
    assert second.number == 2
    assert registry.at(CHAMPION) == second
    assert registry.reason(second) == "version 1 fitted anew, on days before 2019-06-03"
    # An older morning lived again does not take the alias back.
    registered(registry, tmp_path / "c", run_id, fitted(origin=ORIGIN - 2 * week))
    assert registry.at(CHAMPION) == second
    other = registered(
        registry,
        tmp_path / "d",
        run_id,
        fitted(dispersion_prior=3.0),
        role=CHALLENGER,
        changes={"dispersion_prior": 3.0},
    )
    assert registry.at(CHALLENGER) == other
    assert registry.at(CHAMPION) == second
    assert other.changes == {"dispersion_prior": 3.0}
    assert registry.at("4") == other
    assert registry.at("9") is None
    assert registry.at("nobody") is None
    assert registry.newest_of(first.configuration) == second
