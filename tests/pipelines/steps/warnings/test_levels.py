"""Levels, owners and actions in the warnings of a morning: thresholds and rules of params.yaml."""

from dataclasses import replace

import pandas as pd
import pytest

from models.contracts import WARNINGS, conform
from pipelines.settings import OwnerRule, load_settings
from pipelines.steps.series import count_series
from pipelines.steps.warnings.levels import with_levels
from pipelines.steps.warnings.warnings import watch_now
from tests.pipelines.steps.streams import AS_OF, assignments, quiet, stream, themes

SETTINGS = load_settings()
TITLES = themes(addons="Addons disabled", billing="Charged twice", other="Something else")
PREPARE, ACT = SETTINGS.report.playbook[1].action, SETTINGS.report.playbook[2].action


def _rows(*levels: tuple[str, int, float | None, bool]) -> pd.DataFrame:
    rows = [
        {
            "warning_id": f"w-{i}", "as_of": AS_OF, "theme_id": f"t-{i}", "kind": "now",
            "state": state, "severity": level, "window_days": 1, "observed": 20, "expected": 2.0,
            "p_value": 1e-9, "p_lasts": p_lasts, "opened_on": pd.Timestamp("2019-05-04"),
            "is_concentrated": is_concentrated, "cells": [], "wording": [], "exemplars": [],
            "owner": "Service", "action": PREPARE,
        }
        for i, (state, level, p_lasts, is_concentrated) in enumerate(levels)
    ]  # fmt: skip
    return conform(pd.DataFrame(rows), WARNINGS)


def test_what_likely_lasts_gets_the_next_level_and_its_action():
    found = with_levels(
        _rows(
            ("open", 2, 0.71, False), ("open", 2, 0.5, False), ("closed", 2, 0.9, False),
            ("open", 2, 0.9, True), ("open", 2, None, False),
        ),
        settings=SETTINGS,
    )  # fmt: skip
    assert found["severity"].tolist() == [3, 2, 2, 2, 2]
    assert found["action"].tolist() == [ACT, PREPARE, PREPARE, PREPARE, PREPARE]


def test_rows_without_a_change_are_left_as_they_are():
    rows = _rows(("open", 2, 0.5, False))
    pd.testing.assert_frame_equal(with_levels(rows, settings=SETTINGS), rows)
    assert with_levels(rows.iloc[:0], settings=SETTINGS).empty


def _watched(settings, product: str = "", times: int = 0) -> pd.Series:
    addons = quiet(2.0)
    addons[123] += 60
    rows = stream({"addons": addons, "billing": quiet(3.0, seed=1), "other": quiet(4.0, seed=2)})
    is_rise = (rows["created_at"] >= AS_OF - pd.Timedelta(days=1)) & (rows["theme_id"] == "addons")
    # So many complaints of the rise name the product; the others name none.
    named = is_rise & (is_rise.cumsum() <= times)
    rows["product"] = rows["product"].astype(object).mask(named, product)
    counted = count_series(rows, assignments(rows), None, settings=settings, as_of=AS_OF)
    found = watch_now(counted.counts, counted.complaints, TITLES, settings=settings, as_of=AS_OF)
    return found.iloc[0]


def _owners(*rules: OwnerRule):
    return replace(SETTINGS, report=replace(SETTINGS.report, owners=rules))


WEB, WORD = OwnerRule(owner="Web", products=("desktop",)), OwnerRule(owner="A", words=("addon",))


@pytest.mark.parametrize(
    ("rules", "times", "owner"),
    [
        ([WEB], 31, "Web"),  # of 61: half and more
        ([WEB], 30, "Service"),
        ([WEB], 0, "Service"),
        ([OwnerRule(owner="Trust", themes=("addons disabled",))], 0, "Trust"),
        ([OwnerRule(owner="Trust", themes=("addons",))], 0, "Trust"),  # its id
        ([WEB, WORD], 31, "Web"),
        ([WORD, WEB], 31, "A"),
    ],
)
def test_a_rise_goes_to_the_first_department_whose_rule_fits(rules, times, owner):
    warning = _watched(_owners(*rules), "Desktop", times)
    assert warning["observed"] == 61
    assert warning["owner"] == owner


def test_thresholds_of_levels_are_those_of_the_parameters():
    assert _watched(SETTINGS)["severity"] == 4
    levels = SETTINGS.severity.levels
    strict = replace(levels[-1], extra=100)
    said = replace(SETTINGS, severity=replace(SETTINGS.severity, levels=(*levels[:-1], strict)))
    warning = _watched(said)
    assert warning["severity"] == 3
    assert warning["action"] == ACT
