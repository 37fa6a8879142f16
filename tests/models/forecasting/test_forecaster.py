from __future__ import annotations

import dataclasses
import io
import json
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pandas.testing
import pytest

from models.contracts import FORECASTS, check
from models.errors import DataContractError
from models.forecasting import forecast as forecast_module
from models.forecasting import members as members_module
from models.forecasting.forecast import Forecasts, forecast_panel
from models.forecasting.forecaster import Forecaster, fit_forecaster
from models.forecasting.members import MEMBERS, MemberResult
from models.forecasting.members.unobserved_components import UnobservedComponents
from models.forecasting.method import Method
from models.forecasting.morning import morning_of, plain
from models.forecasting.panel import Panel
from models.series.hierarchy import parse_series_id, series_id
from tests.models.forecasting.panels import make_panel, weekly_counts

METHOD: dict[str, Any] = {
    "members": ["unobserved_components"],
    "baseline": "seasonal_naive",
    "dispersion_origins": 2,
    "dispersion_prior": 30.0,
    "cap_multiple": 3.0,
    "seed": 1,
}
CONFIGURATION = {
    "method": METHOD,
    "panel": {
        "horizon": 28,
        "countries": ["US"],
        "max_history_days": 1095,
        "time_zone": "UTC",
    },
}
Y = np.stack([weekly_counts(level, 200, seed=i) for i, level in enumerate((0.5, 4.0, 30.0))])


def kept(forecaster: Forecaster) -> Forecaster:
    """Return the forecaster as it comes back from JSON and Parquet."""
    state = {}
    for name, frame in forecaster.state.items():
        file = io.BytesIO()
        frame.to_parquet(file, index=False)
        state[name] = pd.read_parquet(io.BytesIO(file.getvalue()))
    return Forecaster(json.loads(json.dumps(forecaster.configuration)), state)


def same(one: Forecasts, other: Forecasts) -> None:
    for name in ("daily", "weekly", "scores"):
        pandas.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    assert one.failures == other.failures


def test_fitting_and_forecasting_apart_give_what_both_at_once_give() -> None:
    panel = make_panel(Y)
    apart = fit_forecaster(plain(panel), configuration=CONFIGURATION).forecast(plain(panel))
    same(apart, forecast_panel(panel, Method(**METHOD)))


def test_kept_as_json_and_parquet_it_forecasts_to_the_bit() -> None:
    y = Y.copy()
    y[1, -2:] = 40.0  # a spike is on
    y[0, :150] = np.nan  # a young series
    panel = make_panel(y)
    forecaster = fit_forecaster(plain(panel), configuration=CONFIGURATION)
    same(kept(forecaster).forecast(plain(panel)), forecaster.forecast(plain(panel)))


@pytest.mark.parametrize("member", MEMBERS)
def test_every_member_comes_back_to_the_bit_and_goes_forward(member: str) -> None:
    y = np.stack([weekly_counts(level, 400, seed=i) for i, level in enumerate((0.5, 4.0, 30.0))])
    y[0, :330] = np.nan
    panel = make_panel(y)
    given = {**CONFIGURATION, "method": {**METHOD, "members": [member]}}
    forecaster = fit_forecaster(plain(panel.before(3)), configuration=given)
    names = (*panel.series_ids[1:], "theme=new|channel=*|brand=*")
    later = dataclasses.replace(panel, series_ids=names, y=np.stack([y[1], y[2], y[1] + 1]))
    for morning in (plain(panel.before(3)), plain(panel), plain(later)):
        one, other = kept(forecaster).forecast(morning), forecaster.forecast(morning)
        same(one, other)
        assert np.isfinite(one.daily["mean"]).all()
    new = one.daily[one.daily["series_id"] == names[2]]["mean"].mean()
    assert new == pytest.approx(y[1, -56:].mean() + 1, rel=0.4)


def test_forecasting_fits_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = make_panel(Y)
    forecaster = fit_forecaster(plain(panel.before(3)), configuration=CONFIGURATION)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("fitted")

    monkeypatch.setattr(UnobservedComponents, "fit", refuse)
    monkeypatch.setattr(forecast_module, "fit_panel", refuse)
    monkeypatch.setattr("models.forecasting.aftermaths.aftermath.learn_aftermaths", refuse)
    assert len(forecaster.forecast(plain(panel)).daily) == 3 * 28


def test_it_goes_forward_with_the_days_since_it_was_fitted() -> None:
    y = Y.copy()
    y[2, -5:] = 90.0
    panel = make_panel(y)
    forecaster = fit_forecaster(plain(panel.before(5)), configuration=CONFIGURATION)
    then = forecaster.forecast(plain(panel.before(5))).daily.set_index("series_id")["mean"]
    now = forecaster.forecast(plain(panel)).daily.set_index("series_id")["mean"]
    loud = panel.series_ids[2]
    assert now[loud].mean() > 1.2 * then[loud].mean()


