"""What every member owes: an answer to odd series, and none that depends on what it may not."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from models.forecasting.members import MEMBERS, MemberResult, make_member
from models.forecasting.panel import Panel
from tests.models.forecasting.panels import make_panel, make_weeks, odd_series, weekly_counts

PANELS: dict[str, tuple[Callable[..., Panel], int]] = {
    "days": (make_panel, 420),
    "weeks": (make_weeks, 160),
}
# Doubled counts double the mean to the last bits, but for the regression: see its docstring.
DOUBLING = {"nb_glm": 0.02}

each_member = pytest.mark.parametrize("name", MEMBERS)
each_step = pytest.mark.parametrize("step", PANELS)


def result(name: str, panel: Panel) -> MemberResult:
    member = make_member(name)
    return member.predict(panel, member.fit(panel))


def usual_rows(length: int) -> np.ndarray:
    levels = (0.15, 0.6, 2.0, 5.0, 9.0, 30.0)
    rows = [weekly_counts(level, length, seed=i) for i, level in enumerate(levels)]
    return np.stack(rows)


@each_member
@each_step
def test_odd_series_have_an_answer_or_a_named_failure(name: str, step: str) -> None:
    make, length = PANELS[step]
    odd = odd_series(length)
    panel = make(np.stack(list(odd.values())))
    found = result(name, panel)
    by_name = dict(zip(odd, zip(panel.series_ids, found.mean, strict=True), strict=True))
    for series_id, mean in by_name.values():
        if series_id in found.failures:
            assert np.isnan(mean).all()
        else:
            assert np.isfinite(mean).all()
            assert (mean >= 0).all()
    assert set(found.failures) <= {by_name[n][0] for n in ("one point", "unknown", "young")}
    assert (by_name["all zero"][1] == 0).all()
    np.testing.assert_allclose(by_name["constant"][1], 7.0, rtol=0.4)  # drawn to the others' rhythm
    assert (by_name["one count"][1] <= 1.0).all()
    assert by_name["gaps"][1].mean() == pytest.approx(4.0, rel=0.5)
    assert by_name["huge"][1].mean() == pytest.approx(4e6, rel=0.5)
    if by_name["young"][0] not in found.failures:
        assert 0.5 < by_name["young"][1].mean() < 9.0


@each_member
@each_step
def test_permuted_series_get_the_same_means(name: str, step: str) -> None:
    make, length = PANELS[step]
    panel = make(usual_rows(length))
    order = [3, 0, 5, 1, 4, 2]
    names = tuple(panel.series_ids[i] for i in order)
    mixed = dataclasses.replace(panel, y=panel.y[order], series_ids=names)
    once, other = result(name, panel).mean, result(name, mixed).mean
    np.testing.assert_allclose(other, once[order], rtol=1e-9)


@each_member
@each_step
def test_doubled_counts_double_the_mean(name: str, step: str) -> None:
    make, length = PANELS[step]
    y = usual_rows(length)
    once, twice = result(name, make(y)).mean, result(name, make(2 * y)).mean
    np.testing.assert_allclose(twice, 2 * once, rtol=DOUBLING.get(name, 1e-6))


@each_member
@each_step
def test_later_rows_change_nothing(name: str, step: str) -> None:
    make, length = PANELS[step]
    y = usual_rows(length)
    changed = y.copy()
    changed[:, -20:] = 99.0
    one, other = (result(name, make(rows).before(20)) for rows in (y, changed))
    assert one.mean.tobytes() == other.mean.tobytes()


@each_member
@each_step
def test_twice_the_same_bytes(name: str, step: str) -> None:
    make, length = PANELS[step]
    panel = make(usual_rows(length))
    assert result(name, panel).mean.tobytes() == result(name, panel).mean.tobytes()


@each_member
@each_step
def test_what_was_fitted_earlier_forecasts_later_mornings(name: str, step: str) -> None:
    make, length = PANELS[step]
    panel = make(usual_rows(length))
    member = make_member(name)
    fitted = member.fit(panel.before(30))
    early = member.predict(panel.before(30), fitted).mean
    late = member.predict(panel, fitted).mean
    assert np.isfinite(late).all()
    assert (late != early).any()
    # The earlier morning is told the same again: a later one has changed nothing of the state.
    assert member.predict(panel.before(30), fitted).mean.tobytes() == early.tobytes()


@each_member
def test_what_is_fitted_is_plain(name: str) -> None:
    fitted = make_member(name).fit(make_panel(usual_rows(200)))
    values = list(vars(fitted).values()) if dataclasses.is_dataclass(fitted) else [fitted]
    for value in values:
        parts = vars(value).values() if dataclasses.is_dataclass(value) else [value]
        assert all(p is None or isinstance(p, np.ndarray) or hasattr(p, "isoformat") for p in parts)


@each_member
@pytest.mark.parametrize("n_days", [1, 6, 30])
def test_short_panels(name: str, n_days: int) -> None:
    found = result(name, make_panel(np.full((2, n_days), 2.0)))
    failed = np.array([i in found.failures for i in make_panel(np.ones((2, n_days))).series_ids])
    np.testing.assert_allclose(found.mean[~failed], 2.0)


@each_member
@each_step
def test_a_panel_without_series(name: str, step: str) -> None:
    found = result(name, PANELS[step][0](np.empty((0, 100))))
    assert found.mean.shape[0] == 0


@each_member
def test_the_rhythm_of_the_week_is_found(name: str) -> None:
    y = np.stack([weekly_counts(20.0, 420, seed=s) for s in range(8)])
    found = result(name, make_panel(y)).mean
    monday, sunday = found[:, 0::7].mean(), found[:, 6::7].mean()
    assert monday / sunday == pytest.approx(1.3 / 0.6, rel=0.4 if name == "seasonal_naive" else 0.2)
    assert found.mean() == pytest.approx(20.0, rel=0.15)
