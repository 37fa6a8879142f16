"""The forecast benchmark's panels: no future in the past, nor in the choice of series."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.benchmarks.forecast_methods import issuecast
from tests.benchmarks.forecast_panels import (
    FOLDS,
    ORIGINS,
    Case,
    cases_of,
    ends_of,
    nyc_daily,
    nyc_weekly,
)
from tests.benchmarks.forecast_scores import LEVELS


def _city(folder: Path, rows: pd.DataFrame) -> Path:
    (folder / "nyc_complaints").mkdir(parents=True, exist_ok=True)
    rows.to_csv(folder / "nyc_complaints" / "complaints.csv.gz", index=False)
    return folder


def _complaints(first: str, last: str, kind: str, every: int) -> pd.DataFrame:
    days = pd.date_range(first, last, freq=f"{every}D")
    return pd.DataFrame(
        {
            "opendate": days.strftime("%Y-%m-%d"),
            "complaint_type": kind,
            "descriptor": f"about {kind}",
            "borough": ["Queens" if i % 2 else None for i in range(len(days))],
        }
    )


@pytest.fixture
def rows() -> pd.DataFrame:
    return pd.concat(
        [
            _complaints("2018-01-01", "2023-10-31", "Heating", 1),
            _complaints("2018-01-01", "2023-10-31", "Potholes", 3),
            _complaints("2018-01-01", "2023-10-31", "Rare", 40),
        ]
    )


def test_the_tune_fold_ends_where_the_test_window_begins() -> None:
    shape = {"n_periods": 400, "horizon": 14, "spacing": 28, "origins": 4}
    test, tune = (ends_of(fold, **shape) for fold in ("test", "tune"))
    assert test == [302, 330, 358, 386]
    assert tune[-1] + 14 == test[0]


def test_a_case_holds_the_past_and_what_came() -> None:
    dates = pd.date_range("2020-01-01", periods=6)
    counts = pd.DataFrame([range(6), range(10, 16)], index=["a", "b"], columns=dates)
    (case,) = cases_of(counts, panel="daily", freq="D", season=7, horizon=2, ends=[3])
    assert case.past.tolist() == [[0, 1, 2], [10, 11, 12]]
    assert case.actual.tolist() == [[3, 4], [13, 14]]
    assert case.origin == pd.Timestamp("2020-01-04")
    assert case.series_ids == ("a", "b")


def test_days_are_counted_and_rare_or_doubled_series_left_out(
    tmp_path: Path, rows: pd.DataFrame
) -> None:
    cases = nyc_daily(_city(tmp_path, rows))
    assert len(cases) == ORIGINS
    # The descriptors say the same as the types, so of each pair one stands.
    assert cases[0].series_ids == (
        "descriptor=about Heating",
        "descriptor=about Potholes",
        "type x borough=Heating in Queens",
    )
    last = cases[-1]
    assert (last.origin, last.horizon) == (pd.Timestamp("2023-10-18"), 14)
    assert last.past[0].tolist() == [1.0] * len(last.dates)
    assert last.actual[1].sum() == pytest.approx(14 / 3, abs=1)


@pytest.mark.parametrize("load", [nyc_daily, nyc_weekly])
@pytest.mark.parametrize("fold", FOLDS)
def test_later_rows_change_neither_choice_nor_past(
    tmp_path: Path, rows: pd.DataFrame, load: object, fold: str
) -> None:
    before = load(_city(tmp_path / "a", rows), fold=fold)  # type: ignore[operator]
    first = before[0].origin
    flood = pd.concat([_complaints(str(first.date()), "2023-10-31", "Rare", 1)] * 50)
    after = load(_city(tmp_path / "b", pd.concat([rows, flood])), fold=fold)  # type: ignore[operator]
    assert [case.series_ids for case in after] == [case.series_ids for case in before]
    assert np.array_equal(after[0].past, before[0].past)


def test_weeks_begin_on_monday_and_are_whole(tmp_path: Path, rows: pd.DataFrame) -> None:
    last = nyc_weekly(_city(tmp_path, rows))[-1]
    assert set(last.dates.day_of_week) == {0}
    heating = last.series_ids.index("descriptor=about Heating")
    assert last.actual[heating].tolist() == [7.0] * 8  # the week of Oct 30 is not whole
    assert last.origin + pd.Timedelta(weeks=8) == pd.Timestamp("2023-10-30")


def test_our_engine_answers_in_the_order_it_was_asked() -> None:
    rng = np.random.default_rng(1)
    dates = pd.date_range("2022-01-01", periods=140)
    past = rng.poisson([[0.5], [20.0], [4.0]], (3, 140)).astype(float)
    case = Case("daily", "D", 7, dates, ("b", "c", "a"), past, np.zeros((3, 7)))
    told = {
        "freq": case.freq,
        "season": 7,
        "horizon": case.horizon,
        "dates": dates,
        "series_ids": case.series_ids,
    }
    found = issuecast(case.past, told, {"levels": LEVELS, "params": None})
    assert found["quantiles"].shape == (3, 7, 11)
    assert (np.diff(found["quantiles"], axis=-1) >= 0).all()
    assert np.argsort(found["mean"].mean(axis=1)).tolist() == [0, 2, 1]
