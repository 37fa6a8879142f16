"""One thread an issue: a look between mornings goes on in the warning that its theme has."""

import pandas as pd

from pipelines.steps.warnings.standing import COLUMNS, go_on

FOURTH, FIFTH = pd.Timestamp("2019-05-04"), pd.Timestamp("2019-05-05")


def told(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def found(*themes):
    rows = [(f"w-new-{theme}", theme, FIFTH, state, None) for theme, state in themes]
    return pd.DataFrame(rows, columns=COLUMNS)


def test_a_theme_that_was_warned_of_yesterday_has_no_second_warning_after_midnight():
    out = go_on(
        found(("addons", "open"), ("crash", "open")),
        told(("w-1", "addons", FOURTH, "grown", None)),
    )
    assert out["warning_id"].tolist() == ["w-1", "w-new-crash"]
    assert out["opened_on"].tolist() == [FOURTH, FIFTH]
    assert out["state"].tolist() == ["grown", "open"]


def test_what_has_closed_since_is_a_new_rise():
    out = go_on(
        found(("addons", "open")),
        told(("w-1", "addons", FOURTH, "open", None), ("w-1", "addons", FOURTH, "closed", None)),
    )
    assert out["warning_id"].tolist() == ["w-new-addons"]


def test_the_thread_told_last_goes_on_and_stays_joined():
    out = go_on(
        found(("addons", "eased")),
        told(("w-1", "addons", FOURTH, "open", None), ("w-2", "addons", FIFTH, "open", "w-9")),
    )
    assert out["warning_id"].tolist() == ["w-2"]
    assert out["joined_to"].tolist() == ["w-9"]
    assert out["state"].tolist() == ["eased"]


def test_without_anything_told_nothing_changes():
    rows = found(("addons", "open"))
    pd.testing.assert_frame_equal(go_on(rows, told()), rows)
