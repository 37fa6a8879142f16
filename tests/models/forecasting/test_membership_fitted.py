"""Membership where it is fitted: from the earlier mornings, kept, and gone by."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models.errors import SettingsError
from models.forecasting.bands import BANDS
from models.forecasting.fitting.fitted import fit_panel
from models.forecasting.fitting.fitted_tables import from_tables, to_tables
from models.forecasting.forecast import forecast_panel
from models.forecasting.membership import membership_of
from models.forecasting.method import Method
from models.forecasting.panel import Panel
from models.forecasting.scoring.backtest import EarlierForecasts
from tests.models.forecasting.panels import make_panel, weekly_counts

MEMBERS = ("a", "b", "c")
METHOD: dict[str, Any] = {
    "members": ["seasonal_mean", "tsb", "discount_filter"],
    "baseline": "seasonal_naive",
    "dispersion_origins": 2,
    "dispersion_prior": 30,
    "cap_multiple": 3.0,
    "seed": 1,
}


def ten_and_twenty() -> Panel:
    """Return ten series of about 0.5 a day and twenty of about 3, two years long."""
    levels = [0.5] * 10 + [3.0] * 20
    return make_panel(np.stack([weekly_counts(x, 730, seed=i) for i, x in enumerate(levels)]))


def earlier(panel: Panel, off: dict[str, float]) -> EarlierForecasts:
    """Return two earlier mornings whose members are off by a factor in the louder series."""
    back = (28, 56)
    actual = np.stack([panel.after(days) for days in back])
    level = np.array([0.5] * 10 + [3.0] * 20)[None, :, None] * np.ones(actual.shape)
    is_loud = level > 1
    by_member = {name: np.where(is_loud, factor * level, level) for name, factor in off.items()}
    zero = np.zeros(actual.shape)
    return EarlierForecasts(
        pd.DatetimeIndex([panel.origin - pd.Timedelta(days=days) for days in back]),
        *(level, level, actual, zero, np.zeros((2, 30, 4))),
        by_member,
    )


def test_each_band_keeps_the_members_that_its_series_speak_for() -> None:
    panel = ten_and_twenty()
    told = earlier(panel, {"a": 1.0, "b": 4.0, "c": 6.0})
    found = membership_of(told, panel, members=MEMBERS, how="auto")
    assert found == {"rare": MEMBERS, "few": MEMBERS, "some": ("a",), "many": MEMBERS}
    everyone = membership_of(told, panel, members=MEMBERS, how="all")
    assert everyone == dict.fromkeys(BANDS, MEMBERS)


def test_without_earlier_mornings_all_are_members() -> None:
    panel = make_panel(weekly_counts(3.0, 40))
    fitted = fit_panel(panel, Method(membership="auto", **METHOD))
    assert fitted.membership == dict.fromkeys(BANDS, tuple(METHOD["members"]))


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(SettingsError, match="expected auto or all, got 'best'"):
        fit_panel(make_panel(weekly_counts(3.0, 150)), Method(membership="best", **METHOD))


def test_the_forecast_goes_by_the_members_of_the_series_band() -> None:
    panel = make_panel(np.stack([weekly_counts(0.5, 200), weekly_counts(9.0, 200, seed=1)]))
    fitted = fit_panel(panel, Method(**METHOD))
    chosen = {**fitted.membership, "many": ("tsb",)}
    tables = to_tables(
        replace(fitted, membership=chosen),
        series_ids=panel.series_ids,
        members=[METHOD["baseline"], *METHOD["members"]],
    )
    kept = from_tables(
        tables,
        panel=panel,
        fitted_before=panel.origin,
        members=[METHOD["baseline"], *METHOD["members"]],
    )
    assert kept.membership == chosen
    found = (
        forecast_panel(panel, Method(**METHOD), fitted=kept).daily["mean"].to_numpy().reshape(2, 28)
    )
    everyone = forecast_panel(panel, Method(**METHOD)).daily["mean"].to_numpy().reshape(2, 28)
    alone = forecast_panel(panel, Method(**{**METHOD, "members": ["tsb"]})).daily["mean"]
    assert found[0].tolist() == everyone[0].tolist()
    assert found[1].tolist() == alone.to_numpy().reshape(2, 28)[1].tolist()
    assert found[1].tolist() != everyone[1].tolist()


def test_later_days_choose_no_member() -> None:
    panel = ten_and_twenty()
    told = earlier(panel.before(60), {"a": 1.0, "b": 4.0, "c": 6.0})
    before = membership_of(told, panel.before(60), members=MEMBERS, how="auto")
    wild = panel.y.copy()
    wild[:, -60:] = 12.0  # had it been known, the member that says six times as much were best
    changed = replace(panel, y=wild).before(60)
    again = earlier(changed, {"a": 1.0, "b": 4.0, "c": 6.0})
    assert membership_of(again, changed, members=MEMBERS, how="auto") == before
