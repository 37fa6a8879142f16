import numpy as np
import pandas as pd
import pytest

from models.contracts import QUANTILE_LEVELS
from models.errors import DataContractError
from models.forecasting.coherence.samples import Draws, draw_futures
from models.forecasting.distribution import nb_quantiles
from models.series.hierarchy import series_id

AREA_OF = {f"t{i}": "x" if i < 4 else "y" for i in range(6)}
MEANS = {series_id(f"t{i}"): 2.0 + i for i in range(6)} | {series_id("-"): 3.0}
TOTAL = sum(MEANS.values())


def frames(
    variance: dict[str, float], *, day: float = 0.3, week: float | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return two weeks' forecasts; sums have the given variances a day, themes `day` as alpha."""
    means = MEANS | {
        series_id(area="x"): sum(MEANS[series_id(f"t{i}")] for i in range(4)),
        series_id(area="y"): sum(MEANS[series_id(f"t{i}")] for i in (4, 5)),
        series_id(): TOTAL,
    }
    origin = pd.Timestamp("2019-05-05")
    daily, weekly = [], []
    for name, mean in means.items():
        alpha = (variance[name] - mean) / mean**2 if name in variance else day
        for lead in range(1, 15):
            date = origin + pd.Timedelta(days=lead - 1)
            daily.append((name, origin, date, lead, mean, alpha))
        for number in (1, 2):
            weekly.append((name, number, 7 * mean, day / 7 if week is None else week))
    columns = ["series_id", "origin", "date", "lead", "mean", "dispersion"]
    outlook = pd.DataFrame(weekly, columns=["series_id", "week", "mean", "dispersion"])
    return pd.DataFrame(daily, columns=columns), outlook


def themes_variance() -> float:
    return sum(m + 0.3 * m**2 for m in MEANS.values())


def draw(variance: dict[str, float], *, n: int = 4000, **kwargs: float) -> Draws:
    daily, weekly = frames(variance, **kwargs)
    return draw_futures(daily, weekly, area_of=AREA_OF, n_draws=n, seed=1)


def independent() -> dict[str, float]:
    return {
        series_id(): themes_variance(),
        series_id(area="x"): sum(m + 0.3 * m**2 for m in (2, 3, 4, 5)),
        series_id(area="y"): sum(m + 0.3 * m**2 for m in (6, 7)),
    }


def test_children_add_up_to_their_parents_in_every_draw() -> None:
    found = draw(independent(), n=200)
    x, y = found.of([series_id(area="x")]), found.of([series_id(area="y")])
    np.testing.assert_array_equal(x, sum(found.leaves[series_id(f"t{i}")] for i in range(4)))
    np.testing.assert_array_equal(found.of([series_id()]), x + y + found.leaves[series_id("-")])
    # Named twice, counted once.
    np.testing.assert_array_equal(found.of([series_id("t1"), series_id(area="x")]), x)
    assert (found.of([series_id()]) == np.round(found.of([series_id()]))).all()


def test_each_theme_keeps_its_own_distribution() -> None:
    found = draw({series_id(): 3 * themes_variance()})
    levels = list(QUANTILE_LEVELS.values())
    for name in (series_id("t0"), series_id("t5")):
        drawn = np.quantile(found.leaves[name], levels, method="inverted_cdf")
        np.testing.assert_allclose(drawn, nb_quantiles(MEANS[name], 0.3, levels), atol=1)
        assert found.leaves[name].mean() == pytest.approx(MEANS[name], rel=0.03)


def test_the_sum_scatters_as_its_own_forecast_says() -> None:
    apart = draw(independent()).of([series_id()]).var(axis=0).mean()
    assert apart == pytest.approx(themes_variance(), rel=0.06)
    wide = independent() | {series_id(): 2 * themes_variance()}
    together = draw(wide).of([series_id()]).var(axis=0).mean()
    # Counts hang together a little less than the scores behind them.
    assert 1.75 * themes_variance() < together < 2.1 * themes_variance()


def test_an_area_can_hang_together_alone() -> None:
    wide = independent()
    wide[series_id(area="x")] *= 2
    wide[series_id()] += wide[series_id(area="x")] / 2
    found = draw(wide)
    one, two, other = (found.leaves[series_id(t)].ravel() for t in ("t1", "t2", "t4"))
    assert np.corrcoef(one, two)[0, 1] > 0.2
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.02


def test_days_hang_together_as_far_as_weeks_scatter_more() -> None:
    loose = draw(independent())
    tight = draw(independent(), week=0.2)
    name = series_id("t5")
    days = 7 * (7 + 0.3 * 49)
    assert loose.leaves[name][:, :7].sum(axis=1).var() == pytest.approx(days, rel=0.08)
    week = 49 + 0.2 * 49**2
    assert tight.leaves[name][:, :7].sum(axis=1).var() == pytest.approx(week, rel=0.15)
    low, high = tight.quantiles([name], [0.1, 0.9])
    wider = loose.quantiles([name], [0.1, 0.9])
    assert high - low > 1.5 * (wider[1] - wider[0])


def test_the_same_draws_whatever_the_order() -> None:
    daily, weekly = frames(independent())
    mixed = daily.sample(frac=1, random_state=3), weekly.sample(frac=1, random_state=4)
    one = draw_futures(daily, weekly, area_of=AREA_OF, n_draws=50, seed=1)
    other = draw_futures(*mixed, area_of=AREA_OF, n_draws=50, seed=1)
    again = draw_futures(daily, weekly, area_of=AREA_OF, n_draws=50, seed=2)
    for name in one.leaves:
        np.testing.assert_array_equal(one.leaves[name], other.leaves[name])
    assert (one.leaves[series_id("t1")] != again.leaves[series_id("t1")]).any()


def test_large_and_empty_series() -> None:
    daily, weekly = frames({})
    daily.loc[daily["series_id"] == series_id("t5"), "mean"] = 1e6
    daily.loc[daily["series_id"] == series_id("t0"), "mean"] = 0.0
    found = draw_futures(daily, weekly, area_of=AREA_OF, n_draws=200, seed=1)
    assert (found.leaves[series_id("t0")] == 0).all()
    assert found.leaves[series_id("t5")].mean() == pytest.approx(1e6, rel=0.1)


def test_what_has_no_draws_is_named() -> None:
    found = draw(independent(), n=10)
    with pytest.raises(DataContractError, match="No draws of 'theme=nope"):
        found.of([series_id("nope")])
    daily, weekly = frames(independent())
    two = pd.concat([daily, daily.assign(origin=pd.Timestamp("2019-06-01"))])
    with pytest.raises(DataContractError, match="expected those of one origin"):
        draw_futures(two, weekly, area_of=AREA_OF, n_draws=10, seed=1)
