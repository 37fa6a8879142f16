import numpy as np
import pandas as pd
import pytest

from models.themes.quality.drift import drift, excess_unassigned
from models.themes.quality.verdicts import Alarms, ThemesQuality, Unassigned, judged


def _themes(**columns):
    n = len(columns["stability"])
    base = {
        "theme_id": [f"t{i}" for i in range(n)],
        "status": ["active"] * n,
        "complaints": list(range(100, 100 - n, -1)),
        "nearer_another": [0.1] * n,
    }
    return pd.DataFrame(base | columns)


def _pairs(*rows):
    return pd.DataFrame(rows, columns=["first_id", "second_id", "together"])


def test_each_verdict_and_the_order_they_stand_in():
    found = judged(
        _themes(
            stability=[0.75, 0.74, 0.5, 0.9, np.nan, np.nan, 0.9],
            status=["active"] * 5 + ["emerging", "active"],
            nearer_another=[0.1, 0.1, 0.1, 0.51, 0.1, 0.1, 0.1],
        ),
        _pairs(("t0", "t6", 0.5), ("t0", "t1", 0.49)),
    )
    verdicts = dict(zip(found["theme_id"], found["verdict"], strict=True))
    assert verdicts == {
        "t0": "solid",
        "t1": "shaky",
        "t2": "mush",
        "t3": "mush",  # most of its texts lie nearer to another
        "t4": "untested",
        "t5": "new",
        "t6": "double",  # of the two, the smaller
    }
    assert found["theme_id"].tolist() == ["t6", "t2", "t3", "t1", "t5", "t4", "t0"]
    assert found["double_of"].tolist()[0] == "t0"
    assert found["double_of"].isna().sum() == 6


def test_a_theme_is_the_double_of_its_likeliest_partner_alone():
    pairs = _pairs(("t1", "t2", 0.9), ("t0", "t2", 0.6), ("t0", "t1", float("nan")))
    found = judged(_themes(stability=[0.9, 0.9, 0.9]), pairs).set_index("theme_id")
    assert found.loc["t2", "double_of"] == "t1"
    assert found["double_of"].notna().sum() == 1


def _quality(*, z=(), unassigned=(0, 0), age=1.0, refits=2):
    missing, all_ = unassigned
    themes = judged(_themes(stability=[0.9, 0.4]), _pairs()).assign(
        share=[0.25, 0.75], cohesion=[0.5, 0.7], nearest_cosine=0.2, coherence=[0.1, 0.3]
    )
    return ThemesQuality(
        version="2020-01-01T00:00:00Z",
        as_of="2020-01-02T00:00:00Z",
        encoder="tiny",
        themes=themes.assign(drift_word="steady"),
        pairs=_pairs(),
        weeks=pd.DataFrame(),
        drift=drift(z),
        unassigned=Unassigned(all_, missing, 3, 0, 0.02, excess_unassigned(missing, all_, 0.02)),
        ari=0.8,
        asked_refits=refits,
        refits=refits,
        refit_texts=100,
        texts=100,
        age_days=age,
        refit_days=28,
        recent_days=28,
        alarms=Alarms(scans=200, alarms=3, days=61, nominal_per_month=1.0),
    )


@pytest.mark.parametrize(
    ("changed", "reasons"),
    [
        ({}, ()),
        ({"z": [0.1] * 500}, ()),
        ({"z": [0.3] * 500}, ("drift",)),
        ({"unassigned": (30, 1000)}, ()),  # sure (p = .02?), but not twice the nominal
        ({"unassigned": (2, 40)}, ()),  # 5 %, but two of forty are chance
        ({"unassigned": (60, 1000)}, ("unassigned",)),
        ({"age": 28.0}, ()),
        ({"age": 28.5, "z": [0.3] * 500}, ("drift", "age")),
    ],
)
def test_when_to_refit(changed, reasons):
    assert _quality(**changed).refit_reasons == reasons


def test_metrics_are_finite_numbers_under_one_prefix():
    found = _quality(unassigned=(60, 1000)).metrics()
    assert all(name.startswith("themes_") for name in found)
    assert found["themes_count"] == 2
    assert found["themes_unassigned_share"] == 0.06
    assert found["themes_solid"] == found["themes_mush"] == 1
    assert found["themes_solid_share"] == 0.75
    assert found["themes_cohesion"] == pytest.approx(0.6)
    assert found["themes_birth_alarms_per_month"] == pytest.approx(3 * 30.4375 / 61)
    assert found["themes_birth_alarms_per_month_nominal"] == 1
    assert "themes_drift_effect" not in found  # no new text: not a number
    assert "themes_solid" not in _quality(refits=0).metrics()


def test_nothing_new_has_no_share():
    nothing = Unassigned(0, 0, 0, 0, 0.02, 1.0)
    assert np.isnan(nothing.share)
    assert not nothing.is_excessive
