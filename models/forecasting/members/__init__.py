"""One member model a file, behind one interface.

What a member has fitted is plain: None, an array, or a dataclass of arrays.
"""

from models.errors import SettingsError
from models.forecasting.members.base import Member, MemberResult
from models.forecasting.members.discount_filter import DiscountFilter
from models.forecasting.members.global_boosting import GlobalBoosting
from models.forecasting.members.nb_glm import NegativeBinomialRegression
from models.forecasting.members.seasonal_mean import SeasonalMean
from models.forecasting.members.seasonal_naive import SeasonalNaive
from models.forecasting.members.tsb import TeunterSyntetosBabai
from models.forecasting.members.unobserved_components import UnobservedComponents

__all__ = [
    "MEMBERS",
    "THE_FIVE",
    "DiscountFilter",
    "GlobalBoosting",
    "Member",
    "MemberResult",
    "NegativeBinomialRegression",
    "SeasonalMean",
    "SeasonalNaive",
    "TeunterSyntetosBabai",
    "UnobservedComponents",
    "make_member",
]

_CLASSES: tuple[type[Member], ...] = (
    SeasonalNaive,
    SeasonalMean,
    NegativeBinomialRegression,
    DiscountFilter,
    UnobservedComponents,
    GlobalBoosting,
    TeunterSyntetosBabai,
)
MEMBERS = tuple(member.name for member in _CLASSES)

# The members whose median is the forecast; the other two are what all are compared with.
THE_FIVE = ("nb_glm", "discount_filter", "unobserved_components", "global_boosting", "tsb")


def make_member(name: str) -> Member:
    """Return the member model of that name.

    Raises
    ------
    SettingsError
        If there is none.
    """
    for member in _CLASSES:
        if member.name == name:
            return member()
    known = ", ".join(sorted(MEMBERS))
    raise SettingsError(f"forecast.members: no member is called {name!r}; known: {known}.")
