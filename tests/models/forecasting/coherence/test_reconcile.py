import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.forecasting.coherence.reconcile import incoherence, levels_from_top, reconcile
from models.forecasting.coherence.structure import Structure, nested
from models.forecasting.panel import Panel
from models.series.hierarchy import series_id


def panel_of(y: dict[str, list[float]]) -> Panel:
    names = tuple(sorted(y))
    days = len(next(iter(y.values())))
    dates = pd.date_range(end="2019-06-02", periods=days).as_unit("us")
    rows = np.array([y[name] for name in names], dtype=float)
    return Panel(dates, names, rows, np.zeros(days, dtype=bool), np.zeros(7, dtype=bool))


def by_name(structure: Structure, values: np.ndarray) -> dict[str, list[float]]:
    return dict(zip(structure.series_ids, np.round(values, 9).tolist(), strict=True))


TWO = {series_id(): [5.0, 9.0], series_id("a"): [2.0, 4.0], series_id("b"): [3.0, 5.0]}


def test_the_nearest_sum_by_hand() -> None:
    _, structure = nested(panel_of(TWO), {})
    # total 12, a 6, b 3: three too many. They are shared out by size over 12 + 6 + 3 = 21.
    made = {series_id(): 12.0, series_id("a"): 6.0, series_id("b"): 3.0}
    mean = np.array([[made[name]] for name in structure.series_ids])
    found = by_name(structure, reconcile(mean, structure))
    assert found[series_id()] == [pytest.approx(12 - 12 * 3 / 21)]
    assert found[series_id("a")] == [pytest.approx(6 + 6 * 3 / 21)]
    assert found[series_id("b")] == [pytest.approx(3 + 3 * 3 / 21)]


def test_what_is_unsure_moves_further() -> None:
    _, structure = nested(panel_of(TWO), {})
    made = {series_id(): 12.0, series_id("a"): 6.0, series_id("b"): 3.0}
    mean = np.array([[made[name]] for name in structure.series_ids])
    four = np.where(np.array(structure.series_ids) == series_id("b"), 4.0, 1.0)
    found = by_name(structure, reconcile(mean, structure, unsure=four))
    # b counts as 12: the three too few are shared out over 12 + 6 + 12 = 30.
    assert found[series_id()] == [pytest.approx(12 - 12 * 3 / 30)]
    assert found[series_id("a")] == [pytest.approx(6 + 6 * 3 / 30)]
    assert found[series_id("b")] == [pytest.approx(3 + 12 * 3 / 30)]


def test_what_is_missing_to_a_sum_is_a_series() -> None:
    y = TWO | {series_id(): [5.0, 11.0]}
    panel, structure = nested(panel_of(y), {})
    rest = panel.y[panel.series_ids.index(series_id("~"))]
    assert np.isnan(rest[0])  # not yet born: a theme that did not exist had no zeros
    assert rest[1] == 2
    assert structure.has_own.all()
    assert len(structure.groups) == 1


def test_areas_stand_between_themes_and_total() -> None:
    y = {
        series_id(): [20.0],
        series_id(area="x"): [9.0],
        series_id("a"): [4.0],
        series_id("b"): [3.0],
        series_id("c"): [6.0],
        series_id("-"): [5.0],
    }
    panel, structure = nested(panel_of(y), {"a": "x", "b": "x", "c": "unheard"})
    names = panel.series_ids
    groups = {names[p]: {names[c] for c in children} for p, children in structure.groups}
    within = series_id("~", area="x")
    assert groups == {
        series_id(): {series_id(area="x"), series_id("c"), series_id("-")},
        series_id(area="x"): {series_id("a"), series_id("b"), within},
    }
    assert panel.y[names.index(within)].tolist() == [2.0]


def test_pairs_take_a_shrunk_share_of_their_theme() -> None:
    y = {
        series_id(): [200.0],
        series_id("a"): [80.0],
        series_id("b"): [120.0],
        series_id(channel="web"): [150.0],
        series_id(channel="chat"): [50.0],
        series_id("a", "web"): [40.0],
        series_id("a", "chat"): [40.0],
        series_id("b", "web"): [110.0],
    }
    panel, structure = nested(panel_of(y), {})
    shared = np.array(structure.series_ids)[~structure.has_own]
    assert set(shared) == {
        series_id("a", "web"), series_id("a", "chat"), series_id("b", "web"),
        series_id("b", "~"), series_id("~", "chat"),
    }  # fmt: skip
    mean = np.where(structure.has_own[:, None], panel.y, np.nan)
    found = by_name(structure, levels_from_top(mean, panel.y, structure))
    # 40 of 80 came by chat, of all complaints a quarter: as if 20 more had come so.
    assert found[series_id("a", "chat")] == [pytest.approx(80 * (40 + 20 * 0.25) / 100)]
    assert found[series_id("a", "web")] == [pytest.approx(80 * (40 + 20 * 0.75) / 100)]
    assert found[series_id("b", "~")] == [pytest.approx(120 * (10 + 20 * 0.25) / 140)]
    coherent = reconcile(levels_from_top(mean, panel.y, structure), structure)
    assert incoherence(coherent, structure).max() < 1e-9


