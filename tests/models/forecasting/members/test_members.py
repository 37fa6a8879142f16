import pytest

from models.errors import SettingsError
from models.forecasting.members import SeasonalNaive, make_member


def test_members_by_name() -> None:
    assert isinstance(make_member("seasonal_naive"), SeasonalNaive)
    assert make_member("unobserved_components").name == "unobserved_components"


def test_an_unknown_member_is_named_with_those_known() -> None:
    with pytest.raises(SettingsError, match="'prophet'; known: seasonal_naive, unobserved"):
        make_member("prophet")
