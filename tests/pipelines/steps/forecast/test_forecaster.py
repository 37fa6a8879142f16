from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pandas.testing
import pytest

from models.forecasting import forecaster as forecaster_module
from pipelines.forecasters.kept import Forecasters
from pipelines.settings import Settings, load_settings
from pipelines.steps.forecast.forecast import ForecastResult, forecast_series
from pipelines.steps.forecast.forecaster import fit_day
from pipelines.steps.series import count_series
from tests.pipelines.steps.streams import assignments, quiet, stream

SETTINGS = load_settings()
MONDAY = pd.Timestamp("2019-04-29")
STREAM = stream({"addons": quiet(3.0), "billing": quiet(1.0, seed=1)})


def counts(day: pd.Timestamp, complaints: pd.DataFrame = STREAM) -> pd.DataFrame:
    return count_series(
        complaints,
        assignments(complaints),
        None,
        settings=SETTINGS,
        as_of=day.tz_localize("UTC").as_unit("us"),
    ).counts


def morning(
    day: pd.Timestamp,
    kept: Forecasters | None,
    *,
    settings: Settings = SETTINGS,
    complaints: pd.DataFrame = STREAM,
) -> ForecastResult:
    fit = fit_day(day, refit_days=settings.forecast.refit_days)
    return forecast_series(
        counts(day, complaints),
        settings=settings,
        origin=day,
        then=counts(fit, complaints),
        kept=kept,
    )


def same(one: ForecastResult, other: ForecastResult) -> None:
    for name in ("forecasts", "outlook", "scores", "member_scores", "failures"):
        pandas.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    assert one.by.key == other.by.key


def test_the_day_of_fitting_is_the_calendars_and_never_later() -> None:
    days = pd.date_range("2019-04-22", "2019-05-12", freq="D")
    found = [fit_day(day, refit_days=7) for day in days]
    assert {day.day_name() for day in found} == {"Monday"}
    assert all(0 <= (day - fit).days < 7 for day, fit in zip(days, found, strict=True))
    assert [fit_day(day, refit_days=1) for day in days] == list(days)


def test_between_two_fits_nothing_is_fitted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Forecasters(tmp_path)
    assert morning(MONDAY, kept).by.is_new

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("fitted")

    with monkeypatch.context() as patch:
        patch.setattr(forecaster_module, "fit_panel", refuse)
        for lead in (1, 6):
            found = morning(MONDAY + pd.Timedelta(days=lead), kept)
            assert not found.by.is_new
            assert found.by.forecaster.fitted_before == MONDAY
    assert morning(MONDAY + pd.Timedelta(days=7), kept).by.is_new


def test_a_morning_gives_the_same_whatever_was_lived_before(tmp_path: Path) -> None:
    saturday, kept = MONDAY + pd.Timedelta(days=5), Forecasters(tmp_path)
    alone = morning(saturday, None)
    morning(MONDAY, kept)
    assert not morning(saturday, kept).by.is_new
    same(morning(saturday, kept), alone)
    # A later fit is there now, and changes no earlier morning.
    morning(MONDAY + pd.Timedelta(days=14), kept)
    same(morning(saturday, kept), alone)
    early = MONDAY - pd.Timedelta(days=3)
    same(morning(early, kept), morning(early, None))


def test_rows_that_come_later_neither_change_the_fit_nor_undo_it(tmp_path: Path) -> None:
    tuesday, kept = MONDAY + pd.Timedelta(days=1), Forecasters(tmp_path)
    morning(MONDAY, kept)
    late = STREAM.tail(30).assign(
        complaint_id=[f"late{i}" for i in range(30)],
        created_at=pd.Timestamp("2019-03-20T10:00", tz="UTC"),
        received_at=pd.Timestamp("2019-04-29T15:00", tz="UTC"),
    )
    late[["created_at", "received_at"]] = late[["created_at", "received_at"]].astype(
        STREAM["created_at"].dtype
    )
    more = pd.concat([STREAM, late], ignore_index=True)
    found = morning(tuesday, kept, complaints=more)
    assert not found.by.is_new
    same(found, morning(tuesday, None, complaints=more))


def test_another_way_to_forecast_or_other_data_is_another_forecaster(tmp_path: Path) -> None:
    kept = Forecasters(tmp_path)
    first = morning(MONDAY, kept)
    other = dataclasses.replace(
        SETTINGS, forecast=dataclasses.replace(SETTINGS.forecast, dispersion_prior=5.0)
    )
    assert morning(MONDAY, kept, settings=other).by.key != first.by.key
    fewer = STREAM[STREAM["created_at"] > STREAM["created_at"].min() + pd.Timedelta(days=2)]
    assert morning(MONDAY, kept, complaints=fewer).by.key != first.by.key
    assert len(list(tmp_path.iterdir())) == 3


def test_one_that_cannot_be_read_is_fitted_anew(tmp_path: Path) -> None:
    kept = Forecasters(tmp_path)
    first = morning(MONDAY, kept)
    (tmp_path / first.by.key / "errors.parquet").write_bytes(b"cut off")
    again = morning(MONDAY, kept)
    assert again.by.is_new
    same(again, first)
    assert not morning(MONDAY, kept).by.is_new


def test_a_young_workspace_has_a_first_forecast_too() -> None:
    # 58 days of history on a Saturday: 53 on the Monday of its fit.
    complaints = stream({"addons": quiet(6.0, days=58)})
    day = pd.Timestamp("2019-01-01") + pd.Timedelta(days=58)
    found = morning(day, None, complaints=complaints)
    assert len(found.by.forecaster.state["series"]) == found.forecasts["series_id"].nunique() > 0
    assert np.isfinite(found.forecasts["mean"]).all()
