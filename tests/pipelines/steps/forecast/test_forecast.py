import dataclasses

import numpy as np
import pandas as pd
import pandas.testing
import pytest

from models.contracts import FORECASTS, NOT_COVERED, OUTLOOK, SCORES, check
from models.series.hierarchy import series_id
from pipelines.settings import load_settings
from pipelines.steps.forecast.forecast import ForecastResult, forecast_series
from pipelines.steps.series import count_series
from tests.pipelines.steps.streams import AS_OF, assignments, quiet, stream

SETTINGS = load_settings()
ORIGIN = pd.Timestamp("2019-05-05")


def forecast(
    daily: dict[str, np.ndarray],
    *,
    as_of: pd.Timestamp = AS_OF,
    origin: pd.Timestamp = ORIGIN,
) -> ForecastResult:
    complaints = stream(daily)
    counts = count_series(
        complaints, assignments(complaints), None, settings=SETTINGS, as_of=as_of
    ).counts
    found = forecast_series(counts, settings=SETTINGS, origin=origin)
    check(found.forecasts, FORECASTS)
    check(found.outlook, OUTLOOK)
    check(found.scores, SCORES)
    check(found.not_covered, NOT_COVERED)
    return found


def test_total_themes_and_channels_are_forecast_and_the_rest_has_a_reason() -> None:
    young = np.concatenate([np.zeros(124 - 45, dtype=int), np.full(45, 2)])
    rare = np.zeros(124, dtype=int)
    rare[[3, 40, 100]] = 1
    new = np.zeros(124, dtype=int)
    new[-3:] = 9
    found = forecast({"addons": quiet(3.0), "young": young, "rare": rare, "new": new})
    assert set(found.forecasts["series_id"]) == {
        series_id(),
        series_id("addons"),
        series_id("young"),
        series_id(channel="web"),
        series_id("~"),  # what is missing to the total
    }
    basis = found.outlook.set_index("series_id")["basis"]
    assert set(basis[series_id("young")]) == {"young theme, in the shape of its area"}
    assert basis.drop(series_id("young")).isna().all()
    assert found.forecasts["date"].min() == ORIGIN
    assert found.forecasts["lead"].max() == 28
    reasons = found.not_covered.set_index("series_id")
    assert reasons.loc[series_id("rare"), "reason"] == "3 complaints in all, needs 20"
    assert reasons.loc[series_id("new"), "reason"] == "3 days of history, needs 8 weeks"
    assert reasons["count"].to_dict() == {
        series_id("rare"): 3,
        series_id("new"): 27,
    }


def test_the_run_is_measured_at_earlier_origins() -> None:
    metrics = forecast({"addons": quiet(3.0), "billing": quiet(8.0, seed=1)}).metrics
    assert metrics["series_forecast"] == 4
    assert 0 < metrics["crps_skill"] < 1
    assert metrics["coverage_80"] == pytest.approx(0.8, abs=0.08)
    assert metrics["coverage_95"] == pytest.approx(0.95, abs=0.05)
    assert metrics["bias"] == pytest.approx(0, abs=0.15)
    # Poisson counts: the naive is off by the noise of two days, the forecast by that of one.
    assert metrics["crps_scaled"] == pytest.approx(0.5, abs=0.08)


def test_later_rows_change_no_earlier_forecast() -> None:
    daily = {"addons": quiet(3.0), "billing": quiet(1.0, seed=1)}
    longer = {
        theme: np.concatenate([counts, np.full(20, 50)]) for theme, counts in daily.items()
    } | {"later": np.concatenate([np.zeros(124, dtype=int), np.full(20, 9)])}
    now = forecast(daily)
    later = forecast(longer, as_of=AS_OF + pd.Timedelta(days=20))
    for name in ("forecasts", "outlook", "scores"):
        pandas.testing.assert_frame_equal(getattr(now, name), getattr(later, name))


def test_the_unfinished_day_is_not_read() -> None:
    daily = {"addons": quiet(3.0)}
    begun = {"addons": np.append(daily["addons"], 70)}
    noon = forecast(begun, as_of=AS_OF + pd.Timedelta(hours=12))
    pandas.testing.assert_frame_equal(forecast(daily).forecasts, noon.forecasts)


def test_members_that_fail_are_named() -> None:
    lenient = dataclasses.replace(
        SETTINGS,
        series=dataclasses.replace(SETTINGS.series, min_history_days=14, min_total=1),
        forecast=dataclasses.replace(
            SETTINGS.forecast, members=("unobserved_components",), refit_days=1
        ),
    )
    new = np.zeros(124, dtype=int)
    new[-15:] = 2
    complaints = stream({"new": new, "addons": quiet(3.0)})
    counts = count_series(
        complaints, assignments(complaints), None, settings=SETTINGS, as_of=AS_OF
    ).counts
    found = forecast_series(counts, settings=lenient, origin=ORIGIN)
    assert found.failures.to_dict("records") == [
        {
            "member": "unobserved_components",
            "series_id": series_id("new"),
            "reason": "15 known days, needs 21",
        }
    ]
    # The seasonal naive, 2 a day, stands in; the sums move it a little.
    mean = found.forecasts.set_index("series_id").loc[series_id("new"), "mean"]
    assert mean.between(1.7, 2.1).all()


def test_eight_days_of_data_are_not_covered() -> None:
    nine = pd.Timestamp("2019-01-09")
    daily = {"addons": quiet(30.0, days=8)}
    found = forecast(daily, as_of=nine.tz_localize("UTC"), origin=nine)
    assert set(found.not_covered["reason"]) == {"8 days of history, needs 8 weeks"}
    assert found.forecasts.empty
    assert found.outlook.empty
    assert set(found.not_covered["series_id"]) == {
        series_id(),
        series_id("addons"),
        series_id(channel="web"),
    }
    assert found.metrics == {"series_forecast": 0.0}
