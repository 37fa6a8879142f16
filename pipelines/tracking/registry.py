"""The registered forecaster: its versions, and which of them is champion."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import DataContractError
from pipelines.tracking.exploration import refuse_exploration
from pipelines.tracking.model_files import write_model
from pipelines.tracking.places import open_client
from pipelines.workspace import Workspace

if TYPE_CHECKING:
    from mlflow import MlflowClient

CHAMPION, CHALLENGER = "champion", "challenger"
_KEY = "issuecast.fit_key"
_CONFIGURATION = "issuecast.configuration"
_FITTED = "issuecast.fitted_before"
_CODE = "issuecast.code_digest"
_CHANGES = "issuecast.changes"
_REASON = "issuecast.reason"


@dataclass(frozen=True)
class Version:
    """One registered version of the forecaster.

    Parameters
    ----------
    number : int
        MLflow's.
    configuration : str
        Digest of how it forecasts; two versions that share it differ by what they were fitted on.
    fitted_before : str
        ISO date: the first day that it knows nothing of.
    changes : mapping or None
        The forecast parameters that it has otherwise than the champion it challenged; None of one
        that never was a challenger.
    """

    number: int
    configuration: str
    fitted_before: str
    changes: Mapping[str, Any] | None


class Registry:
    """The versions of the registered forecaster.

    Parameters
    ----------
    workspace : Workspace
        Where the embedded store is.
    uri : str
        Address of a server; empty: the embedded store.
    model : str
        Name of the registered model.
    """

    def __init__(self, workspace: Workspace, *, uri: str, model: str) -> None:
        self.model = model
        self._client: MlflowClient = open_client(workspace, uri)

    def register(
        self,
        forecaster: Path,
        *,
        key: str,
        role: str,
        run_id: str,
        configuration: Mapping[str, Any],
        code: str,
        changes: Mapping[str, Any] | None = None,
    ) -> Version:
        """Register a fitted forecaster, once, and give it its role's alias.

        Parameters
        ----------
        forecaster : Path
            The folder it was written to.
        key : str
            Its key: the same key is the same forecaster.
        role : str
            ``champion`` or ``challenger``. The champion is the one that the run forecast with:
            the alias follows it to newer fits, never back to older ones.
        run_id : str
            The MLflow run that it was made in.
        configuration : mapping
            Of the forecaster.
        code : str
            Digest of the code that forecasts.
        changes : mapping, optional
            Of a challenger, see :class:`Version`.

        Raises
        ------
        DataContractError
            If the run is a session's exploration.
        """
        refuse_exploration(self._client, run_id, f"{self.model}: not registered")
        found = self._found(f"tag.`{_KEY}` = '{key}'")
        version = found[0] if found else None
        if version is None:
            tags = {
                _KEY: key,
                _CONFIGURATION: str(configuration["digest"]),
                _FITTED: str(configuration["fitted_before"]),
                _CODE: code,
            }
            version = self._create(forecaster, run_id, f"models/{key}", tags)
        if changes is not None and version.changes != changes:
            text = json.dumps(changes, sort_keys=True)
            self._client.set_model_version_tag(self.model, str(version.number), _CHANGES, text)
            version = replace(version, changes=changes)
        self._follow(role, version)
        return version

    def at(self, alias_or_number: str) -> Version | None:
        """Return the version of an alias or a number; None if there is none."""
        from mlflow.exceptions import MlflowException

        try:
            if alias_or_number.isdigit():
                return _version(self._client.get_model_version(self.model, alias_or_number))
            return _version(self._client.get_model_version_by_alias(self.model, alias_or_number))
        except MlflowException as err:
            if err.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                return None
            raise

    def newest_of(self, configuration: str) -> Version | None:
        """Return the newest fit of a configuration, by its digest."""
        found = self._found(f"tag.`{_CONFIGURATION}` = '{configuration}'")
        return max(found, key=lambda v: (v.fitted_before, v.number), default=None)

    def crown(self, version: Version, *, reason: str) -> None:
        """Make a version the champion, and write down why.

        Raises
        ------
        DataContractError
            If it comes from a session's exploration, however it got into the registry.
        """
        self.check_origin(version)
        self._client.set_registered_model_alias(self.model, CHAMPION, str(version.number))
        self._client.set_model_version_tag(self.model, str(version.number), _REASON, reason)

    def check_origin(self, version: Version) -> None:
        """Refuse a version that was made in a session's exploration.

        Raises
        ------
        DataContractError
            Naming the run and the way to a champion.
        """
        number = str(version.number)
        made_in = self._client.get_model_version(self.model, number).run_id
        refuse_exploration(self._client, made_in, f"Version {number} is not promoted")

    def reason(self, version: Version) -> str:
        """Return why a version has, or had, the alias."""
        tags = self._client.get_model_version(self.model, str(version.number)).tags
        return str(tags.get(_REASON, ""))

    def _create(
        self, forecaster: Path, run_id: str, place: str, tags: Mapping[str, str]
    ) -> Version:
        from mlflow.exceptions import MlflowException

        with tempfile.TemporaryDirectory(prefix="issuecast-model-") as name:
            folder = Path(name) / "model"
            write_model(folder, forecaster)
            self._client.log_artifacts(run_id, str(folder), place)
        try:
            self._client.create_registered_model(
                self.model, description="Complaint forecaster of issuecast: JSON and Parquet state."
            )
        except MlflowException as err:
            if err.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
        source = f"{self._client.get_run(run_id).info.artifact_uri}/{place}"
        made = self._client.create_model_version(
            self.model, source=source, run_id=run_id, tags=dict(tags)
        )
        return _version(made)

    def _follow(self, role: str, version: Version) -> None:
        """Move the role's alias on to the version, unless it is an older fit."""
        now = self.at(role)
        if now is not None:
            if now.number == version.number or now.fitted_before > version.fitted_before:
                return
            if now.fitted_before == version.fitted_before and now.number > version.number:
                return
        if role == CHALLENGER:
            self._client.set_registered_model_alias(self.model, role, str(version.number))
            return
        if now is None:
            reason = "the first forecaster"
        elif now.configuration == version.configuration:
            reason = f"version {now.number} fitted anew, on days before {version.fitted_before}"
        else:
            reason = f"the parameters of the run differ from version {now.number}'s"
        self.crown(version, reason=reason)

    def _found(self, wanted: str) -> list[Version]:
        rows = self._client.search_model_versions(f"name = '{self.model}' and {wanted}")
        return [_version(row) for row in rows]


def _version(row: Any) -> Version:
    tags = dict(row.tags)
    if _CONFIGURATION not in tags:
        raise DataContractError(
            f"Version {row.version} of the model {row.name} was not registered by issuecast: give "
            "the alias back to one that was, or name another model (tracking.model)."
        )
    changes = json.loads(tags[_CHANGES]) if _CHANGES in tags else None
    return Version(int(row.version), tags[_CONFIGURATION], tags[_FITTED], changes)
