"""The themes: what people complain about, how often and in which rhythm."""

from dataclasses import dataclass, field
from datetime import date

BORN_LATE = "esim_activation"
CHATTER = "chatter"  # no theme: thanks, greetings, tests


@dataclass(frozen=True)
class Theme:
    """One theme of the sample.

    Parameters
    ----------
    key : str
        Name of its phrase file and of the theme in the truth.
    title : str
        What a person would call it.
    rate : float
        Usual complaints per day in a sample of about 10,000 rows.
    peak : int
        Day of the year on which the yearly wave is highest.
    swing : float
        Height of the yearly wave, 0 for none, below 1.
    week : str
        Which weekly profile it follows, see `generator.rhythm.WEEKS`.
    service : str
        ``"fixed"``, ``"mobile"`` or ``"any"``: which products it is about.
    channels : dict[str, float]
        How much likelier than usual a channel is, where that differs from 1.
    """

    key: str
    title: str
    rate: float
    peak: int
    swing: float
    week: str
    service: str
    channels: dict[str, float] = field(default_factory=dict)


THEMES = (
    Theme(
        "broadband_outage",
        "Broadband down, area outage",
        2.0,
        20,
        0.25,
        "flat",
        "fixed",
        {"x": 2.0, "facebook": 1.4, "app_review": 0.3},
    ),
    Theme(
        "slow_speed",
        "Slow broadband in the evening",
        1.5,
        350,
        0.30,
        "weekend",
        "fixed",
        {"x": 1.3},
    ),
    Theme("router_fault", "Router or hub faulty", 1.3, 15, 0.10, "office", "fixed"),
    Theme(
        "wrong_bill",
        "Bill wrong, charged twice, refund missing",
        3.0,
        30,
        0.15,
        "office",
        "any",
        {"email": 1.3},
    ),
    Theme(
        "price_rise",
        "Price put up in mid-contract",
        0.8,
        90,
        0.05,
        "office",
        "any",
        {"email": 1.4, "facebook": 1.4},
    ),
    Theme("missed_engineer", "Engineer missed the appointment", 1.1, 330, 0.20, "office", "fixed"),
    Theme(
        "phone_wait",
        "Long wait on the phone line",
        1.3,
        10,
        0.20,
        "office",
        "any",
        {"x": 1.5, "chat": 1.3},
    ),
    Theme(
        "exit_fee",
        "Cancelling is hard, exit fee",
        0.8,
        250,
        0.20,
        "office",
        "any",
        {"email": 1.3},
    ),
    Theme("number_porting", "Number not moved, PAC code", 0.45, 270, 0.15, "office", "mobile"),
    Theme("mobile_signal", "No mobile signal, dropped calls", 1.1, 200, 0.15, "flat", "mobile"),
    Theme("roaming", "Roaming charges abroad", 0.5, 222, 0.75, "flat", "mobile"),
    Theme("late_delivery", "Parcel or handset not delivered", 0.75, 348, 0.45, "office", "any"),
    Theme(
        "app_login",
        "Cannot log in to app or account",
        0.9,
        5,
        0.10,
        "flat",
        "any",
        {"app_review": 5.0, "call_notes": 0.6},
    ),
    Theme(
        "email_service",
        "Provider's e-mail not working",
        0.32,
        60,
        0.10,
        "office",
        "fixed",
        {"email": 0.6, "call_notes": 1.6, "app_review": 0.1},
    ),
    Theme(
        BORN_LATE,
        "eSIM does not activate after app 7.2",
        3.0,
        1,
        0.0,
        "flat",
        "mobile",
        {"app_review": 2.5, "chat": 1.3},
    ),
)
BY_KEY = {theme.key: theme for theme in THEMES}

FIRST_DAY = date(2025, 5, 1)
AS_OF = date(2026, 11, 2)  # a Monday; the file ends with the day before

BIRTH = date(2026, 9, 29)
BIRTH_RAMP_DAYS = 14  # a new fault is met by few people at first
SHIFT_THEME, SHIFT_START, SHIFT_FACTOR = "price_rise", date(2026, 6, 15), 2.0
