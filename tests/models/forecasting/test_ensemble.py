from dataclasses import replace

import numpy as np
import pytest

from models.errors import SettingsError
from models.forecasting.bands import BANDS, volume_bands
from models.forecasting.ensemble import combine, combine_by_band, with_fallback
from models.forecasting.members import MemberResult
from tests.models.forecasting.panels import make_panel


def test_the_median_ignores_the_member_that_explodes() -> None:
    panel = make_panel(np.full(30, 5.0), horizon=2)
    means = [np.array([[4.0, 6.0]]), np.array([[5.0, 5.0]]), np.array([[900.0, 900.0]])]
    assert combine(means, panel, cap_multiple=3).tolist() == [[5.0, 6.0]]


def test_the_cap_is_a_multiple_of_the_last_half_year() -> None:
    y = np.ones(200)
    y[0], y[150] = 1000.0, 7.0  # the first lies more than 182 days back
    panel = make_panel(y, horizon=1)
    assert combine([np.array([[999.0]])], panel, cap_multiple=3).tolist() == [[21.0]]


def test_a_silent_series_may_still_stir() -> None:
    panel = make_panel(np.zeros(200), horizon=1)
    assert combine([np.array([[0.4]])], panel, cap_multiple=3).tolist() == [[0.4]]


def test_the_baseline_stands_in() -> None:
    member = MemberResult(np.array([[1.0], [np.nan]]), {"b": "too short"})
    assert with_fallback(member, MemberResult(np.array([[8.0], [9.0]]))).tolist() == [[1.0], [9.0]]


def test_bands_by_the_last_half_years_mean() -> None:
    levels = np.array([0.1, 0.25, 1.0, 4.9, 5.0])
    y = np.repeat(levels[:, None], 400, axis=1)
    y[0, :100] = 90.0  # long ago
    y[3, -200::2] = np.nan  # unknown days are no zeros
    y = np.vstack([y, np.full(400, np.nan)])
    bands = volume_bands(make_panel(y, horizon=1)).tolist()
    assert bands == ["rare", "few", "some", "some", "many", "rare"]
    # Of weeks too the mean a day counts: 14 a week are two a day.
    weeks = replace(make_panel(np.full(40, 14.0), horizon=1), step_days=7, period=52)
    assert volume_bands(weeks).tolist() == ["some"]


def test_each_band_has_members_of_its_own() -> None:
    panel = make_panel(np.array([[0.1], [2.0], [9.0]]) * np.ones((3, 60)), horizon=1)
    means = {name: np.full((3, 1), float(k + 1)) for k, name in enumerate("abc")}
    membership = {"rare": ["a"], "few": ["a"], "some": ["a", "b"], "many": ["a", "b", "c"]}
    found = combine_by_band(means, panel, membership=membership, cap_multiple=3)
    assert found.ravel().tolist() == [1.0, 1.5, 2.0]


@pytest.mark.parametrize(
    ("few", "message"), [((), "'few': no member"), (("a", "z"), "members without means: z")]
)
def test_a_band_without_its_members_is_refused(few: tuple[str, ...], message: str) -> None:
    panel = make_panel(np.ones(60), horizon=1)
    membership = {band: ["a"] for band in BANDS} | {"few": few}
    with pytest.raises(SettingsError, match=message):
        combine_by_band({"a": np.ones((1, 1))}, panel, membership=membership, cap_multiple=3)


def test_a_half_year_of_weeks_sets_their_cap() -> None:
    y = np.ones(60)
    y[-27], y[-26] = 90.0, 5.0
    weeks = replace(make_panel(y, horizon=1), step_days=7, period=52)
    assert combine([np.array([[99.0]])], weeks, cap_multiple=3).tolist() == [[15.0]]
