"""Start Prefect's server while the slow libraries are imported: each waits for a core of its own.

An ephemeral server needs 8 to 20 s before the first flow can run, and importing what a run needs
takes 10 s. Neither needs the other.
"""

from __future__ import annotations

import importlib
import threading

from models.text.presidio import import_presidio

# What every run of real texts imports sooner or later, slowest first.
_SLOW = ("torch", "statsmodels.tsa.api", "sklearn.feature_extraction.text", "mlflow.tracking")


def warm_start() -> None:
    """Return when Prefect answers and the slow libraries are imported.

    Where ``PREFECT_API_URL`` names a standing server nothing is started.
    """
    from prefect.client.orchestration import get_client

    failed: list[Exception] = []

    def reach_server() -> None:
        try:
            get_client(sync_client=True)
        except Exception as err:  # raised again below, in the thread that asked
            failed.append(err)

    thread = threading.Thread(target=reach_server, name="prefect server", daemon=True)
    thread.start()
    import_presidio()
    for name in _SLOW:
        importlib.import_module(name)
    thread.join()
    if failed:
        raise failed[0]
