"""``issuecast status``: what a workspace holds."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from pipelines.console import console
from pipelines.workspace import Workspace


def run_status(options: argparse.Namespace) -> int:
    """Say what the workspace holds, and return the exit code."""
    from pipelines.status import describe

    place = Workspace.at(Path(options.workspace)) if options.workspace else Workspace.default()
    found = describe(place)
    if options.json:
        console.say(json.dumps(found, indent=1))
        return 0
    console.say(f"Workspace: {found['workspace']}")
    for name, rows in found["tables"].items():
        console.say(f"  {name:<12} {rows:>10,} rows")
    console.say(f"  {'runs':<12} {len(found['runs']):>10,} finished")
    if found["runs"]:
        console.say(f"Last report: {found['last_report']}")
    else:
        console.say("No report yet: issuecast run --input FILE, or issuecast demo.")
    if found["unfinished"]:
        console.say(f"Unfinished: {', '.join(found['unfinished'])}; run the same command again.")
    return 0
