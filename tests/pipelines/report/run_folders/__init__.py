"""Run folders to render: invented numbers in the contracts' tables, seeded, in several moods."""

from tests.pipelines.report.run_folders.making import make_previous, make_run
from tests.pipelines.report.run_folders.moods import MOODS, WARNED, Mood
from tests.pipelines.report.run_folders.topics import HOSTILE, TOPICS

__all__ = ["HOSTILE", "MOODS", "TOPICS", "WARNED", "Mood", "make_previous", "make_run"]
