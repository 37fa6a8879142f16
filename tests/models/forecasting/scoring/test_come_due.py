import numpy as np
import pandas as pd
import pytest

from models.contracts import FORECASTS, SCORES, check, empty
from models.errors import DataContractError
from models.forecasting.distribution import nb_cdf
from models.forecasting.scoring.come_due import score_due
from models.forecasting.scoring.scores import crps_nb
from models.series.hierarchy import series_id

FIRST, ORIGIN = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-03-04")  # both Mondays
A, B = series_id("a"), series_id("b")


def _counts(days=70):
    dates = pd.date_range(FIRST, periods=days).as_unit("us")
    ramp = np.arange(days)
    parts = [
        pd.DataFrame({"series_id": A, "date": dates, "count": ramp}),
        pd.DataFrame({"series_id": B, "date": dates, "count": 2}),
    ]
    return pd.concat(parts, ignore_index=True)


def _due(rows):
    frame = pd.DataFrame(rows, columns=["series_id", "origin", "lead", "mean", "dispersion"])
    day = frame["origin"] + pd.to_timedelta(frame["lead"] - 1, unit="D")
    return frame.assign(date=day)


def _score(due, counts=None, seed=1):
    counts = _counts() if counts is None else counts
    return score_due(due, counts, prior_errors=30.0, seed=seed)


def test_a_forecast_is_scored_by_its_own_distribution_and_day():
    found = _score(_due([(A, ORIGIN, 3, 50.0, 0.2)]))
    check(found, SCORES)
    row = found.iloc[0]
    assert row["actual"] == 65  # day 0 is Jan 1, March 4 is day 63, lead 3 is day 65
    assert row["crps"] == pytest.approx(float(crps_nb(65, 50.0, 0.2)))
    below, here = nb_cdf(64, 50.0, 0.2), nb_cdf(65, 50.0, 0.2)
    assert below <= row["pit"] <= here
    assert pd.isna(row["as_of"])


def test_a_count_far_out_is_a_miss():
    found = _score(_due([(B, ORIGIN, 1, 40.0, 0.01), (B, ORIGIN, 2, 2.0, 0.1)]))
    assert found["inside_95"].tolist() == [False, True]
    assert found["inside_80"].tolist() == [False, True]
    assert found["pit"].iloc[0] < 0.001


def test_the_naive_knows_nothing_after_its_morning():
    due = _due([(A, ORIGIN, lead, 60.0, 0.1) for lead in (1, 8)])
    counts = _counts(80)
    before = _score(due, counts)
    after_origin = counts["date"] > ORIGIN + pd.Timedelta(days=7)
    is_other_day = after_origin & ~counts["date"].isin(due["date"])
    changed = counts.assign(count=counts["count"].where(~is_other_day, 999))
    assert _score(due, changed).equals(before)


def test_the_naive_says_the_last_known_same_weekday_for_all_weeks_ahead():
    # A grows by one a day: the naive's mean is 56 for Monday at lead 1 and at lead 8 alike, so
    # at lead 8 it is further off; a forecast that is right is better than it at both.
    found = _score(_due([(A, ORIGIN, 1, 63.0, 1e-6), (A, ORIGIN, 8, 69.0, 1e-6)]), _counts(80))
    near, far = found["crps_baseline"]
    assert far > near > found["crps"].max()


def test_of_a_constant_series_the_naive_is_nearly_sure():
    found = _score(_due([(B, ORIGIN, 1, 2.0, 0.0), (B, ORIGIN, 1 + 7, 2.0, 0.0)]), _counts(80))
    assert (found["crps_baseline"] < 1).all()


def test_a_draw_does_not_depend_on_what_comes_due_beside_it():
    due = _due([(s, o, lead, 30.0, 0.3) for s in (A, B) for o in (ORIGIN,) for lead in (1, 2, 3)])
    together, alone = _score(due), _score(due.iloc[[4]])
    row = together[(together["series_id"] == B) & (together["lead"] == 2)]
    assert alone["pit"].iloc[0] == row["pit"].iloc[0]
    assert _score(due.iloc[::-1]).equals(together)
    assert together["pit"].nunique() == len(together)


def test_the_very_first_morning_has_a_naive_of_nothing():
    found = _score(_due([(B, FIRST, 1, 2.0, 0.1)]))
    assert found["crps_baseline"].tolist() == [2.0]


def test_a_day_without_a_count_is_an_error_that_names_it():
    due = _due([(A, ORIGIN, 1, 1.0, 0.1), (A, ORIGIN, 20, 1.0, 0.1)])
    with pytest.raises(DataContractError, match=r"theme=a.*2024-03-23"):
        _score(due)


def test_nothing_due_gives_no_scores():
    assert _score(empty(FORECASTS)).empty