def test_a_theme_without_a_complaint_in_channels_without_one_is_shared_evenly() -> None:
    y = {series_id(): [4, 0], series_id("a"): [0, 0], series_id("b"): [4, 0]}
    y |= {series_id(channel="chat"): [0, 0], series_id(channel="web"): [0, 0]}
    y |= {series_id("a", "chat"): [0, 0], series_id("a", "web"): [0, 0]}
    panel, structure = nested(panel_of(y), {})
    mean = np.where(structure.has_own[:, None], 6.0, np.nan)[:, :1]
    found = by_name(structure, levels_from_top(mean, panel.y, structure))
    assert found[series_id("a", "chat")] == found[series_id("a", "web")]
    assert np.isfinite(reconcile(levels_from_top(mean, panel.y, structure), structure)).all()


@settings(max_examples=80)
@example(seed=647)  # a theme without a complaint in channels without one
@given(seed=st.integers(0, 10_000))
def test_any_forecasts_come_out_coherent_and_not_negative(seed: int) -> None:
    rng = np.random.default_rng(seed)
    themes, channels = rng.integers(1, 7), rng.integers(1, 4)
    counts = rng.poisson(rng.gamma(0.4, 30.0, (themes, channels, 1)), (themes, channels, 9))
    y = {series_id(): counts.sum(axis=(0, 1))}
    y |= {series_id(f"t{i}"): counts[i].sum(axis=0) for i in range(themes)}
    y |= {series_id(channel=f"c{j}"): counts[:, j].sum(axis=0) for j in range(channels)}
    for i in range(themes):
        for j in range(channels):
            if channels > 1 and rng.random() < 0.8:
                y[series_id(f"t{i}", f"c{j}")] = counts[i, j]
    area_of = {f"t{i}": f"x{i % 2}" for i in range(themes)}
    for area in set(area_of.values()):
        inside = [counts[i].sum(axis=0) for i in range(themes) if area_of[f"t{i}"] == area]
        y[series_id(area=area)] = np.sum(inside, axis=0)
    panel, structure = nested(panel_of({n: list(v) for n, v in y.items()}), area_of)
    base = rng.gamma(0.3, 1.0, (len(structure.series_ids), 4)) * 10.0 ** rng.integers(-3, 6)
    base[rng.random(base.shape) < 0.2] = 0.0
    base[~structure.has_own] = np.nan
    found = reconcile(levels_from_top(base, panel.y, structure), structure)
    assert (found >= 0).all()
    assert incoherence(found, structure).max() <= 1e-9 * max(1.0, found.max())
    # What adds up already stays as it is, to the last bits of the smallest forecasts drawn.
    least = max(1e-8 * found.max(), 1e-14)
    np.testing.assert_allclose(reconcile(found, structure), found, atol=least)


def test_permuted_and_doubled() -> None:
    _, structure = nested(panel_of(TWO | {series_id(): [5.0, 11.0]}), {})
    mean = np.random.default_rng(1).gamma(2.0, 1.0, (len(structure.series_ids), 5))
    once = reconcile(mean, structure)
    np.testing.assert_allclose(reconcile(2 * mean, structure), 2 * once, rtol=1e-9)
    order = np.array([2, 0, 3, 1])
    back = np.argsort(order)
    mixed = Structure(
        tuple(structure.series_ids[i] for i in order),
        tuple((int(back[p]), tuple(int(back[c]) for c in cs)) for p, cs in structure.groups),
        structure.parent[order],
        structure.has_own[order],
    )
    np.testing.assert_allclose(reconcile(mean[order], mixed), once[order], rtol=1e-9)


def test_a_forecast_that_would_be_negative_is_held_at_zero() -> None:
    # Themes expect 10 and channels nothing: a channel cannot be below 0 to meet a lower total.
    y = {series_id(): [9.0], series_id("a"): [9.0], series_id(channel="w"): [9.0]}
    _, structure = nested(panel_of(y), {})
    for mean in ([[0.0], [10.0], [0.0]], [[10.0], [0.0], [0.0]], [[0.0], [0.0], [0.0]]):
        found = reconcile(np.array(mean), structure)
        assert (found >= 0).all()
        assert np.ptp(found) == pytest.approx(0, abs=1e-9)


def test_without_a_total_nothing_is_touched() -> None:
    panel, structure = nested(panel_of({series_id("a"): [1.0], series_id("b"): [2.0]}), {})
    assert structure.groups == ()
    mean = np.array([[1.0], [2.0]])
    np.testing.assert_array_equal(
        reconcile(levels_from_top(mean, panel.y, structure), structure), mean
    )