def test_days_after_it_was_fitted_change_nothing_of_it() -> None:
    calm, loud = make_panel(Y), make_panel(np.where(np.arange(200) >= 195, 70.0, Y))
    one, other = (
        fit_forecaster(plain(panel.before(5)), configuration=CONFIGURATION)
        for panel in (calm, loud)
    )
    assert one.configuration == other.configuration
    for name, frame in one.state.items():
        pandas.testing.assert_frame_equal(frame, other.state[name])


def test_it_is_never_used_for_an_earlier_morning() -> None:
    panel = make_panel(Y)
    forecaster = fit_forecaster(plain(panel), configuration=CONFIGURATION)
    with pytest.raises(DataContractError, match=r"up to 2019-06-03 .* made on 2019-05-31"):
        forecaster.forecast(plain(panel.before(3)))


def test_a_new_series_gets_what_the_others_have_in_common() -> None:
    panel = make_panel(Y)
    rows = np.stack([*Y, weekly_counts(4.0, 200, seed=9)])
    wider = dataclasses.replace(
        make_panel(rows), series_ids=(*panel.series_ids, "theme=new|channel=*|brand=*")
    )
    found = fit_forecaster(plain(panel), configuration=CONFIGURATION).forecast(plain(wider))
    check(found.daily, FORECASTS)
    by_series = found.daily.groupby("series_id")
    new = by_series.get_group("theme=new|channel=*|brand=*")
    assert new["mean"].mean() == pytest.approx(rows[3, -56:].mean(), rel=0.25)
    # Its dispersion is the pool's: between those of the series that the forecaster knows.
    known = by_series["dispersion"].first()[list(panel.series_ids)]
    assert known.min() <= new["dispersion"].iloc[0] <= known.max()
    # ... and the known ones are forecast as without it.
    alone = fit_forecaster(plain(panel), configuration=CONFIGURATION).forecast(plain(panel)).daily
    rest = found.daily[found.daily["series_id"].isin(panel.series_ids)]
    pandas.testing.assert_frame_equal(rest.reset_index(drop=True), alone)


@dataclasses.dataclass
class Level:
    """The sum of all days since the first, and the date it stands at."""

    origin: pd.Timestamp
    total: np.ndarray
    days: np.ndarray

    series_axis: ClassVar[dict[str, int]] = {"total": 0, "days": 0}


class RunningMean:
    """A filter: its state moves on with the days, and nothing in it is fitted."""

    name = "running_mean"
    is_filter = True

    def fit(self, panel: Panel) -> Level:
        return Level(
            panel.origin, np.nansum(panel.y, axis=1), (~np.isnan(panel.y)).sum(axis=1) + 0.0
        )

    def predict(self, panel: Panel, fitted: Level) -> MemberResult:
        since = panel.y[:, len(panel.dates) - (panel.origin - fitted.origin).days :]
        mean = (fitted.total + np.nansum(since, axis=1)) / (
            fitted.days + (~np.isnan(since)).sum(axis=1)
        )
        return MemberResult(np.tile(mean[:, None], panel.horizon))


def test_a_new_series_runs_through_a_filter_each_day_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        members_module, "_CLASSES", (*members_module._CLASSES, RunningMean), raising=True
    )
    given = {**CONFIGURATION, "method": {**METHOD, "members": ["running_mean"]}}
    known = make_panel(Y)
    forecaster = kept(fit_forecaster(plain(known.before(5)), configuration=given))
    new = np.stack([*Y, weekly_counts(4.0, 200, seed=9)])
    names = (*known.series_ids, "theme=new|channel=*|brand=*")
    panel = dataclasses.replace(make_panel(new), series_ids=names)
    mean = forecaster.forecast(plain(panel)).daily.groupby("series_id")["mean"].first()
    np.testing.assert_allclose(mean[list(names)], new.mean(axis=1))


def test_a_part_of_the_series_is_forecast_as_in_the_whole() -> None:
    panel = make_panel(Y)
    forecaster = fit_forecaster(plain(panel), configuration=CONFIGURATION)
    part = dataclasses.replace(panel, y=panel.y[1:2], series_ids=panel.series_ids[1:2])
    whole = forecaster.forecast(plain(panel))
    for name in ("daily", "weekly", "scores"):
        frame = getattr(whole, name)
        of_part = frame[frame["series_id"] == panel.series_ids[1]].reset_index(drop=True)
        pandas.testing.assert_frame_equal(getattr(forecaster.forecast(plain(part)), name), of_part)


