from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.errors import NotEnoughHistory
from models.forecasting.scoring.challenge import Comparison, compare, faults, in_words
from models.forecasting.scoring.scores import crps_nb

ORIGINS = pd.date_range("2020-03-02", periods=20, freq="D").as_unit("us")
DAYS = pd.date_range("2020-01-06", "2020-03-31", freq="D").as_unit("us")


def counts(level: float = 10.0, n_series: int = 8, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frames = [
        pd.DataFrame(
            {
                "series_id": f"s{i}",
                "date": DAYS,
                "count": rng.poisson(level, len(DAYS)),
                "is_provisional": False,
            }
        )
        for i in range(n_series)
    ]
    return pd.concat(frames, ignore_index=True)


def forecasts(mean: float, dispersion: float = 1e-6, n_series: int = 8) -> pd.DataFrame:
    rows = [
        {"series_id": f"s{i}", "origin": o, "date": o + pd.Timedelta(days=lead)}
        for i in range(n_series)
        for o in ORIGINS
        for lead in range(10)
    ]
    return pd.DataFrame(rows).assign(mean=mean, dispersion=dispersion)


def found(champion: pd.DataFrame, challenger: pd.DataFrame, **given: float) -> Comparison:
    return compare(champion, challenger, counts(**given), confidence=0.95, seed=1)


GATE = {
    "margin": 0.01,
    "min_origins": 14,
    "coverage_80": (0.75, 0.86),
    "coverage_95": (0.92, 0.98),
}


def test_the_better_one_may_take_over_and_the_worse_may_not() -> None:
    right, wrong = forecasts(10.0), forecasts(14.0)
    better = found(wrong, right)
    assert better.skill > 0.3
    assert 0 < better.low < better.skill < better.high
    # 29 days of 8 series: the share that an interval of 95 % holds has a deviation of .014.
    assert better.coverage_80 == pytest.approx(0.80, abs=0.05)
    assert better.coverage_95 == pytest.approx(0.95, abs=0.03)
    assert (better.n_origins, better.n_series) == (20, 8)
    assert faults(better, **GATE) == []
    said = faults(found(right, wrong), **GATE)
    assert len(said) == 4  # worse, interval below 0, and neither interval holds enough
    assert "higher than the champion's, and must be more than 1.0% lower" in said[0]


def test_skill_is_one_less_the_ratio_of_scaled_crps() -> None:
    days = pd.date_range("2020-01-06", periods=30, freq="D").as_unit("us")
    y = np.array([1.0] * 7 + [3.0] * 7 + [1.0] * 7 + [4.0] * 9)  # changes a week: 2, 2
    big = pd.DataFrame({"series_id": "a", "date": days, "count": y, "is_provisional": False})
    both = pd.concat([big, big.assign(series_id="b", count=10 * y)])
    origin = days[21]
    said = pd.DataFrame(
        {"series_id": ["a", "b"], "origin": origin, "date": origin, "dispersion": 0.1}
    )
    champion, challenger = said.assign(mean=[2.0, 30.0]), said.assign(mean=[3.0, 35.0])
    result = compare(champion, challenger, both, confidence=0.95, seed=1)
    one = crps_nb(4, 2.0, 0.1) / 2 + crps_nb(40, 30.0, 0.1) / 20
    other = crps_nb(4, 3.0, 0.1) / 2 + crps_nb(40, 35.0, 0.1) / 20
    assert result.skill == pytest.approx(float(1 - other / one))
    assert result.n_days == 2


def test_no_difference_is_no_reason() -> None:
    same = found(forecasts(10.0), forecasts(10.0))
    assert same.skill == 0
    assert len(faults(same, **GATE)) == 2


def test_a_lucky_week_or_series_is_not_clear_of_zero() -> None:
    # Better in one series alone, by much: the series might not have been there.
    challenger = forecasts(10.0)
    challenger.loc[challenger["series_id"] != "s0", "mean"] = 10.4
    champion = forecasts(10.0)
    champion.loc[champion["series_id"] == "s0", "mean"] = 17.0
    lucky = found(champion, challenger)
    assert lucky.skill > 0.05
    assert lucky.low <= 0
    assert any("is not above 0" in said for said in faults(lucky, **GATE))


def test_too_narrow_intervals_or_too_few_mornings_are_named() -> None:
    few = forecasts(10.0)
    few = few[few["origin"] < ORIGINS[5]]
    said = faults(found(forecasts(14.0), few), **GATE)
    assert said[0] == "compared on 5 mornings, needs 14"
    wide = faults(found(forecasts(14.0), forecasts(10.0, dispersion=0.3)), **GATE)
    assert any("80 % intervals held" in reason for reason in wide)


def test_only_days_that_have_come_and_that_both_forecast_count() -> None:
    came = counts()
    came.loc[came["date"] >= "2020-03-15", "is_provisional"] = True
    result = compare(forecasts(14.0), forecasts(10.0), came, confidence=0.95, seed=1)
    assert result.last == pd.Timestamp("2020-03-14")
    other = forecasts(10.0, n_series=3)
    assert found(forecasts(14.0), other).n_series == 3
    with pytest.raises(NotEnoughHistory, match="No day that champion and challenger"):
        compare(forecasts(14.0), other.head(0), came, confidence=0.95, seed=1)


def test_rows_in_another_order_say_the_same_and_the_sentence_is_plain() -> None:
    champion, challenger = forecasts(14.0), forecasts(10.0)
    mixed = challenger.sample(frac=1, random_state=3)
    assert found(champion, challenger) == found(champion, mixed)
    said = in_words(found(champion, challenger))
    assert said.startswith("CRPS 41.3% lower than the champion's (interval ")
    assert "on 20 mornings from 2020-03-02 to 2020-03-21, 8 series; its 80 and 95 %" in said
