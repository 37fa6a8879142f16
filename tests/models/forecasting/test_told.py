import numpy as np
import pandas as pd
import pytest

from models.contracts import SIGNALS, conform
from models.forecasting.forecast import Forecasts, forecast_panel
from models.forecasting.method import Method
from models.forecasting.panel import Panel
from models.forecasting.told import Known
from tests.models.forecasting.panels import make_panel

CAMPAIGNS = ("2019-03-05", "2019-04-09", "2019-05-07", "2019-05-21")
COMING = "2019-06-11"


def signals(*, coming_known_at: str | None) -> pd.DataFrame:
    rows = [(f"spring {at}", at, "2019-01-01") for at in CAMPAIGNS]
    if coming_known_at:
        rows.append(("summer", COMING, coming_known_at))
    frame = pd.DataFrame(rows, columns=["name", "at", "known_at"])
    for column in ("at", "known_at"):
        frame[column] = pd.to_datetime(frame[column], utc=True, format="ISO8601")
    return conform(frame.assign(kind="campaign", value=1.0), SIGNALS)


def campaign_panel() -> Panel:
    panel = make_panel(np.random.default_rng(1).poisson(4.0, 150))
    y = panel.y.copy()
    y[:, panel.dates.isin(pd.DatetimeIndex(CAMPAIGNS))] += 20
    return make_panel(y)


def forecast(coming_known_at: str | None) -> Forecasts:
    panel = campaign_panel()
    known = Known(panel, signals(coming_known_at=coming_known_at), "UTC")
    return forecast_panel(
        panel,
        Method(
            members=("unobserved_components",),
            baseline="seasonal_naive",
            dispersion_origins=2,
            dispersion_prior=30,
            cap_multiple=3.0,
            seed=1,
        ),
        before=known.before,
    )


def means(found: Forecasts) -> pd.Series:
    return found.daily.set_index("date")["mean"]


def test_a_planned_campaign_lifts_the_forecast_of_its_day() -> None:
    without, planned = means(forecast(None)), means(forecast("2019-06-01"))
    day = pd.Timestamp(COMING)
    # Four past campaigns brought 20 each on usual days of 4: five times as many more, drawn by
    # ten complaints to the common effect, and that to none.
    common = 5 * 16 / 26
    lift = 1 + (5 * 16 + 10 * common) / 26
    assert planned[day] / without[day] == pytest.approx(lift, rel=0.15)
    assert (planned.drop(day) - without.drop(day)).abs().max() < 2


def test_a_campaign_that_becomes_known_later_changes_no_earlier_forecast() -> None:
    # The panel's morning is June 3.
    without, later = forecast(None), forecast("2019-06-03")
    for name in ("daily", "weekly", "scores"):
        pd.testing.assert_frame_equal(getattr(without, name), getattr(later, name))


def test_earlier_mornings_know_only_what_was_known_then() -> None:
    panel = campaign_panel()
    rows = signals(coming_known_at=None)
    known = Known(panel, rows, "UTC")
    asked = known.before(28)  # the morning of May 6, the day before a campaign
    on = dict(zip(asked.regressor_names, asked.regressors.T, strict=True))["campaign"]
    dates = asked.dates.append(asked.horizon_dates)
    assert dates[on > 0].strftime("%Y-%m-%d").tolist() == list(CAMPAIGNS)
    surprise = rows.assign(known_at=rows["at"].where(rows["at"] >= "2019-05-07", rows["known_at"]))
    then = Known(panel, surprise, "UTC").before(28)
    on = dict(zip(then.regressor_names, then.regressors.T, strict=True))["campaign"]
    assert dates[on > 0].strftime("%Y-%m-%d").tolist() == list(CAMPAIGNS[:2])
    now = Known(panel, surprise, "UTC").extended(panel)
    assert now.regressors[:, 0].sum() == 4


def test_a_run_in_the_day_knows_what_was_told_that_day() -> None:
    panel = campaign_panel()
    rows = signals(coming_known_at="2019-06-03T09:00")
    noon = pd.Timestamp("2019-06-03T12:00Z")
    assert Known(panel, rows, "UTC").extended(panel).regressors[:, 0].sum() == 4
    assert Known(panel, rows, "UTC", noon).extended(panel).regressors[:, 0].sum() == 5


def test_without_signals_the_panel_is_as_it_was() -> None:
    panel = campaign_panel()
    assert Known(panel, signals(coming_known_at=None).head(0), "UTC").extended(panel) is panel
