import numpy as np
import pandas as pd
import pytest

from models.contracts import COUNTS, conform
from models.forecasting.completion import complete_panel
from models.forecasting.forecast import forecast_panel
from models.forecasting.method import Method
from tests.models.forecasting.panels import make_panel, weekly_counts


def counts_of(panel, arrived: dict[int, float], *, sd: float = 0.0) -> pd.DataFrame:  # type: ignore[no-untyped-def]
    """Return the panel's counts; so many days back, such a share has come in."""
    frame = pd.DataFrame(
        {
            "series_id": np.repeat(panel.series_ids, len(panel.dates)),
            "date": np.tile(panel.dates, len(panel.series_ids)),
            "count": np.nan_to_num(panel.y).astype(int).ravel(),
            "is_provisional": False,
            "is_revised": False,
        }
    )
    back = (panel.origin - frame["date"]).dt.days
    return conform(frame.assign(arrived=back.map(arrived), arrived_sd=sd), COUNTS)


def test_counts_are_divided_by_what_has_come_in() -> None:
    panel = make_panel([[8.0, 6.0, 3.0, 1.0]])
    found, sd = complete_panel(panel, counts_of(panel, {3: 0.9, 2: 0.5, 1: 0.1}))
    assert found.y[0, :3].tolist() == [8.0, 6 / 0.9, 6.0]
    assert np.isnan(found.y[0, 3])  # of a tenth nothing is said
    assert sd[0, [0, 3]].tolist() == [0.0, 0.0]
    assert sd[0, 2] == pytest.approx(np.sqrt(4 * 0.5 / 0.5**2))


def test_days_that_differ_are_less_sure() -> None:
    panel = make_panel([[8.0, 100.0]])
    _, sd = complete_panel(panel, counts_of(panel, {1: 0.5}, sd=0.1))
    assert sd[0, 1] == pytest.approx(np.sqrt(101 * 0.5 / 0.25 + (100 * 0.1 / 0.25) ** 2))


def test_what_was_unknown_stays_so_and_complete_days_as_they_are() -> None:
    panel = make_panel([[np.nan, 4.0, np.nan], [1.0, 2.0, 3.0]])
    found, sd = complete_panel(panel, counts_of(panel, {1: 0.5}))
    assert np.isnan(found.y[0]).tolist() == [True, False, True]
    assert np.isfinite(sd).all()
    same, none = complete_panel(panel, counts_of(panel, {}))
    assert same is panel
    assert not none.any()


def test_estimated_days_widen_the_forecast_and_are_no_actuals() -> None:
    y = weekly_counts(20.0, 150)
    panel = make_panel(np.stack([y, weekly_counts(20.0, 150, seed=1)]))
    unsure = np.zeros_like(panel.y)
    unsure[0, -3:] = 15.0

    def forecast(sd: np.ndarray | None):  # type: ignore[no-untyped-def]
        return forecast_panel(
            panel,
            Method(
                members=("seasonal_naive",),
                baseline="seasonal_naive",
                dispersion_origins=2,
                dispersion_prior=30,
                cap_multiple=3.0,
                seed=1,
            ),
            unsure=sd,
        )

    sure, other = forecast(None), forecast(unsure)
    np.testing.assert_allclose(other.daily["mean"], sure.daily["mean"])
    first = sure.daily["series_id"] == panel.series_ids[0]
    wider = (other.daily["dispersion"] - sure.daily["dispersion"])[first].to_numpy()[:7]
    # Each weekday is as it was last: of the last three days 15 more or less.
    moved = np.r_[np.zeros(4), (15 / y[-3:]) ** 2]
    np.testing.assert_allclose(wider, moved, atol=0.1)
    assert wider[4:].min() > 0.15
    scored = other.scores[other.scores["series_id"] == panel.series_ids[0]]
    day = scored["origin"] + pd.to_timedelta(scored["lead"] - 1, unit="D")
    assert day.max() == panel.dates[-4]
