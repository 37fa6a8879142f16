"""The run's forecasts add up, also where complaints are told late."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pandas.testing
import pytest

from models.contracts import COUNTS, FORECASTS, OUTLOOK, SIGNALS, check, conform
from models.forecasting.coherence.samples import draw_futures
from models.series.hierarchy import parse_series_id, series_id
from pipelines.settings import Settings, load_settings
from pipelines.steps.forecast.forecast import ForecastResult, forecast_series
from pipelines.steps.series import count_series
from tests.pipelines.steps.streams import AS_OF, FIRST, assignments, quiet, stream

SETTINGS = load_settings()
AREA_OF = {"addons": "a-1", "billing": "a-1", "young": "a-1", "speed": "a-2"}


def count(complaints: pd.DataFrame, as_of: pd.Timestamp = AS_OF) -> pd.DataFrame:
    return count_series(
        complaints, assignments(complaints), None, settings=SETTINGS, as_of=as_of, area_of=AREA_OF
    ).counts


def forecast(
    counts: pd.DataFrame, as_of: pd.Timestamp = AS_OF, settings: Settings = SETTINGS
) -> ForecastResult:
    found = forecast_series(
        counts, settings=settings, origin=as_of.tz_localize(None), area_of=AREA_OF
    )
    check(found.forecasts, FORECASTS)
    check(found.outlook, OUTLOOK)
    return found


@pytest.fixture(scope="module")
def complaints() -> pd.DataFrame:
    """Four months: two areas, a theme without one, one too young, texts without a theme."""
    young = np.concatenate([np.zeros(110, dtype=int), quiet(6.0, days=14, seed=9)])
    daily = {
        "addons": quiet(6.0),
        "billing": quiet(2.0, seed=1),
        "young": young,
        "speed": quiet(4.0, seed=2),
        "other": quiet(1.0, seed=3),
        "none": quiet(1.5, seed=4),
    }
    frame = stream(daily)
    rng = np.random.default_rng(5)
    channel = np.where(rng.random(len(frame)) < 0.7, "web", "chat")
    chat = (frame["theme_id"] == "speed") & (rng.random(len(frame)) < 0.6)
    return frame.assign(
        theme_id=frame["theme_id"].where(frame["theme_id"] != "none"),
        channel=np.where(chat, "chat", channel),
    )


@pytest.fixture(scope="module")
def found(complaints: pd.DataFrame) -> ForecastResult:
    return forecast(count(complaints))


def by_level(frame: pd.DataFrame, column: str) -> dict[str, pd.DataFrame]:
    """Return, per level, the means of its series (rows) by day or week (columns)."""
    table = frame.set_index(["series_id", column])["mean"].unstack()  # noqa: PD010
    level = [parse_series_id(name).level for name in table.index]
    return {name: table[np.array(level) == name] for name in set(level)}


@pytest.mark.parametrize(("name", "column"), [("forecasts", "lead"), ("outlook", "week")])
def test_themes_and_those_without_add_up_to_areas_and_total(
    found: ForecastResult, name: str, column: str
) -> None:
    frame = getattr(found, name)
    levels = by_level(frame, column)
    total = levels["total"].iloc[0]
    rest = levels["rest"]
    keys = {row: parse_series_id(row) for row in rest.index}
    of_themes = [row for row, k in keys.items() if k.channel == k.brand == "*"]
    assert not of_themes  # the young theme is forecast in its area's shape
    parts = pd.concat([levels["theme"], levels["unassigned"], rest.loc[of_themes]])
    assert len(parts) == 6
    assert (parts.sum() - total).abs().max() < 1e-6
    assert (levels["channel"].sum() - total).abs().max() < 1e-6
    themes = [series_id(name) for name in ("addons", "billing", "young")]
    area = levels["area"].loc[series_id(area="a-1")]
    assert (levels["theme"].loc[themes].sum() - area).abs().max() < 1e-6
    speed = levels["theme*channel"].loc[[series_id("speed", "web"), series_id("speed", "chat")]]
    assert (speed.sum() - levels["theme"].loc[series_id("speed")]).abs().max() < 1e-6
    assert (frame["mean"] >= 0).all()


def test_eight_weeks_of_which_the_first_four_are_the_days(found: ForecastResult) -> None:
    weeks = found.outlook.groupby("series_id")["week"].apply(list)
    assert set(weeks.index) == set(found.forecasts["series_id"])
    assert weeks.tolist() == [[1, 2, 3, 4, 5, 6, 7, 8]] * len(weeks)
    assert found.forecasts["lead"].max() == 28
    days = found.forecasts.assign(week=(found.forecasts["lead"] - 1) // 7 + 1)
    sums = days.groupby(["series_id", "week"])["mean"].sum()
    told = found.outlook.set_index(["series_id", "week"])["mean"]
    assert (told.reindex(sums.index) - sums).abs().max() < 1e-6


def test_sums_are_near_to_what_comes(found: ForecastResult) -> None:
    mean = found.forecasts.groupby("series_id")["mean"].mean()
    for name, level in (
        (series_id(), 20.5),
        (series_id("addons"), 6.0),
        (series_id("-"), 1.5),
        (series_id("speed", "chat"), 4 * (0.6 + 0.4 * 0.3)),
    ):
        assert mean[name] == pytest.approx(level, rel=0.25, abs=0.5), name
    # Two weeks of 6 a day: drawn to nothing as if by two weeks more.
    assert 2 < mean[series_id("young")] < 5


def test_areas_and_rests_are_scored_and_told_as_little_as_before(found: ForecastResult) -> None:
    levels = {parse_series_id(name).level for name in found.scores["series_id"]}
    assert levels == {"total", "area", "theme", "unassigned", "channel"}
    assert found.not_covered.empty


def test_later_complaints_without_a_theme_change_nothing(complaints: pd.DataFrame) -> None:
    themed = complaints[complaints["theme_id"].notna()]
    later = complaints[complaints["theme_id"].isna()].tail(50)
    later = later.assign(created_at=AS_OF + pd.Timedelta(hours=1))
    later["created_at"] = later["created_at"].astype("datetime64[us, UTC]")
    longer = pd.concat([themed, later.assign(received_at=later["created_at"])], ignore_index=True)
    one = forecast(count(themed))
    other = forecast(count(longer, AS_OF + pd.Timedelta(days=3)))
    pandas.testing.assert_frame_equal(one.forecasts, other.forecasts)


def test_draws_of_an_owners_themes_add_up(found: ForecastResult) -> None:
    draws = draw_futures(found.forecasts, found.outlook, area_of=AREA_OF, n_draws=500, seed=1)
    mine = [series_id("addons"), series_id("speed")]
    mean = found.forecasts.groupby("series_id")["mean"].sum()
    assert draws.of(mine).sum(axis=1).mean() == pytest.approx(mean[mine].sum(), rel=0.1)
    low, high = draws.quantiles(mine, [0.1, 0.9])
    assert low < mean[mine].sum() < high
    np.testing.assert_array_equal(draws.of([series_id()]), sum(draws.leaves.values()))


def late(complaints: pd.DataFrame) -> pd.DataFrame:
    """Return the complaints told late: 45 % on their day, as much of the rest on each day after."""
    days = np.random.default_rng(6).geometric(0.45, len(complaints)) - 1
    received = complaints["created_at"] + pd.to_timedelta(days, unit="D")
    return complaints.assign(received_at=received.astype("datetime64[us, UTC]"))


# The quickest member alone is misled most by days that are not complete; the median less.
@pytest.mark.parametrize(
    ("members", "of_raw"),
    [(("unobserved_components",), 0.9), (SETTINGS.forecast.members, 1.0)],
    ids=["quickest", "all"],
)
def test_late_complaints_are_reckoned_with(members: tuple[str, ...], of_raw: float) -> None:
    """Better than dropping the last days, and than taking them as they stand."""
    settings = replace(SETTINGS, forecast=replace(SETTINGS.forecast, members=members))
    rng = np.random.default_rng(0)
    level = np.clip(15 * np.exp(np.cumsum(rng.normal(0, 0.08, 200))), 6, 80)
    truth = rng.poisson(level)
    told = late(stream({"addons": truth}))
    error = dict.fromkeys(("completed", "raw", "dropped"), 0.0)
    for day in (130, 142, 154, 166, 178, 190):
        as_of = FIRST + pd.Timedelta(days=day)
        counts = count(told, as_of)
        recent = counts[counts["series_id"] == series_id("addons")].tail(3)
        assert recent["arrived"].round(1).tolist() == pytest.approx([0.8, 0.7, 0.5], abs=0.11)
        raw = counts.assign(arrived=np.nan, arrived_sd=np.nan)
        dropped = raw.assign(is_provisional=counts["arrived"].notna())
        for name, frame in (("completed", counts), ("raw", raw), ("dropped", dropped)):
            rows = forecast(check(frame, COUNTS), as_of, settings).forecasts
            mean = rows.loc[rows["series_id"] == series_id("addons"), "mean"].to_numpy()[:7]
            error[name] += float(np.abs(mean - truth[day : day + 7]).sum())
    assert error["completed"] < 0.95 * error["dropped"]
    assert error["completed"] < of_raw * error["raw"]


def test_what_comes_later_changes_no_completed_count() -> None:
    told = late(stream({"addons": quiet(9.0)}))
    known = told[told["received_at"] < AS_OF]
    pandas.testing.assert_frame_equal(count(told), count(known))
    assert count(told)["arrived"].notna().any()


def test_a_planned_campaign_lifts_its_day_and_the_sums_hold(complaints: pd.DataFrame) -> None:
    past = pd.to_datetime(["2019-02-05", "2019-03-12", "2019-04-16"], utc=True)
    more = stream({"billing": np.where(np.arange(124) == 35, 1, 0)}).iloc[:1]
    loud = pd.concat(
        [more.assign(created_at=day, received_at=day) for day in past for _ in range(15)]
    )
    loud["complaint_id"] = [f"loud:{i}" for i in range(len(loud))]
    frame = pd.concat([complaints, loud], ignore_index=True)
    for column in ("created_at", "received_at"):
        frame[column] = frame[column].astype("datetime64[us, UTC]")
    told = pd.DataFrame({"at": [*past, pd.Timestamp("2019-05-14T00:00Z")]})
    told["known_at"] = pd.Timestamp("2019-01-01T00:00Z")
    told = told.assign(name=[str(i) for i in range(4)], kind="campaign", value=1.0)
    counts = count(frame)

    def means(signals: pd.DataFrame) -> pd.DataFrame:
        rows = forecast_series(
            counts,
            settings=SETTINGS,
            origin=AS_OF.tz_localize(None),
            area_of=AREA_OF,
            signals=check(conform(signals, SIGNALS), SIGNALS),
        ).forecasts
        return rows.set_index(["series_id", "lead"])["mean"].unstack()  # noqa: PD010

    without, planned = means(told.head(3)), means(told)
    lead = 10  # May 14
    assert planned.loc[series_id("billing"), lead] > without.loc[series_id("billing"), lead] + 5
    assert planned.loc[series_id(), lead] > without.loc[series_id(), lead] + 5
    assert planned.loc[series_id("speed"), lead] < without.loc[series_id("speed"), lead] + 2
    later = told.assign(known_at=told["known_at"].where(told["name"] != "3", AS_OF))
    pandas.testing.assert_frame_equal(means(later), without)
    inside = [series_id("addons"), series_id("billing"), series_id("young")]
    gap = planned.loc[inside].sum() - planned.loc[series_id(area="a-1")]
    assert gap.abs().max() < 1e-6