def test_without_any_series_at_its_fit_it_still_answers() -> None:
    forecaster = fit_forecaster(plain(make_panel(np.empty((0, 100)))), configuration=CONFIGURATION)
    found = kept(forecaster).forecast(plain(make_panel(Y)))
    assert (found.daily["dispersion"] == 0.5).all()
    assert found.scores.empty


def counts_of(panel: Panel) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "series_id": np.repeat(list(panel.series_ids), len(panel.dates)),
            "date": np.tile(panel.dates.to_numpy(), len(panel.series_ids)),
            "count": panel.y.ravel().astype(int),
        }
    )


def test_a_posted_frame_is_forecast_as_its_morning() -> None:
    frame = counts_of(make_panel(Y))
    full = frame.assign(is_provisional=False, is_revised=False)
    monday = pd.Timestamp("2019-06-03")
    morning = morning_of(full, origin=monday, **CONFIGURATION["panel"])
    forecaster = fit_forecaster(morning, configuration=CONFIGURATION)
    same(forecaster.forecast_counts(frame), forecaster.forecast(morning))
    mixed = frame.assign(date=frame["date"].dt.strftime("%Y-%m-%d")).sample(frac=1, random_state=1)
    same(forecaster.forecast_counts(mixed), forecaster.forecast(morning))
    longer = pd.concat([frame, frame.tail(1).assign(date=pd.Timestamp("2019-06-09"), count=999)])
    same(forecaster.forecast_counts(longer, origin=monday), forecaster.forecast(morning))


def test_themes_in_areas_late_days_and_rests_come_back_too() -> None:
    themes = {f"t{i}": weekly_counts(level, 200, seed=i) for i, level in enumerate((0.8, 4.0, 9.0))}
    rows = {series_id(name): y for name, y in themes.items()}
    rows[series_id(area="a1")] = themes["t0"] + themes["t1"]
    rows[series_id()] = sum(themes.values()) + weekly_counts(2.0, 200, seed=9)  # and a rest
    frame = counts_of(
        dataclasses.replace(make_panel(np.stack(list(rows.values()))), series_ids=tuple(rows))
    )
    last = frame["date"] == frame["date"].max()
    frame["arrived"] = np.where(last, 0.8, np.nan)
    frame["arrived_sd"] = np.where(last, 0.1, np.nan)
    full = frame.assign(is_provisional=False, is_revised=False)
    known: dict[str, Any] = {**CONFIGURATION["panel"], "area_of": {"t0": "a1", "t1": "a1"}}
    for day in ("2019-05-31", "2019-06-03"):
        morning = morning_of(full[full["date"] < day], origin=pd.Timestamp(day), **known)
        if day == "2019-05-31":
            forecaster = fit_forecaster(morning, configuration=CONFIGURATION)
    found = kept(forecaster).forecast_counts(frame)
    same(found, forecaster.forecast(morning))
    mean = found.daily.groupby("series_id")["mean"].sum()
    assert mean[series_id(area="a1")] == pytest.approx(
        mean[series_id("t0")] + mean[series_id("t1")]
    )
    assert mean.index.map(lambda name: parse_series_id(name).level == "rest").any()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"count": -1}, r"row 0, count: expected a whole number >= 0; .* \(600 such\)"),
        ({"count": 1.5}, "row 0, count: expected a whole number"),
        ({"count": "many"}, "row 0, count"),
        ({"date": "soon"}, "row 0, date: expected a date such as"),
        ({"date": "2019-05-01T10:00"}, "expected a whole day"),
        ({"date": "2019-05-01"}, r"row 1, date: this day of this series came before \(597 such\)"),
        ({"series_id": None}, "series_id: expected a text"),
    ],
)
def test_a_wrong_frame_is_refused_by_row_and_field(change: dict[str, object], said: str) -> None:
    forecaster = fit_forecaster(plain(make_panel(Y)), configuration=CONFIGURATION)
    with pytest.raises(DataContractError, match=said):
        forecaster.forecast_counts(counts_of(make_panel(Y)).assign(**change))


def test_a_frame_without_rows_or_columns_is_refused() -> None:
    forecaster = fit_forecaster(plain(make_panel(Y[:1])), configuration=CONFIGURATION)
    frame = counts_of(make_panel(Y))
    with pytest.raises(DataContractError, match=r"missing column\(s\) date, count"):
        forecaster.forecast_counts(frame[["series_id"]])
    with pytest.raises(DataContractError, match="no rows"):
        forecaster.forecast_counts(frame.head(0))
