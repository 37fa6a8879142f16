import pytest

from models.errors import SettingsError
from models.forecasting.members import MEMBERS, THE_FIVE, SeasonalNaive, make_member


def test_members_by_name() -> None:
    assert isinstance(make_member("seasonal_naive"), SeasonalNaive)
    assert [make_member(name).name for name in MEMBERS] == list(MEMBERS)
    assert len(THE_FIVE) == 5
    assert set(MEMBERS) - set(THE_FIVE) == {"seasonal_naive", "seasonal_mean"}


def test_an_unknown_member_is_named_with_those_known() -> None:
    with pytest.raises(SettingsError, match=r"'prophet'; known: discount_filter, .*seasonal_naive"):
        make_member("prophet")
