import dataclasses

import pandas as pd
import pytest

from pipelines.settings import load_settings
from pipelines.steps.themes.due import ASKED, FIRST, drift_reason, reason_to_refit
from pipelines.store import Store

VERSION = "2024-01-01T00:00:00Z"
OPTIONS = dataclasses.replace(load_settings().themes, reject_share=0.02, refit_drift=0.1)


def _since(count, far, *, first="2024-01-02", texts=None):
    moments = pd.Series([pd.Timestamp(first, tz="UTC")] * count).astype("datetime64[us, UTC]")
    ids = [f"s:{i}" for i in range(count)]
    hashes = ids if texts is None else [f"h{i % texts}" for i in range(count)]
    complaints = pd.DataFrame({"complaint_id": ids, "text_hash": hashes})
    complaints["created_at"] = complaints["received_at"] = moments
    themes = pd.Series([None] * far + ["t-1"] * (count - far), dtype="str")
    return complaints, pd.DataFrame({"complaint_id": ids, "theme_id": themes})


@pytest.mark.parametrize(("far", "is_due"), [(12, False), (13, True)])
def test_more_texts_without_a_theme_than_promised_are_a_drift(far, is_due):
    complaints, assignments = _since(100, far)
    reason = drift_reason(assignments, complaints, OPTIONS, version=VERSION)
    assert bool(reason) == is_due
    if is_due:
        assert reason == (
            "drift: 13% of 100 texts since 2024-01-01 fit no theme, and 2% are expected"
        )


def test_few_texts_old_texts_and_repeats_are_no_drift():
    for complaints, assignments in (
        _since(99, 99),
        _since(200, 200, first="2023-12-01"),
        _since(300, 300, texts=99),
    ):
        assert drift_reason(assignments, complaints, OPTIONS, version=VERSION) == ""


def test_what_is_no_complaint_is_no_drift():
    complaints, assignments = _since(200, 100)
    reasons = ["no complaint"] * 100 + [None] * 100
    assignments["reason"] = pd.Series(reasons, dtype="str")
    assert drift_reason(assignments, complaints, OPTIONS, version=VERSION) == ""


def test_texts_in_another_language_make_no_drift_smaller():
    complaints, assignments = _since(300, 13)
    assignments.loc[100:, "theme_id"] = "t-lang-de"  # they have their theme by rule
    reason = drift_reason(assignments, complaints, OPTIONS, version=VERSION)
    assert reason.startswith("drift: 13% of 100 texts")


def test_asked_for_and_the_first_themes_are_reasons(tmp_path):
    as_of = pd.Timestamp("2024-02-01", tz="UTC")
    store = Store(tmp_path)
    assert reason_to_refit(store, "e", OPTIONS, as_of=as_of, asked=True) == ASKED
    assert reason_to_refit(store, "e", OPTIONS, as_of=as_of, asked=False) == FIRST


@pytest.mark.parametrize(("day", "reason"), [("2024-01-29", ""), ("2024-01-30", "age: 29 days")])
def test_age_is_a_reason(monkeypatch, day, reason):
    monkeypatch.setattr(
        "pipelines.steps.themes.due.complete_versions", lambda *args, **kwargs: [VERSION]
    )
    as_of = pd.Timestamp(day, tz="UTC")
    found = reason_to_refit(None, "e", OPTIONS, as_of=as_of, asked=False)
    assert found.startswith(reason)
    assert bool(found) == bool(reason)
