import numpy as np
import pytest

from models.forecasting.scoring.bootstrap import mean_interval, ratio_interval


def test_the_bootstrap_is_mean_interval_and_repeats():
    values = np.array([1.0, 2.0, 3.0, np.nan])
    mean, low, high = mean_interval(values)
    assert mean == 2.0
    assert 1.0 <= low < mean < high <= 3.0
    assert mean_interval(values) == (mean, low, high)


def test_a_ratio_pairs_the_series():
    theirs = np.array([1.0, 5.0, 9.0, np.nan])
    # Half of each series whatever is drawn: no width, though the series differ ninefold.
    assert ratio_interval(theirs / 2, theirs) == pytest.approx((0.5, 0.5, 0.5))


def test_without_anything_known_there_is_no_number():
    nothing = np.array([np.nan, np.nan])
    assert np.isnan(mean_interval(nothing)).all()
    assert np.isnan(ratio_interval(nothing, np.array([1.0, 2.0]))).all()
    assert np.isnan(ratio_interval(np.array([1.0]), np.array([0.0]))).all()
