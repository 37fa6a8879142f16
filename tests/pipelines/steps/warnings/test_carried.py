import numpy as np
import pandas as pd

from pipelines.steps.series import count_series
from pipelines.steps.warnings import carried as warnings_carried
from pipelines.steps.warnings.warnings import watch_now
from tests.pipelines.steps.streams import AS_OF, assignments, quiet, stream, themes
from tests.pipelines.steps.warnings.test_warnings import SETTINGS, TITLES, spike, watch

MERGED = pd.DataFrame(
    [("v2", "addons", "merged", "plugins")], columns=["version", "theme_id", "event", "other_id"]
)


def carry_on(found, earlier, lineage):
    return warnings_carried.carry_on(
        found, earlier, lineage, time_zone="UTC", quiet_days=SETTINGS.warnings.quiet_days
    )


def _watched(complaints, titles):
    counted = count_series(
        complaints, assignments(complaints), None, settings=SETTINGS, as_of=AS_OF
    )
    return watch_now(counted.counts, counted.complaints, titles, settings=SETTINGS, as_of=AS_OF)


def _merged():
    """Return (the morning before's warnings, today's after the warned theme has merged)."""
    daily = spike(60, day=121)
    daily["plugins"] = quiet(2.0, seed=9)
    complaints = stream(daily)
    before = watch(complaints, as_of=AS_OF - pd.Timedelta(days=1))
    complaints["theme_id"] = complaints["theme_id"].replace("addons", "plugins")
    titles = themes(plugins="Add-ons", billing="Charged twice", other="Something else")
    return before, _watched(complaints, titles)


def test_a_merged_themes_warning_goes_on_under_its_name():
    before, today = _merged()
    assert before["theme_id"].tolist() == ["addons"]
    assert today["theme_id"].tolist() == ["plugins"]
    assert set(today["warning_id"]).isdisjoint(before["warning_id"])
    carried = carry_on(today, before, MERGED)
    assert carried["warning_id"].tolist() == before["warning_id"].tolist()
    assert carried["opened_on"].tolist() == before["opened_on"].tolist()
    assert carried["theme_id"].tolist() == ["plugins"]


def test_nothing_is_carried_without_a_merger():
    before, today = _merged()
    for earlier, lineage in (
        (before, MERGED.head(0)),
        (before, MERGED.assign(theme_id="billing")),
        (before.assign(state="closed"), MERGED),
        (before.head(0), MERGED),
    ):
        pd.testing.assert_frame_equal(carry_on(today, earlier, lineage), today)


def test_a_refit_that_renames_nothing_raises_nothing():
    daily = {"addons": quiet(6.0), "billing": quiet(3.0, seed=1), "other": quiet(4.0, seed=2)}
    complaints = stream(daily)
    assert _watched(complaints, TITLES).empty
    # A tenth of a theme's texts, of all times, moves over: counts are re-read, so none jumps.
    move = np.random.default_rng(5).random(len(complaints)) < 0.1
    moved = complaints["theme_id"].mask((complaints["theme_id"] == "addons") & move, "billing")
    assert _watched(complaints.assign(theme_id=moved), TITLES).empty


def _row(warning_id, theme_id, day, state="grown", *, observed=30, as_of=AS_OF):
    return {
        **{"warning_id": warning_id, "theme_id": theme_id, "state": state, "as_of": as_of},
        **{"opened_on": AS_OF.tz_localize(None).normalize() - pd.Timedelta(days=day)},
        **{"observed": observed, "expected": 5.0},
    }


def _before(*rows):
    return pd.DataFrame([{**row, "as_of": AS_OF - pd.Timedelta(days=1)} for row in rows])


def _events(*rows):
    return pd.DataFrame(rows, columns=["version", "theme_id", "event", "other_id"])


SPLIT = _events(("v2", "A", "continued", "A"), ("v2", "A", "split", "P"), ("v2", "A", "split", "Q"))


def test_a_rise_that_stands_in_a_part_keeps_its_warning():
    before = _before(_row("w1", "A", 3))
    # The part with more extra complaints goes on; that of another theme has nothing to do with it.
    today = pd.DataFrame(
        [_row("x1", "P", 2), _row("x2", "Q", 2, observed=40), _row("x3", "Z", 2, observed=99)]
    )
    carried = carry_on(today, before, SPLIT)
    assert carried["warning_id"].tolist() == ["x1", "w1", "x3"]
    assert carried["opened_on"].tolist() == [
        today["opened_on"][0],
        before["opened_on"][0],
        today["opened_on"][2],
    ]
    # Where the theme itself goes on, its warning is its own.
    today = pd.DataFrame([_row("w1", "A", 3), _row("x1", "P", 2)])
    pd.testing.assert_frame_equal(carry_on(today, before, SPLIT), today)


def test_a_rise_that_is_read_to_begin_on_another_day_keeps_its_warning():
    before = _before(_row("w1", "A", 3))
    carried = carry_on(pd.DataFrame([_row("x1", "A", 4)]), before, SPLIT)
    assert carried["warning_id"].tolist() == ["w1"]
    assert carried["opened_on"].tolist() == [pd.DataFrame([_row("x1", "A", 4)])["opened_on"][0]]


def test_the_name_is_kept_on_the_mornings_after_the_refit_too():
    before = _before(_row("w1", "P", 3))  # as carried on the morning of the refit
    today = pd.DataFrame([_row("x1", "P", 2)])
    assert carry_on(today, before, _events())["warning_id"].tolist() == ["w1"]
    # Closed today, and told of as closed for a while: under that name as well.
    gone = pd.DataFrame([_row("x1", "P", 2, "closed")])
    assert carry_on(gone, before, _events())["warning_id"].tolist() == ["w1"]
    again = carry_on(gone, before.assign(state="closed"), _events())
    assert again["warning_id"].tolist() == ["w1"]
    # What has closed does not open again under its name.
    pd.testing.assert_frame_equal(carry_on(today, before.assign(state="closed"), _events()), today)


def test_a_rise_long_after_the_morning_before_is_another():
    earlier = pd.DataFrame([_row("w1", "A", 40, as_of=AS_OF - pd.Timedelta(days=30))])
    today = pd.DataFrame([_row("x1", "P", 22)])
    pd.testing.assert_frame_equal(carry_on(today, earlier, SPLIT), today)
    within = pd.DataFrame([_row("x1", "P", 24)])  # six days after that morning
    assert carry_on(within, earlier, SPLIT)["warning_id"].tolist() == ["w1"]


def test_a_merger_by_people_keeps_the_warning_too():
    before = _before(_row("w1", "A", 3))
    by_people = _events(("~", "A", "merged", "B"))
    carried = carry_on(pd.DataFrame([_row("x1", "B", 2)]), before, by_people)
    assert carried["warning_id"].tolist() == ["w1"]
