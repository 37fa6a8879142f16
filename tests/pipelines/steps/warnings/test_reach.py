"""Public reach in the warnings of a morning: a level more, and never by what is not known."""

import numpy as np
import pandas as pd
import pandas.testing

from models.contracts import WARNINGS, check
from pipelines.settings import load_settings
from pipelines.steps.series import count_series
from pipelines.steps.warnings.warnings import watch_now
from pipelines.steps.warnings.watch import watch_hours
from tests.pipelines.steps.streams import AS_OF, assignments, quiet, stream, themes

SETTINGS = load_settings()
TITLES = themes(addons="Addons disabled", billing="Charged twice", other="Something else")
LAST_DAY = AS_OF - pd.Timedelta(days=1)
NEW = ["reach", "usual_reach", "high_reach"]


def complaints(*, days: int = 124) -> pd.DataFrame:
    addons = quiet(2.0)
    addons[123] += 15
    daily = {"addons": addons, "billing": quiet(3.0, seed=1), "other": quiet(4.0, seed=2)}
    more = {
        name: np.append(counts, [9] * (days - 124)).astype(int) for name, counts in daily.items()
    }
    return stream(more)


def warned(rows: pd.DataFrame) -> pd.Series:
    counted = count_series(rows, assignments(rows), None, settings=SETTINGS, as_of=AS_OF)
    found = watch_now(counted.counts, counted.complaints, TITLES, settings=SETTINGS, as_of=AS_OF)
    check(found, WARNINGS)
    assert found["theme_id"].tolist() == ["addons"]
    return found.iloc[0]


def seen(rows: pd.DataFrame, of_rise: float, before: float = 10.0) -> pd.DataFrame:
    is_rise = (rows["created_at"] >= LAST_DAY) & (rows["theme_id"] == "addons")
    return rows.assign(reach=np.where(is_rise, of_rise, before))


def test_a_rise_that_far_more_people_see_is_one_level_worse():
    rows = complaints()
    plain, wide = warned(rows), warned(seen(rows, 5000.0))
    n = int(wide["observed"])
    assert (wide["reach"], wide["usual_reach"], wide["high_reach"]) == (
        5000.0 * n,
        10.0 * n,
        10.0 * n,
    )
    assert (plain["severity"], wide["severity"]) == (2, 3)
    assert wide["action"] == SETTINGS.report.playbook[2].action


def test_an_unknown_or_usual_reach_changes_nothing_else():
    rows = complaints()
    plain = warned(rows)
    assert plain[NEW].isna().all()
    unknown = warned(rows.assign(reach=np.nan))
    pandas.testing.assert_series_equal(plain, unknown)
    usual = warned(seen(rows, 10.0))
    assert usual["reach"] == usual["usual_reach"]
    pandas.testing.assert_series_equal(plain.drop(NEW), usual.drop(NEW))


def test_no_reach_makes_one_source_worse():
    rows = seen(complaints(), 5000.0)
    is_rise = (rows["created_at"] >= LAST_DAY) & (rows["theme_id"] == "addons")
    rows.loc[is_rise, "customer_key"] = "office-7"
    warning = warned(rows)
    assert warning["is_concentrated"]
    assert warning["reach"] > 5 * warning["usual_reach"]
    assert warning["severity"] == 2


def test_what_later_complaints_reach_is_not_known():
    now = warned(seen(complaints(), 5000.0))
    later = seen(complaints(days=130), 5000.0)
    later.loc[later["created_at"] >= AS_OF, "reach"] = 1e9
    pandas.testing.assert_series_equal(now, warned(later))


def test_a_look_between_mornings_weighs_reach_too():
    rows = complaints()
    live = TITLES.assign(status="active")

    def looked(rows: pd.DataFrame) -> pd.Series:
        found = watch_hours(rows, live, settings=SETTINGS, since=LAST_DAY, as_of=AS_OF)
        check(found, WARNINGS)
        return found.set_index("theme_id").loc["addons"]

    plain, wide = looked(rows), looked(seen(rows, 5000.0))
    assert pd.isna(plain["reach"])
    assert wide["reach"] == 5000.0 * wide["observed"]
    assert (plain["severity"], wide["severity"]) == (2, 3)
    pandas.testing.assert_series_equal(
        plain.drop([*NEW, "severity", "action"]), wide.drop([*NEW, "severity", "action"])
    )
