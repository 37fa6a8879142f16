"""Runs and models in MLflow: the only package that imports it, and only inside its functions."""

from pipelines.tracking.exploration import EXPLORATION, track_exploration
from pipelines.tracking.once import MemberFigures
from pipelines.tracking.places import tracking_uri
from pipelines.tracking.registry import CHALLENGER, CHAMPION, Registry, Version
from pipelines.tracking.relocate import mend_place, relocate
from pipelines.tracking.runs import track_figures, track_run

__all__ = [
    "CHALLENGER",
    "CHAMPION",
    "EXPLORATION",
    "MemberFigures",
    "Registry",
    "Version",
    "mend_place",
    "relocate",
    "track_exploration",
    "track_figures",
    "track_run",
    "tracking_uri",
]
