"""What the libraries around us are told through the environment, and only where it is unset."""

from __future__ import annotations

import logging
import os
import warnings
from pathlib import Path

from models.errors import SettingsError
from pipelines.workspace import Workspace

_QUIET = {
    # Without these two Prefect's server tries the network and locks its own database.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # The default of 20 s is short for the first migrations; a busy machine took 60 s for them.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_CLI_COLORS": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    # No model is ever fetched: a run works in an office without a network.
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "true",
}


# Loops of Prefect's own server that a run of a minute has no use for; they took a fifth of a
# core from the encoder. A standing server is configured by whoever starts it.
_IDLE_SERVICES = (
    *("CANCELLATION_CLEANUP", "CLEANUP_RECONCILER", "DB_VACUUM", "EVENT_LOGGER", "FOREMAN"),
    *("LATE_RUNS", "PAUSE_EXPIRATIONS", "REPOSSESSOR", "SCHEDULER", "TRIGGERS"),
)


def prepare_environment(workspace: Workspace) -> None:
    """Set what is unset; call before Prefect or MLflow is imported."""
    os.environ.setdefault("PREFECT_HOME", str(workspace.prefect))
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("PREFECT_SERVER_UI_ENABLED", "false")
    for service in _IDLE_SERVICES:
        os.environ.setdefault(f"PREFECT_SERVER_SERVICES_{service}_ENABLED", "false")
    warnings.simplefilter("ignore")  # libraries' warnings tell a reader of reports nothing
    for name in ("alembic", "mlflow", "presidio-analyzer", "httpx", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.ERROR)


def make_home() -> None:
    """Make Prefect's home, with the folders above it, which Prefect itself would not make.

    Raises
    ------
    SettingsError
        If the folder cannot be made, e.g. in a workspace that is read-only.
    """
    home = Path(os.environ["PREFECT_HOME"])
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        message = f"--workspace: {home} cannot be made ({err.strerror}); name another folder."
        raise SettingsError(message) from err
