"""Runs and models in MLflow: the only package that imports it, and only inside its functions."""

from pipelines.tracking.places import tracking_uri
from pipelines.tracking.registry import CHALLENGER, CHAMPION, Registry, Version
from pipelines.tracking.relocate import mend_place, relocate
from pipelines.tracking.runs import MemberFigures, track_backtest, track_quality, track_run

__all__ = [
    "CHALLENGER",
    "CHAMPION",
    "MemberFigures",
    "Registry",
    "Version",
    "mend_place",
    "relocate",
    "track_backtest",
    "track_quality",
    "track_run",
    "tracking_uri",
]
