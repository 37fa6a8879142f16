"""A fitted forecaster as an MLflow model: code, JSON and Parquet, never a pickle."""

from __future__ import annotations

import json
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from models.contracts import COUNT, DATE, FORECASTS, NUMBER, TEXT
from models.series.hierarchy import series_id
from pipelines.forecasters.code import code_digest, write_code

if TYPE_CHECKING:
    from mlflow.models import ModelSignature

_CODE = Path(__file__).parent / "registered" / "forecaster_model.py"
# What the code in a model imports; without a list MLflow would guess one, for ten seconds.
_NEEDED = (
    *("mlflow", "numpy", "pandas", "pandera", "pyarrow", "scipy", "scikit-learn", "statsmodels"),
    "holidays",
)
_TYPES = {TEXT: "string", DATE: "datetime", COUNT: "long", NUMBER: "double"}


def write_model(folder: Path, forecaster: Path) -> None:
    """Write the MLflow model of a forecaster.

    Parameters
    ----------
    folder : Path
        Made here.
    forecaster : Path
        The folder that :func:`pipelines.forecasters.kept.write_forecaster` has written.
    """
    from mlflow.pyfunc import save_model

    with tempfile.TemporaryDirectory(prefix="issuecast-model-") as name:
        state = Path(name) / "forecaster"
        shutil.copytree(forecaster, state)
        file = state / "configuration.json"
        configuration = json.loads(file.read_text(encoding="utf-8")) | {"code": code_digest()}
        file.write_text(json.dumps(configuration, indent=1, sort_keys=True) + "\n", "utf-8")
        package = write_code(Path(name))
        # From a copy: MLflow writes the path into the model, and the checkout's is nobody's.
        code = Path(shutil.copy(_CODE, name))
        save_model(
            path=str(folder),
            python_model=str(code),
            artifacts={"forecaster": str(state)},
            code_paths=[str(package)],
            signature=_signature(),
            input_example=example_counts(),
            pip_requirements=[f"{library}=={version(library)}" for library in _NEEDED],
        )


def _signature() -> ModelSignature:
    """Return what goes in (COUNTS-like) and comes out (FORECASTS)."""
    from mlflow.models import ModelSignature
    from mlflow.types.schema import ColSpec, DataType, ParamSchema, ParamSpec, Schema

    taken = [
        ColSpec("string", "series_id"),
        ColSpec("datetime", "date"),
        ColSpec("long", "count"),
        ColSpec("boolean", "is_provisional", required=False),
        ColSpec("double", "arrived", required=False),
        ColSpec("double", "arrived_sd", required=False),
    ]
    given = [ColSpec(_TYPES[column.dtype], name) for name, column in FORECASTS.columns.items()]
    origin = ParamSpec("origin", DataType.string, "")
    return ModelSignature(Schema(taken), Schema(given), ParamSchema([origin]))


def example_counts() -> pd.DataFrame:
    """Return two weeks of a made-up series: what a model is to be handed, and nobody's data."""
    days = pd.date_range("2026-01-05", periods=14, freq="D")
    count = [3, 2, 4, 3, 5, 1, 0, 4, 3, 2, 4, 6, 1, 1]
    return pd.DataFrame({"series_id": series_id(), "date": days, "count": count})
