import numpy as np
import pandas as pd

from pipelines.steps.series import count_series
from pipelines.steps.warnings import watch_now
from pipelines.steps.warnings_carried import carry_on
from tests.pipelines.steps.streams import AS_OF, assignments, quiet, stream, themes
from tests.pipelines.steps.test_warnings import SETTINGS, TITLES, spike, watch

MERGED = pd.DataFrame(
    [("v2", "addons", "merged", "plugins")], columns=["version", "theme_id", "event", "other_id"]
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
        (before.assign(state="closed"), MERGED),
        (before.head(0), MERGED),
        (before, MERGED.assign(event="split")),
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
