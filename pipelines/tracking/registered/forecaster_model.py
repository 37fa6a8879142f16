"""The registered forecaster, as MLflow runs it: this file is copied into every model.

No module of our package (this folder has no ``__init__.py``): importing it imports MLflow. It
imports nothing of ours by its usual name: the code that forecasts lies beside it in the model,
in a package whose name says which code it is (:mod:`pipelines.forecasters.code`). A model is loaded
with pickle switched off; all that it reads is this file, that package, JSON and Parquet.
"""

from __future__ import annotations

import hashlib
import importlib
import json
from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel

_PACKAGE = "issuecast_"


class RegisteredForecaster(PythonModel):  # type: ignore[misc]
    """Daily counts in, forecast distributions out; nothing is fitted."""

    def load_context(self, context: Any) -> None:
        """Read the fitted state, and the very code that it was fitted with."""
        folder = Path(context.artifacts["forecaster"])
        configuration = json.loads((folder / "configuration.json").read_text(encoding="utf-8"))
        name = f"{_PACKAGE}{configuration['code']}"
        package = importlib.import_module(name)
        _refuse_changed_code(Path(str(package.__file__)).parent)
        state = {file.stem: pd.read_parquet(file) for file in sorted(folder.glob("*.parquet"))}
        module = importlib.import_module(f"{name}.forecasting.forecaster")
        self.forecaster_ = module.Forecaster(configuration, state)

    def predict(
        self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """Return a FORECASTS frame for a frame of ``series_id, date, count``.

        Parameters
        ----------
        context : PythonModelContext
            Not read: :meth:`load_context` has.
        model_input : DataFrame
            Daily counts, see ``Forecaster.forecast_counts``.
        params : dict, optional
            ``origin``: the first date to forecast; empty: the day after the last one posted.
        """
        given = (params or {}).get("origin") or None
        origin = pd.Timestamp(given) if given else None
        frame: pd.DataFrame = self.forecaster_.forecast_counts(model_input, origin=origin).daily
        return frame


def _refuse_changed_code(package: Path) -> None:
    """Compare a model's code with its name, made as in :mod:`pipelines.forecasters.code`."""
    whole = hashlib.sha256()
    for file in sorted(package.rglob("*.py"), key=lambda f: f.relative_to(package).as_posix()):
        text = file.read_text(encoding="utf-8").replace(package.name, "models")
        for part in (file.relative_to(package).as_posix(), text):
            whole.update(f"{len(part.encode())}:".encode() + part.encode())
    if package.name != f"{_PACKAGE}{whole.hexdigest()[:16]}":
        raise RuntimeError(
            f"{package.name}: the code of this model was changed after it was made; register it "
            "anew (issuecast run), or restore its files."
        )


set_model(RegisteredForecaster())
