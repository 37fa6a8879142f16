"""Chances as tables: who is asked about, what is said of open warnings, what came true."""

import numpy as np
import pandas as pd
import pytest

from models.contracts import CHANCES, SIGNALS, WARNINGS, check, empty
from pipelines.settings import load_settings
from pipelines.steps.series import count_series
from pipelines.steps.warnings.chances import came_true, chances_of, with_lasting
from pipelines.steps.warnings.warnings import watch_counts, watch_now
from tests.pipelines.steps.streams import AS_OF, assignments, quiet, stream, themes

SETTINGS = load_settings()
TITLES = themes(addons="Addons disabled", billing="Charged twice", other="Something else")


@pytest.fixture(scope="module")
def morning():
    """Return what was seen, and the warnings, of a morning after a spike of one theme."""
    addons = quiet(2.0)
    addons[123] += 60
    complaints = stream({"addons": addons, "billing": quiet(3.0, seed=1), "other": quiet(4.0)})
    counted = count_series(
        complaints, assignments(complaints), None, settings=SETTINGS, as_of=AS_OF
    )
    watched = watch_counts(counted.counts, settings=SETTINGS, as_of=AS_OF)
    found = watch_now(counted.counts, counted.complaints, TITLES, settings=SETTINGS, as_of=AS_OF,
                      watched=watched)  # fmt: skip
    return watched, found


def ask(watched, titles: pd.DataFrame = TITLES) -> pd.DataFrame:
    return chances_of(watched, titles, empty(SIGNALS), settings=SETTINGS, as_of=AS_OF)


def test_quiet_themes_are_asked_about_and_the_one_in_alarm_is_not(morning):
    watched, _ = morning
    found = ask(watched)
    check(found, CHANCES)
    assert sorted(found["theme_id"]) == ["billing", "other"]
    assert (found["p_exceed_28"] >= found["p_exceed_7"]).all()
    assert found["p_exceed_28"].is_monotonic_decreasing


def test_a_hidden_theme_is_not_told(morning):
    watched, _ = morning
    found = ask(watched, TITLES.assign(is_hidden=[False, True, False]))
    assert found["theme_id"].tolist() == ["other"]
    assert ask(None).empty


def test_an_open_warning_says_whether_it_stays_and_what_it_may_bring(morning):
    watched, warnings = morning
    found = with_lasting(warnings, watched, settings=SETTINGS)
    check(found, WARNINGS)
    assert found["theme_id"].tolist() == ["addons"]
    assert 0.2 < found["p_lasts"].iloc[0] < 0.95
    assert found["extra_to_come"].iloc[0] > 10
    pd.testing.assert_frame_equal(
        found.drop(columns=["p_lasts", "extra_to_come"]),
        warnings.drop(columns=["p_lasts", "extra_to_come"]),
    )
    closed = with_lasting(warnings.assign(state="closed"), watched, settings=SETTINGS)
    assert closed["p_lasts"].isna().all()


def test_chances_that_have_come_due_are_held_against_what_came(morning):
    watched, _ = morning
    day = watched.detection.dates[123].tz_localize("UTC")  # the spike's
    rows = [
        ("addons", day - pd.Timedelta(days=3), 0.2, 0.3),  # it came within 7 days
        ("billing", day - pd.Timedelta(days=3), 0.4, 0.5),  # nothing did
        ("addons", day - pd.Timedelta(days=30), 0.6, 0.7),  # not within 28
        ("gone", day - pd.Timedelta(days=30), 0.9, 0.9),
        ("addons", day, 0.9, 0.9),  # its week has not ended
    ]
    earlier = pd.DataFrame(rows, columns=["theme_id", "as_of", "p_exceed_7", "p_exceed_28"])
    days = len(watched.detection.dates)
    cut = watched._replace(
        counts=np.pad(watched.counts, ((0, 0), (0, 4))),
        detection=_longer(watched.detection, 4),
    )
    assert days == 124
    found = came_true(earlier, cut, settings=SETTINGS)
    assert found[7]._asdict() == {
        "given": 3, "said": pytest.approx(0.4), "came": pytest.approx(1 / 3)
    }  # fmt: skip
    assert found[28]._asdict() == {"given": 1, "said": 0.7, "came": 0.0}
    assert came_true(earlier.iloc[:0], cut, settings=SETTINGS) == {}


def _longer(seen, days):
    """Return the same detection with calm days after it."""
    from dataclasses import replace

    dates = pd.date_range(seen.dates[0], periods=len(seen.dates) + days)
    return replace(seen, dates=dates, is_alarm=np.pad(seen.is_alarm, ((0, 0), (0, days))))
