"""Invented personal data: strings that a privacy filter must find, and nobody owns.

Numbers come from ranges that are set aside for fiction, tests and documentation: Ofcom's drama
numbers, card companies' test cards, the example IBANs of the standard's own documents, RFC 5737
addresses, RFC 2606 domains.
"""

from random import Random

from generator import phrases

SHARE = 0.05  # of all texts

_WEIGHTS = {
    "email": 22,
    "phone": 24,
    "account": 16,
    "card": 10,
    "iban": 6,
    "ipv4": 7,
    "handle": 7,
    "url": 6,
    "person": 6,
}
KINDS = tuple(_WEIGHTS)
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
_MAIL_DOMAINS = ("example.com", "example.org", "example.net", "mail.example.com")


def pick(rng: Random) -> tuple[str, str]:
    """One kind of personal data and an invented string of that kind.

    Parameters
    ----------
    rng : random.Random
        Source of all chance.

    Returns
    -------
    kind : str
        One of email, phone, account, card, iban, ipv4, handle, url, person.
    value : str
        The string exactly as it is typed.
    """
    kind = rng.choices(list(_WEIGHTS), _WEIGHTS.values())[0]
    first = rng.choice(phrases.words("shared/first_names"))
    last = rng.choice(phrases.words("shared/surnames"))
    return kind, _MAKERS[kind](rng, first, last)


def _email(rng: Random, first: str, last: str) -> str:
    separator = rng.choice((".", "_", ""))
    number = rng.choice(("", str(rng.randrange(2, 99))))
    name = f"{first}{separator}{last}{number}".lower().replace("â", "a")
    return f"{name}@{rng.choice(_MAIL_DOMAINS)}"


def _phone(rng: Random, first: str, last: str) -> str:
    tail = rng.randrange(1000)
    style = rng.choice(
        (
            "07700 900{:03d}",
            "07700900{:03d}",
            "+44 7700 900{:03d}",
            "01632 960{:03d}",
            "01632960{:03d}",
        )
    )
    return style.format(tail)


def _card(rng: Random, first: str, last: str) -> str:
    digits = rng.choice(phrases.words("shared/test_numbers", "card"))
    if len(digits) == 15:  # American Express prints 4-6-5
        groups = (digits[:4], digits[4:10], digits[10:])
    else:
        groups = tuple(digits[at : at + 4] for at in range(0, 16, 4))
    return rng.choice((" ", "-", "")).join(groups)


def _iban(rng: Random, first: str, last: str) -> str:
    digits = rng.choice(phrases.words("shared/test_numbers", "iban"))
    if rng.random() < 0.5:
        return digits
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _ipv4(rng: Random, first: str, last: str) -> str:
    return f"{rng.choice(_NETWORKS)}.{rng.randrange(1, 255)}"


def _account(rng: Random, first: str, last: str) -> str:
    return f"44712{rng.randrange(100_000):05d}"


def _handle(rng: Random, first: str, last: str) -> str:
    name = f"@{first}{rng.choice(('_', ''))}{last[: rng.randrange(2, 6)]}{rng.randrange(10, 99)}"
    return name.lower().replace("â", "a")


def _url(rng: Random, first: str, last: str) -> str:
    token = f"{rng.getrandbits(64):016x}"
    page = rng.choice(("pay", "reset", "invoice/view", "appointment"))
    return f"https://account.larkfield.example/{page}?token={token}&lang=en"


def _person(rng: Random, first: str, last: str) -> str:
    return f"{first} {last}"


_MAKERS = {
    "email": _email,
    "phone": _phone,
    "card": _card,
    "iban": _iban,
    "ipv4": _ipv4,
    "account": _account,
    "handle": _handle,
    "url": _url,
    "person": _person,
}
