"""The front door for notebooks: ``from pipelines.session import open_session``."""

from pipelines.session.opening import open_session
from pipelines.session.session import Session

__all__ = ["Session", "open_session"]
