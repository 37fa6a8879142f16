"""The invented customers: where they live, which brand and product they have."""

from dataclasses import dataclass
from random import Random

BRANDS = ("Larkfield", "Pipit")
BRAND_HANDLES = {"Larkfield": "@LarkfieldHelp", "Pipit": "@PipitCares"}
CUSTOMERS = 6200  # in a sample of usual size; some complain often, most once

REGIONS = {
    "South West": ("Exeter", "Truro", "Taunton", "Barnstaple", "Yeovil", "Plymouth"),
    "South East": ("Hastings", "Maidstone", "Reading", "Basingstoke", "Crawley", "Guildford"),
    "London": ("Croydon", "Walthamstow", "Ealing", "Lewisham", "Tottenham", "Harrow"),
    "East of England": ("Ipswich", "Norwich", "Braintree", "Ely", "Lowestoft", "Stevenage"),
    "West Midlands": ("Dudley", "Telford", "Hereford", "Stafford", "Nuneaton", "Redditch"),
    "East Midlands": ("Grantham", "Mansfield", "Kettering", "Buxton", "Loughborough", "Boston"),
    "North West": ("Bolton", "Preston", "Kendal", "Crewe", "Stockport", "Birkenhead"),
    "Yorkshire": ("Halifax", "Whitby", "Barnsley", "Harrogate", "Selby", "Keighley"),
    "Wales": ("Swansea", "Bangor", "Llanelli", "Wrexham", "Brecon", "Newport"),
    "Scotland": ("Perth", "Paisley", "Inverness", "Dumfries", "Falkirk", "Oban"),
}
_REGION_NAMES = tuple(REGIONS)

_PRODUCTS = {
    ("Larkfield", "fixed"): ("Full Fibre 150", "Full Fibre 900", "Superfast 65", "Home Phone"),
    ("Larkfield", "mobile"): ("SIM Only", "Pay Monthly", "Family SIM"),
    ("Pipit", "fixed"): ("Pipit Fibre 60", "Pipit Fibre 100"),
    ("Pipit", "mobile"): ("Pipit SIM 10", "Pipit SIM 30"),
}
_UNKNOWN_SHARE = 0.05  # systems of record have holes


@dataclass(frozen=True, slots=True)
class Person:
    """One invented customer."""

    number: int
    brand: str
    region: str
    town: str

    @property
    def customer(self) -> str:
        """The customer id as it stands in the file."""
        return f"CUST-{self.number:07d}"


def pick_person(rng: Random, scale: float = 1.0, region: str | None = None) -> Person:
    """A customer at random, the low numbers oftener; from `region` where one is given."""
    pool = max(50, int(CUSTOMERS * scale))
    number = int(pool * rng.random() ** 1.4)
    if region is not None:
        number = number - number % len(_REGION_NAMES) + _REGION_NAMES.index(region)
    return person(number)


def person(number: int) -> Person:
    """The customer of a number: always the same one."""
    # Worked out from the number, so that a million customers need no table.
    region = _REGION_NAMES[number % len(_REGION_NAMES)]
    towns = REGIONS[region]
    brand = BRANDS[0] if (number * 7919) % 100 < 68 else BRANDS[1]
    return Person(number, brand, region, towns[(number // 10) % len(towns)])


def pick_product(brand: str, service: str, rng: Random) -> str:
    """A product of the brand for the service, or nothing where the record has a hole."""
    if rng.random() < _UNKNOWN_SHARE:
        return ""
    if service == "any":
        service = "fixed" if rng.random() < 0.6 else "mobile"
    return rng.choice(_PRODUCTS[brand, service])


def pick_region(someone: Person, rng: Random) -> str:
    """The customer's region, or nothing where the record has a hole."""
    return "" if rng.random() < _UNKNOWN_SHARE else someone.region
