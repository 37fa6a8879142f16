"""Fitted forecasters of a workspace, each kept under what it was fitted on: JSON and Parquet.

A forecaster is a function of what was known on the morning of its fit, of its configuration, of
the code and of the libraries. Their digest is its key, so one that is found by its key is the one
that would be fitted: a run gives the same with it as without it, a replay of any morning too.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import logging
import os
import shutil
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as arrow

from models.forecasting.forecaster import Forecaster
from models.forecasting.morning import Morning
from models.forecasting.scoring.backtest import ORIGIN_SPACING_DAYS
from pipelines.forecasters.code import code_digest

_log = logging.getLogger(__name__)

_CONFIGURATION = "configuration.json"
_LIBRARIES = ("numpy", "scipy", "pandas", "statsmodels", "scikit-learn", "holidays")
_KEPT = 26  # half a year of Mondays; older ones are fitted anew when a replay asks for them


def fit_key(morning: Morning, configuration: Mapping[str, Any]) -> str:
    """Return the key of a forecaster fitted on a morning: its date and a digest.

    All that a fit reads counts: counts, calendar and signals of that morning and of the earlier
    ones it looks back to, how series add up, the configuration, the code and the libraries.
    """
    whole = hashlib.sha256(_text(configuration).encode())
    whole.update(_text([code_digest(), _libraries(), sorted(morning.area_of.items())]).encode())
    back = range(configuration["method"]["dispersion_origins"] + 1)
    days = [ORIGIN_SPACING_DAYS * k for k in back]
    known = [morning.before(d) for d in days if d < len(morning.panel.dates)]
    for part in (morning.panel, morning.structure, morning.unsure, *known):
        whole.update(_bytes(part))
    return f"{morning.panel.origin:%Y-%m-%d}-{whole.hexdigest()[:16]}"


def _bytes(value: Any) -> bytes:
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        return b"|".join(item.name.encode() + _bytes(getattr(value, item.name)) for item in fields)
    if isinstance(value, pd.DatetimeIndex):
        value = value.to_numpy("datetime64[D]").astype("<i8")
    found: bytes = value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode()
    return found


def configuration_digest(configuration: Mapping[str, Any]) -> str:
    """Return a short hash of how a forecaster forecasts, whatever it was fitted on."""
    alone = {name: configuration[name] for name in ("method", "panel")}
    return hashlib.sha256(_text(alone).encode()).hexdigest()[:12]


def write_forecaster(folder: Path, forecaster: Forecaster) -> None:
    """Write a forecaster's configuration as JSON and its state as Parquet into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in forecaster.state.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    text = json.dumps(dict(forecaster.configuration), indent=1, sort_keys=True)
    (folder / _CONFIGURATION).write_text(text + "\n", encoding="utf-8")


def read_forecaster(folder: Path) -> Forecaster:
    """Return the forecaster that was written into a folder."""
    configuration = json.loads((folder / _CONFIGURATION).read_text(encoding="utf-8"))
    state = {file.stem: pd.read_parquet(file) for file in sorted(folder.glob("*.parquet"))}
    return Forecaster(configuration, state)


class Forecasters:
    """The fitted forecasters under one folder, one folder each, whole or absent.

    Parameters
    ----------
    root : Path
        Made at the first write. It can be removed at any time: what is missing is fitted anew.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def get(self, key: str) -> Forecaster | None:
        """Return the forecaster of that key, or None if it is not there or cannot be read."""
        if not (self.root / key / _CONFIGURATION).exists():
            return None
        try:
            return read_forecaster(self.root / key)
        except (OSError, ValueError, KeyError, arrow.ArrowInvalid) as err:
            _log.warning("forecaster %s cannot be read (%s): fitted anew", key, type(err).__name__)
            return None

    def put(self, key: str, forecaster: Forecaster) -> Path:
        """Keep a forecaster; return its folder."""
        folder, draft = self.root / key, self.root / f".{key}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        write_forecaster(draft, forecaster)
        shutil.rmtree(folder, ignore_errors=True)
        os.rename(draft, folder)
        for old in sorted(p for p in self.root.glob("[0-9]*") if p.is_dir())[:-_KEPT]:
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)
        return folder


@functools.cache
def _libraries() -> tuple[str, ...]:
    return tuple(f"{name} {version(name)}" for name in _LIBRARIES)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
