"""One member model a file, behind one interface."""

from models.errors import SettingsError
from models.forecasting.members.base import Member, MemberResult
from models.forecasting.members.seasonal_naive import SeasonalNaive
from models.forecasting.members.unobserved_components import UnobservedComponents

__all__ = ["Member", "MemberResult", "SeasonalNaive", "UnobservedComponents", "make_member"]

_MEMBERS = {member.name: member for member in (SeasonalNaive, UnobservedComponents)}


def make_member(name: str) -> Member:
    """Return the member model of that name.

    Raises
    ------
    SettingsError
        If there is none.
    """
    if name not in _MEMBERS:
        known = ", ".join(sorted(_MEMBERS))
        raise SettingsError(f"forecast.members: no member is called {name!r}; known: {known}.")
    return _MEMBERS[name]()
