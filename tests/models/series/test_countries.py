import pytest

from models.errors import DataContractError
from models.series.countries import country_and_part


def test_a_country_and_its_parts() -> None:
    assert country_and_part("US") == ("US", None)
    assert country_and_part("GB-SCT") == ("GB", "SCT")


# The library has things of these names that are no countries; one of them has no holidays.
@pytest.mark.parametrize("code", ["XX", "us", "", "-", "US-", "ECB", "HolidayBase", "registry"])
def test_what_is_no_country_is_refused(code: str) -> None:
    with pytest.raises(DataContractError, match=f"no holidays are known for '{code}'; write e.g."):
        country_and_part(code)


def test_a_part_that_the_country_lacks_is_refused_with_those_it_has() -> None:
    with pytest.raises(DataContractError, match="GB has no part 'eng'; its parts are ENG, NIR"):
        country_and_part("GB-eng")
    with pytest.raises(DataContractError, match="JM has no part 'X'; write JM"):
        country_and_part("JM-X")
