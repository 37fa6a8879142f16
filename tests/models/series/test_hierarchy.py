import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import DataContractError
from models.series.hierarchy import SeriesKey, parse_series_id, series_id

VALUES = st.text(min_size=1).filter(lambda value: value != "*")


@given(theme=VALUES, channel=VALUES, brand=VALUES)
def test_any_value_comes_back(theme: str, channel: str, brand: str) -> None:
    name = series_id(theme, channel, brand)
    assert parse_series_id(name) == SeriesKey(theme, channel, brand)
    assert name.count("|") == 2


def test_all_and_levels() -> None:
    assert series_id() == "theme=*|channel=*|brand=*"
    assert parse_series_id(series_id()).level == "total"
    assert parse_series_id(series_id(theme="t", channel="c")).level == "theme*channel"
    assert parse_series_id(series_id(brand="b")).level == "brand"


def test_areas_and_what_is_left() -> None:
    area = series_id(area="a-1|x")
    assert area == "area=a-1%7Cx|theme=*|channel=*|brand=*"
    assert parse_series_id(area) == SeriesKey(area="a-1|x")
    assert parse_series_id(series_id("-")).level == "unassigned"
    assert parse_series_id(series_id("-", "web")).level == "unassigned*channel"
    assert parse_series_id(series_id("~", area="a-1")).level == "rest"
    assert parse_series_id(series_id("t", "~")).level == "rest"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "area=1|theme=*",
        "theme=*|area=1|channel=*|brand=*",
        "t-1",
        "theme=1|brand=*|channel=*",
        "theme|channel|brand",
    ],
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(DataContractError, match="Expected a series like theme="):
        parse_series_id(name)
