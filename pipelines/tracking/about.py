"""Tags that say what a run was made with: its program and commit, libraries, members."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

# Whose version can change a number.
_LIBRARIES = (
    *("numpy", "scipy", "pandas", "pyarrow", "statsmodels", "scikit-learn", "scikit-network"),
    *("holidays", "torch", "sentence-transformers", "prefect", "mlflow", "deltalake"),
)


def membership_tags(record: Mapping[str, Any]) -> dict[str, str]:
    """Return which members each volume band's forecast is the median of, by the run's record."""
    forecaster = record.get("steps", {}).get("forecast", {}).get("forecaster", {})
    return {
        f"issuecast.members.{band}": ", ".join(names)
        for band, names in forecaster.get("membership", {}).items()
    }


def source_tags(code: str) -> dict[str, str]:
    """Return what MLflow's own pages show as a run's source: the program and its commit."""
    commit = code.partition("+")[2]
    tags = {"mlflow.source.name": "issuecast", "mlflow.source.type": "LOCAL"}
    return tags | ({"mlflow.source.git.commit": commit} if commit else {})


def library_tags() -> dict[str, str]:
    """Return the versions of Python and of the libraries that can change a number."""
    tags = {"issuecast.library.python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            tags[f"issuecast.library.{name}"] = version(name)
        except PackageNotFoundError:  # an extra that is not installed
            continue
    return tags
