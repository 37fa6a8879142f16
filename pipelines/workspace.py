"""Where a workspace keeps its things: one object holds every path."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Workspace:
    """The folders of one workspace.

    Parameters
    ----------
    store, runs, watches, replays, quality, backtests, forecasters, mlflow, prefect, logs : Path
        Tables; one folder a run; one a look between mornings; replays; pages on the themes'
        quality; back-tests; fitted forecasters; tracking database and artifacts; Prefect's
        home; logs and timings.
    sessions : Path
        What sessions in notebooks compute for themselves; may be removed at any time.
    decisions, champions, feed : Path
        The files of what people decided about themes, of which way to forecast stands, and of
        the warnings as an Atom feed.
    heartbeat, metrics : Path
        The files of what the last good run left, and of the last run's figures for Prometheus.
    """

    store: Path
    runs: Path
    watches: Path
    replays: Path
    quality: Path
    backtests: Path
    forecasters: Path
    sessions: Path
    mlflow: Path
    prefect: Path
    logs: Path
    decisions: Path
    champions: Path
    feed: Path
    heartbeat: Path
    metrics: Path

    @classmethod
    def at(cls, root: Path) -> Workspace:
        """Return the workspace that keeps everything under one folder."""
        return cls._under(root.resolve())

    @classmethod
    def default(cls) -> Workspace:
        """Return the project's own workspace: ``data/`` and ``mlflow/`` of the checkout."""
        return replace(cls._under(PROJECT_ROOT / "data"), mlflow=PROJECT_ROOT / "mlflow")

    @classmethod
    def _under(cls, root: Path) -> Workspace:
        return cls(
            store=root / "store",
            runs=root / "runs",
            watches=root / "watch",
            replays=root / "replay",
            quality=root / "quality",
            backtests=root / "backtest",
            forecasters=root / "forecasters",
            sessions=root / "sessions",
            mlflow=root / "mlflow",
            prefect=root / "prefect",
            logs=root / "logs",
            decisions=root / "decisions.yaml",
            champions=root / "champions.yaml",
            feed=root / "feed.atom",
            heartbeat=root / "heartbeat.json",
            metrics=root / "metrics.prom",
        )

    @property
    def root(self) -> Path:
        """Return the folder that everything is under (but for MLflow's, in the checkout's own)."""
        return self.store.parent

    def last_run(self) -> Path | None:
        """Return the folder of the newest finished run; None if there is none."""
        records = sorted(self.runs.glob("[0-9]*/run.json")) if self.runs.exists() else []
        return records[-1].parent if records else None
