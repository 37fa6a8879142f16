from dataclasses import replace

import numpy as np
import pytest

from models.forecasting.coherence.reconcile import incoherence
from models.forecasting.coherence.structure import nested
from models.forecasting.forecast import forecast_panel
from models.forecasting.method import Method
from models.forecasting.young import Beginnings, learn_beginnings, young_shares
from models.series.hierarchy import series_id
from tests.models.forecasting.panels import RHYTHM, make_panel, weekly_counts

METHOD = {
    "members": ["seasonal_mean"],
    "baseline": "seasonal_naive",
    "dispersion_origins": 2,
    "dispersion_prior": 30,
    "cap_multiple": 3.0,
    "seed": 1,
}


def test_a_share_is_that_since_it_began_drawn_to_nothing() -> None:
    y = np.array([[np.nan, 2.0, 4.0, np.nan], [9.0, 8.0, 10.0, 50.0], [np.nan] * 4])
    rows, parents = np.array([0, 2]), np.array([1, 1])
    # 6 of 18 on two known days, as if two more had brought none; one never seen gets none.
    assert young_shares(y, rows, parents, kappa=2.0).tolist() == [6 / 18 / 2, 0.0]
    assert young_shares(y, rows, parents, kappa=0.0).tolist() == [6 / 18, 0.0]


def test_only_the_last_four_weeks_count() -> None:
    y = np.stack([np.r_[np.full(12, 90.0), np.full(28, 1.0)], np.full(40, 100.0)])
    assert young_shares(y, np.array([0]), np.array([1]), kappa=0.0)[0] == pytest.approx(0.01)


def born(level: float, later: float, *, seed: int, day: int = 100) -> np.ndarray:
    """Return a series that begins on a day, and goes on at another level after two weeks."""
    rng = np.random.default_rng(seed)
    mean = np.r_[np.full(14, level), np.full(300 - day - 14, later)]
    y = np.r_[np.full(day, np.nan), rng.poisson(mean)]
    y[day] = max(y[day], 1.0)
    return y


def test_what_fades_is_drawn_down_and_what_stays_is_not() -> None:
    stays = learn_beginnings(np.stack([born(5.0, 5.0, seed=i) for i in range(20)]))
    fades = learn_beginnings(np.stack([born(5.0, 0.5, seed=i) for i in range(20)]))
    assert stays.n_looks == fades.n_looks == 80
    assert stays.kappa == 0.0
    assert stays.week < 0.1
    assert fades.kappa == 28.0
    assert fades.week > 10 * stays.week


def test_few_beginnings_and_series_older_than_the_panel_teach_nothing() -> None:
    assert learn_beginnings(np.stack([born(5.0, 0.5, seed=i) for i in range(2)])) == Beginnings(
        n_looks=8
    )
    old = np.stack([born(5.0, 5.0, seed=i, day=3) for i in range(20)])
    assert learn_beginnings(old) == Beginnings()
    assert learn_beginnings(np.empty((0, 50))) == Beginnings()


def test_a_young_theme_has_its_areas_weekdays_and_all_adds_up() -> None:
    old, young = weekly_counts(40.0, 300), np.full(300, np.nan)
    rhythm = RHYTHM[(np.arange(300) - 300) % 7]
    young[-10:] = np.round(10 * rhythm[-10:])
    names = (series_id(), series_id("old"), series_id("young"), series_id(area="a"))
    both = old + np.nan_to_num(young)
    panel = replace(make_panel(np.stack([both, old, young, both])), series_ids=names)
    panel, structure = nested(
        panel, {"old": "a", "young": "a"}, young=[series_id("young"), series_id("none")]
    )
    assert structure.young == (series_id("young"),)
    found = forecast_panel(panel, Method(**METHOD), structure=structure)
    mean = found.daily.set_index(["series_id", "lead"])["mean"].unstack()
    mean = mean.reindex(list(panel.series_ids))
    assert incoherence(mean.to_numpy(), structure).max() < 1e-6
    told = mean.loc[series_id("young")]
    area = mean.loc[series_id(area="a")]
    np.testing.assert_allclose(told / area, (told / area).mean(), rtol=0.15)
    # 10 a day for ten days, drawn down by the prior's 14 days: about 10 * 10 / 24.
    assert 2.5 < told.mean() < 6
    wide = found.weekly.groupby("series_id")["dispersion"].max()
    assert wide[series_id("young")] == pytest.approx(Beginnings().week)
    assert wide[series_id("young")] > 5 * wide[series_id("old")]
    assert series_id("young") not in set(found.scores["series_id"])
