import numpy as np
import pandas as pd
import pytest

from models.errors import DataContractError
from models.forecasting.bands import BANDS
from models.forecasting.membership import choose_membership

MEMBERS = ("a", "b", "c")
ORIGIN = pd.Timestamp("2019-06-03")


def earlier(
    bias: dict[str, float], *, band: str = "some", n_series: int = 20, leads: int = 28
) -> pd.DataFrame:
    """Return forecasts of a Poisson mean of 3, each member off by a factor of its own."""
    rng = np.random.default_rng(5)
    rows = pd.MultiIndex.from_product(
        [[f"{band}{i}" for i in range(n_series)], range(1, leads + 1)], names=["series_id", "lead"]
    ).to_frame(index=False)
    origin = ORIGIN - pd.Timedelta(days=leads)
    rows = rows.assign(
        origin=origin,
        date=origin + pd.to_timedelta(rows["lead"] - 1, unit="D"),
        band=band,
        scale=2.0,
        actual=rng.poisson(3.0, len(rows)).astype(float),
    )
    return rows.assign(**{name: 3.0 * factor for name, factor in bias.items()})


def test_members_that_mislead_are_left_out_of_their_band_alone() -> None:
    good, two_bad = {"a": 1.0, "b": 1.0, "c": 1.0}, {"a": 1.0, "b": 4.0, "c": 6.0}
    rows = pd.concat([earlier(good, band="many"), earlier(two_bad, band="some")])
    found = choose_membership(rows, members=MEMBERS, before=ORIGIN)
    assert found == {"rare": MEMBERS, "few": MEMBERS, "some": ("a",), "many": MEMBERS}


def test_thin_evidence_keeps_all() -> None:
    bad = {"a": 1.0, "b": 4.0, "c": 6.0}
    for rows in (earlier(bad, n_series=7), earlier(bad, leads=14)):
        found = choose_membership(rows, members=MEMBERS, before=ORIGIN)
        assert found == dict.fromkeys(BANDS, MEMBERS)
    assert choose_membership(earlier(bad).head(0), members=MEMBERS, before=ORIGIN) == dict.fromkeys(
        BANDS, MEMBERS
    )


def test_an_unclear_gain_keeps_all() -> None:
    slightly = {"a": 1.0, "b": 1.0, "c": 1.03}
    found = choose_membership(earlier(slightly), members=MEMBERS, before=ORIGIN)
    assert found["some"] == MEMBERS


def test_what_came_from_the_origin_on_is_not_read() -> None:
    rows = earlier({"a": 1.0, "b": 1.0, "c": 1.0})
    later = earlier({"a": 1.0, "b": 4.0, "c": 6.0})
    later = later.assign(
        origin=later["origin"] + pd.Timedelta(days=28), date=later["date"] + pd.Timedelta(days=28)
    )
    both = pd.concat([rows, later])
    assert choose_membership(both, members=MEMBERS, before=ORIGIN)["some"] == MEMBERS
    after = choose_membership(both, members=MEMBERS, before=ORIGIN + pd.Timedelta(days=28))
    assert after["some"] == ("a",)


def test_the_order_of_rows_and_unknown_scales_change_nothing() -> None:
    rows = earlier({"a": 1.0, "b": 4.0, "c": 6.0})
    silent = earlier({"a": 9.0, "b": 1.0, "c": 1.0}).assign(scale=0.0)
    mixed = pd.concat([rows, silent]).sample(frac=1, random_state=3)
    assert choose_membership(mixed, members=MEMBERS, before=ORIGIN)["some"] == ("a",)


def test_a_missing_column_is_named() -> None:
    rows = earlier({"a": 1.0, "b": 1.0}).drop(columns="scale")
    with pytest.raises(DataContractError, match="Expected columns scale, c in"):
        choose_membership(rows, members=MEMBERS, before=ORIGIN)
