import numpy as np
import pandas as pd

from models.contracts import SCORES, check
from models.forecasting.members import SeasonalNaive
from models.forecasting.panel import Panel
from models.forecasting.scoring.backtest import EarlierForecasts, earlier_origins, score_earlier
from models.forecasting.scoring.scores import crps_nb
from tests.models.forecasting.panels import make_panel, weekly_counts


def earlier(panel: Panel, n_origins: int = 2) -> EarlierForecasts:
    return earlier_origins(
        panel,
        members=[SeasonalNaive()],
        baseline=SeasonalNaive(),
        n_origins=n_origins,
        cap_multiple=3,
    )


def test_origins_lie_four_weeks_apart_and_know_no_future() -> None:
    y = np.arange(98.0)
    found = earlier(make_panel(y, horizon=14))
    assert found.origins.tolist() == [pd.Timestamp("2019-05-06"), pd.Timestamp("2019-04-08")]
    # 28 days before the end the last week was 63..69; what came was 70..83.
    assert found.mean[0, 0].tolist() == [*range(63, 70), *range(63, 70)]
    assert found.actual[0, 0].tolist() == list(range(70, 84))
    assert found.mean[1, 0, 0] == 35.0
    assert found.actual[1, 0, -1] == 55.0


def test_leads_not_yet_known_are_missing() -> None:
    found = earlier(make_panel(np.arange(98.0), horizon=40))
    assert np.isnan(found.actual[0, 0]).tolist() == [False] * 28 + [True] * 12
    assert not np.isnan(found.actual[1, 0]).any()


def test_short_series_are_not_tried() -> None:
    y = np.stack([np.ones(98), np.where(np.arange(98) < 50, np.nan, 1.0)])
    found = earlier(make_panel(y))
    # 28 days back the second has 20 known days, 56 days back none.
    assert np.isnan(found.mean[:, 1]).all()
    assert not np.isnan(found.mean[:, 0]).any()
    assert len(earlier(make_panel(np.ones(40))).origins) == 0


def test_weeks_are_sums_and_need_all_seven_days() -> None:
    found = earlier(make_panel(np.arange(98.0), horizon=30)).weekly()
    assert found.actual.shape == (2, 1, 4)
    assert found.actual[0, 0, 0] == sum(range(70, 77))
    assert found.mean[0, 0, 1] == sum(range(63, 70))


def test_scores_are_those_of_the_pairs() -> None:
    panel = make_panel(np.stack([weekly_counts(4.0, 150), weekly_counts(9.0, 150, seed=2)]))
    found = earlier(panel)
    scores = score_earlier(found, panel.series_ids, prior_errors=30, seed=1)
    check(scores, SCORES)
    assert len(scores) == 2 * 2 * 28
    row = scores[(scores["series_id"] == panel.series_ids[1]) & (scores["lead"] == 3)].iloc[-1]
    assert row["origin"] == found.origins[0]
    assert row["actual"] == panel.y[1, -26]
    assert row["mean"] == panel.y[1, -33]
    # The member is the baseline here.
    np.testing.assert_allclose(scores["crps"], scores["crps_baseline"])


def test_a_forecast_is_not_scored_with_a_width_from_its_own_errors() -> None:
    y = np.full(98, 10.0)
    y[-28:] = 60.0  # only the newest origin is wrong
    panel = make_panel(y)
    scores = score_earlier(earlier(panel), panel.series_ids, prior_errors=0, seed=1)
    newest = scores[scores["origin"] == scores["origin"].max()]
    # The older origin was right throughout: nearly Poisson around 10.
    np.testing.assert_allclose(newest["crps"], float(crps_nb(60, 10.0, 1e-6)), rtol=1e-6)
    assert not newest["inside_95"].any()
    assert (newest["pit"] > 0.999).all()


def test_nothing_to_score() -> None:
    panel = make_panel(np.ones(40))
    assert score_earlier(earlier(panel), panel.series_ids, prior_errors=30, seed=1).empty
