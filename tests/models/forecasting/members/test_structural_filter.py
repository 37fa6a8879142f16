import warnings

import numpy as np
import pytest

from models.forecasting.members.structural_filter import filter_all
from tests.models.forecasting.panels import weekly_counts

RATIOS = np.array([[0.0, 0.003, 0.1], [0.02, 0.5, 0.0]])
SEASONS = np.array([[0.0, 0.001, 0.001], [0.0, 0.0, 0.001]])


@pytest.mark.parametrize("n_states", [1, 7])
def test_the_same_numbers_as_statsmodels(n_states: int) -> None:
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    y = np.sqrt(np.stack([weekly_counts(4.0, 150), weekly_counts(0.8, 150, seed=1)]))
    y[0, :20] = np.nan  # not yet born
    y[1, 60:75] = np.nan
    found = filter_all(y, RATIOS, SEASONS, n_states=n_states)
    for i in range(2):
        born = 20 if i == 0 else 0
        likelihood = []
        for j in range(3):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model = UnobservedComponents(
                    y[i, born:], level="llevel", seasonal=7 if n_states == 7 else None,
                    stochastic_seasonal=True,
                )  # fmt: skip
            model.ssm.filter_concentrated = True
            model.ssm.tolerance = 0
            point = [1.0, RATIOS[i, j], SEASONS[i, j]][: 3 if n_states == 7 else 2]
            result = model.filter(np.array(point), cov_type="none", return_ssm=True)
            likelihood.append(model.loglike(np.array(point)))
            np.testing.assert_allclose(found.state[i, j], result.predicted_state[:, -1], atol=1e-6)
            np.testing.assert_allclose(found.scale[i, j], result.obs_cov[0, 0, -1], rtol=1e-6)
            expected = result.predicted_state_cov[:, :, -1]
            cov = found.cov[i, j] * found.scale[i, j]
            np.testing.assert_allclose(cov, expected, rtol=1e-4, atol=1e-6)
            errors = np.where(np.isnan(y[i, born:]), np.nan, result.forecasts_error[0])
            np.testing.assert_allclose(found.errors[i, j, born + 30 :], errors[30:], atol=1e-6)
        np.testing.assert_allclose(
            np.diff(found.likelihood[i]), np.diff(likelihood), rtol=1e-5, atol=1e-5
        )


def test_series_that_share_days_are_not_mixed_up() -> None:
    y = np.sqrt(np.stack([weekly_counts(v, 90, seed=i) for i, v in enumerate((1.0, 5.0, 20.0))]))
    y[2, 30:33] = np.nan
    ratios, seasons = np.array([[0.01], [0.1], [0.01]]), np.zeros((3, 1))
    together = filter_all(y, ratios, seasons, n_states=7)
    for i in range(3):
        alone = filter_all(y[i : i + 1], ratios[i : i + 1], seasons[i : i + 1], n_states=7)
        np.testing.assert_array_equal(together.state[i], alone.state[0])
        np.testing.assert_array_equal(together.cov[i], alone.cov[0])
