"""Countries and their parts by ISO 3166 code: whose public holidays are known."""

from __future__ import annotations

from models.errors import DataContractError

_MONTH_FIRST = ("US", "USA")


def country_and_part(code: str) -> tuple[str, str | None]:
    """Return a code's country, and the part of it that the code names, if it names one.

    Parameters
    ----------
    code : str
        ISO 3166: a country (``US``) or a part of one (``GB-ENG``).

    Raises
    ------
    DataContractError
        If no holidays are known for such a country, or it has no such part.

    Examples
    --------
    >>> country_and_part("US"), country_and_part("GB-ENG")
    (('US', None), ('GB', 'ENG'))
    """
    import holidays
    from holidays.registry import EntityLoader

    country, dash, part = code.partition("-")
    # Asked of the list of codes: asked for holidays, the library takes any name of its own for a
    # country's, and its base class for one without holidays.
    if country not in set(EntityLoader.get_country_codes()) or bool(dash) != bool(part):
        raise DataContractError(
            f"countries: no holidays are known for {code!r}; write e.g. US or GB-ENG."
        )
    if not part:
        return country, None
    try:
        holidays.country_holidays(country, subdiv=part)
    except NotImplementedError as err:
        known = ", ".join(holidays.country_holidays(country).subdivisions)
        has = f"its parts are {known}" if known else f"write {country}"
        raise DataContractError(
            f"countries: no holidays are known for {code!r}: {country} has no part {part!r}; {has}."
        ) from err
    return country, part


def writes_month_first(code: str) -> bool:
    """Return whether dates such as 03/04 are read month first there: in the United States.

    Examples
    --------
    >>> writes_month_first("US-CA"), writes_month_first("USA"), writes_month_first("GB")
    (True, True, False)
    """
    return country_and_part(code)[0] in _MONTH_FIRST
