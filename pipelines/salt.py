"""The secret that turns customers' ids into keys nobody can read back."""

from __future__ import annotations

import os
import secrets

from models.errors import SettingsError
from pipelines.workspace import Workspace

SALT_VARIABLE = "ISSUECAST_SALT"
_MIN_CHARS = 16  # shorter secrets can be guessed, and a guessed salt unmasks the customers


def customer_salt(workspace: Workspace) -> bytes:
    """Return the workspace's salt: from the environment, else a random one made once.

    The environment's salt lets several workspaces give a customer the same key; the
    random one never leaves the workspace.

    Raises
    ------
    SettingsError
        If the environment's salt is shorter than 16 characters.
    """
    given = os.environ.get(SALT_VARIABLE)
    if given is not None:
        if len(given) < _MIN_CHARS:
            raise SettingsError(f"{SALT_VARIABLE}: expected at least {_MIN_CHARS} characters.")
        return given.encode()
    path = workspace.store / "customer.salt"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_hex(32).encode())
        try:
            os.link(draft, path)  # whoever links first decides: two runs cannot disagree
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
