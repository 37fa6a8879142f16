"""Where runs and models are kept: the workspace's own SQLite, or the server that is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.workspace import Workspace

if TYPE_CHECKING:
    from mlflow import MlflowClient


def tracking_uri(workspace: Workspace, uri: str) -> str:
    """Return the address of the tracking store: the one given, else the workspace's SQLite."""
    return uri or f"sqlite:///{workspace.mlflow / 'mlflow.db'}"


def artifact_root(workspace: Workspace) -> str:
    """Return where the embedded store keeps artifacts, as an address."""
    return (workspace.mlflow / "artifacts").resolve().as_uri()


def open_client(workspace: Workspace, uri: str) -> MlflowClient:
    """Return a client of the tracking store and the model registry, which are one."""
    from mlflow import MlflowClient

    if not uri:
        workspace.mlflow.mkdir(parents=True, exist_ok=True)
    address = tracking_uri(workspace, uri)
    return MlflowClient(tracking_uri=address, registry_uri=address)


def experiment_of(client: MlflowClient, workspace: Workspace, *, name: str, uri: str) -> str:
    """Return the id of the experiment, which is made where it is not there yet."""
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    # Said explicitly: MLflow's own default follows the working directory. A server says where.
    location = None if uri else artifact_root(workspace)
    return str(client.create_experiment(name, artifact_location=location))
