import numpy as np
import pandas as pd
import pytest

from models.forecasting.bands import band_of
from models.forecasting.scoring.evaluation import summarise, usual_error


def test_the_usual_error_is_that_of_repeating_last_week():
    past = np.array([[0.0] * 7 + [2.0] * 7, [5.0] * 14, [np.nan] * 14])
    assert np.allclose(usual_error(past), [2.0, np.nan, np.nan], equal_nan=True)
    assert np.isnan(usual_error(np.ones((1, 5)))).all()


def test_an_edge_belongs_to_the_band_above_it():
    past = np.array([[0.1], [0.2], [1.0], [5.0], [np.nan]])
    assert band_of(past) == ["rare", "few", "some", "many", "rare"]


def _rows():
    def rows(method, series, band, crps, scale, mean, actual, pit):
        frame = pd.DataFrame({"crps": crps, "actual": actual, "mean": mean, "pit": pit})
        return frame.assign(method=method, series_id=series, band=band, scale=scale)

    return pd.concat(
        [
            rows("naive", "a", "few", [2.0, 4.0], 2.0, [1, 1], [1, 3], [0.5, 0.99]),
            rows("naive", "b", "many", [30.0, 10.0], 10.0, [10, 10], [20, 20], [0.95, 0.5]),
            rows("ours", "a", "few", [1.0, 2.0], 2.0, [2, 2], [1, 3], [0.5, 0.95]),
            rows("ours", "b", "many", [5.0, 15.0], 10.0, [20, 30], [20, 20], [0.5, 0.01]),
        ]
    )


def test_figures_by_hand():
    found = summarise(_rows(), baseline="naive").set_index(["band", "method"])
    both = found.loc[("all", "ours")]
    # a: 1.5 / 2 = .75; b: 10 / 10 = 1. The naive's: 1.5 and 2.
    assert both["crps_scaled"] == pytest.approx(0.875)
    assert both["ratio"] == pytest.approx(0.875 / 1.75)
    assert both["series"] == 2
    assert both["coverage_80"] == pytest.approx(2 / 4)
    assert both["coverage_95"] == pytest.approx(3 / 4)
    assert both["bias"] == pytest.approx(54 / 44 - 1)
    assert found.loc[("many", "ours"), "ratio"] == pytest.approx(0.5)
    assert found.loc[("all", "naive"), "ratio"] == 1.0
    # One series in a band: nothing to draw, so the interval has no width.
    alone = found.loc[("few", "ours")]
    assert alone["crps_scaled_lo"] == alone["crps_scaled_hi"] == pytest.approx(0.75)
    assert ("rare", "ours") not in found.index


def test_a_series_without_a_scale_is_not_counted_in_the_error():
    rows = _rows()
    rows.loc[rows["series_id"] == "b", "scale"] = np.nan
    found = summarise(rows, baseline="naive").set_index(["band", "method"])
    assert found.loc[("all", "ours"), "crps_scaled"] == pytest.approx(0.75)
    assert np.isnan(found.loc[("many", "ours"), "crps_scaled"])


def test_the_order_of_the_rows_does_not_matter():
    rows = _rows()
    other = rows.sample(frac=1, random_state=1)
    one, two = (summarise(r, baseline="naive").set_index(["band", "method"]) for r in (rows, other))
    pd.testing.assert_frame_equal(one.sort_index(), two.sort_index())
