"""How likely a spike is soon: learnt from ended mornings alone, and as often true as it says."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.spikes.last import chances_to_last
from models.spikes.next import NextRules, known_on, learn_next, next_chances
from models.spikes.next_features import Past
from tests.models.spikes.panels import seen

DAYS = 1500


def panel(n_series: int = 30, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return counts and alarms: even themes in alarm on 3 % of days, odd ones on .2 %."""
    rng = np.random.default_rng(seed)
    rate = np.where(np.arange(n_series) % 2 == 0, 0.03, 0.002)
    alarms = rng.random((n_series, DAYS)) < rate[:, None]
    return rng.poisson(1.0, size=(n_series, DAYS)), alarms


def asked(counts: np.ndarray, alarms: np.ndarray, **given: object) -> pd.DataFrame:
    watched = np.ones(counts.shape, dtype=bool)
    return next_chances(Past(seen(counts, alarms), counts, watched), **given)  # type: ignore[arg-type]


def test_themes_that_spike_often_are_likelier_and_the_chance_comes_true():
    counts, alarms = panel()
    origin = 1200
    watched = np.ones(counts.shape, dtype=bool)
    past = Past(seen(counts, alarms), counts, watched)
    model = learn_next(past, origin, 28, rules=NextRules())
    said, came, often = [], [], []
    for morning in range(origin, DAYS - 28, 7):
        quiet = past.is_quiet(morning)
        said.append(model.chance(known_on(past, morning, 28)[quiet]))
        came.append(past.exceeds(morning, 28)[quiet])
        often.append((np.arange(30) % 2 == 0)[quiet])
    p, y, is_often = (np.concatenate(it) for it in (said, came, often))
    assert p[is_often].mean() == pytest.approx(1 - 0.97**28, abs=0.08)
    assert p[~is_often].mean() == pytest.approx(1 - 0.998**28, abs=0.04)
    assert ((p - y) ** 2).mean() < 0.75 * ((model.usual - y) ** 2).mean()


def test_a_theme_in_alarm_is_not_asked_about():
    counts, alarms = panel()
    alarms[:, -8:] = False
    alarms[3, -2] = True
    alarms[5, -8] = True  # eight days ago: quiet for a week
    found = asked(counts, alarms)
    assert 3 not in set(found["series"])
    assert {0, 5} <= set(found["series"])


def test_without_a_past_it_says_what_is_usual_elsewhere():
    counts, alarms = np.ones((3, 60), dtype=np.int64), np.zeros((3, 60), dtype=bool)
    found = asked(counts, alarms)
    assert found["p_28"].tolist() == pytest.approx([0.11] * 3)
    assert found["usual_7"].tolist() == pytest.approx([1 - 0.89**0.25] * 3)


def test_a_calm_past_brings_the_chance_down():
    counts, alarms = np.ones((20, 700), dtype=np.int64), np.zeros((20, 700), dtype=bool)
    found = asked(counts, alarms)
    assert (found["p_28"] < 0.02).all()


def test_a_longer_horizon_is_never_less_likely():
    counts, alarms = panel(seed=4)
    found = asked(counts, alarms)
    assert (found["p_28"] >= found["p_7"]).all()
    assert found["p_28"].between(0, 1).all()


def test_the_same_past_gives_the_same_chances_and_days_to_come_change_nothing():
    counts, alarms = panel(12, seed=2)
    cut = 1000
    first = asked(counts[:, :cut], alarms[:, :cut])
    pd.testing.assert_frame_equal(first, asked(counts[:, :cut], alarms[:, :cut]))
    past = Past(seen(counts, alarms), counts, np.ones(counts.shape, dtype=bool))
    model = learn_next(past, cut, 28, rules=NextRules())
    again = model.chance(known_on(past, cut, 28)[first["series"].to_numpy()])
    assert again == pytest.approx(first["p_28"].to_numpy())


def test_one_window_alone_is_enough():
    counts, alarms = panel(8, seed=6)
    alarms[2, -1] = True
    three = seen(counts, alarms)
    one = replace(
        three,
        windows=(7,),
        observed=three.observed[2:],
        expected=three.expected[2:],
        p_value=three.p_value[2:],
    )
    found = next_chances(Past(one, counts, np.ones(counts.shape, dtype=bool)))
    assert found["p_28"].between(0, 1).all()
    lasting = chances_to_last(one, counts, quiet_days=7)
    assert all(0 < it.chance < 1 for it in lasting.values())
    assert lasting
