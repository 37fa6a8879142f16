"""What a run is told of its themes."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from models.contracts import BIRTHS as BIRTHS_TABLE
from models.contracts import NO_COMPLAINT, UNLIKE_ALL, empty
from models.embedding import HashingEncoder
from pipelines.flows import themes_found
from pipelines.flows.job import Job
from pipelines.steps.births.births import BirthsResult
from tests.pipelines.steps.mornings import find, morning, some_complaints


@pytest.fixture
def job(tmp_path):
    return Job(as_of=str(morning(20)), workspace=str(tmp_path))


def test_what_was_born_of_texts_without_a_theme_is_not_told_as_without_one(job, monkeypatch):
    complaints = some_complaints(20)
    result = find(job.store, complaints, 20)
    place = np.arange(len(complaints))
    is_far, is_none = place < 10, (place >= 10) & (place < 13)
    rows = result.assignments
    rows = rows.assign(
        theme_id=rows["theme_id"].mask(is_far | is_none),
        reason=pd.Series(None, index=rows.index, dtype="str")
        .mask(is_far, UNLIKE_ALL)
        .mask(is_none, NO_COMPLAINT),
    )
    result = dataclasses.replace(result, assignments=rows, unassigned=10)

    def six_of_them_are_born(*args, found, **kwargs):
        theme_id = rows["theme_id"].dropna().iloc[0]
        moved = found.assignments.copy()
        moved.loc[:5, "theme_id"], moved.loc[:5, "reason"] = theme_id, None
        return BirthsResult(empty(BIRTHS_TABLE), found.themes, moved, 1, 1, None)

    monkeypatch.setattr(themes_found, "find_births", six_of_them_are_born)
    found = themes_found.Found(result, complaints, HashingEncoder().name, frozenset())
    themes_found.hand_over(job, found, "")
    assert job.notes()["themes"]["unassigned"] == 4
    assert (job.read("assignments")["reason"] == UNLIKE_ALL).sum() == 4
