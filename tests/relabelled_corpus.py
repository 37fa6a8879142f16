"""A corpus whose themes split, merge, are born and end at a refit, while nobody complains more.

Until ``CHANGE`` people speak of some things in one way, from then on in another, every day as
often as before. Themes found at ``CHANGE`` and found anew at ``REFIT`` differ; the counts do not.
One rise is real: ``RISE`` more complaints of routers that drop on ``RISE_DAY``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

FIRST_DAY = pd.Timestamp("2020-01-01")
DAYS = 242
CHANGE, BEFORE, REFIT, AFTER = (
    (FIRST_DAY + pd.Timedelta(days=day)).date().isoformat() for day in (75, 240, 241, 242)
)
RISE_DAY, RISE = 238, 24
_CHANGE = 75
# Complaints a day: (until the change, from then on).
PER_DAY = {
    **{"parcel": (2, 2), "password": (2, 2), "slow": (2, 2), "drops": (2, 2)},
    **{"refund": (1, 2), "cancel": (1, 2), "agent": (0.4, 0), "app": (0, 2)},
}
_WORDS = {
    "parcel": "courier delivery doorstep late tracking",
    "password": "login reset locked account code",
    "router": "router modem broadband box lights",
    "slow": "evening speed megabits",
    "drops": "wifi bedroom upstairs",
    "order": "order bought shop paid item",
    "refund": "refund voucher money",
    "cancel": "cancelled return shipment",
    "app": "crash freezes screen black update",
}
# Complaints about agents say where they begin, too: when their theme ends they scatter.
_BEGINNINGS = {
    "parcel": "my parcel",
    "password": "my password",
    "drops": "my router modem",
    "refund": "the order bought",
}
_ENDINGS = ("again", "today", "still", "please", "twice", "badly")

# The themes found anew owe nothing to the old ones, and are none of fewer than 40 texts. Births,
# which would take in the other way of speaking before the refit, are out of the question.
FIRST_PARAMS = (
    "embedding: {encoder: hashing}\n"
    "themes: {resolution: 1.0, min_texts: 20, refit_days: 400, reject_share: 0}\n"
    "births: {min_people: 60, null_days: 40}\n"
    "forecast: {dispersion_origins: 2}\n"
)
REFIT_PARAMS = (
    "embedding: {encoder: hashing}\n"
    "themes: {resolution: 1.0, min_texts: 40, refit_days: 400, reject_share: 0, loyalty: 0}\n"
    "births: {min_people: 60, null_days: 40}\n"
    "forecast: {dispersion_origins: 2}\n"
)


def rows(*, days: int = DAYS, seed: int = 4) -> list[dict[str, str]]:
    """Return the complaints; an id says the kind and the day: ``drops-238-5``."""
    rng = np.random.default_rng(seed)
    out = []
    for day in range(days):
        for kind, rates in PER_DAY.items():
            rate = rates[day >= _CHANGE]
            count = int((day + 1) * rate) - int(day * rate)
            count += RISE if (kind, day) == ("drops", RISE_DAY) else 0
            for number in range(count):
                seconds = (number + 1) * 80_000 // (count + 1)
                moment = FIRST_DAY + pd.Timedelta(days=day, seconds=seconds)
                text = f"{_text(rng, kind, int(day * rate), is_late=day >= _CHANGE)} "
                text += f"{_ENDINGS[int(rng.integers(6))]} {day} times"
                out.append(
                    {
                        "id": f"{kind}-{day}-{number}",
                        "created_at": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
                        "text": text,
                    }
                )
    return out


def _text(rng: np.random.Generator, kind: str, number: int, *, is_late: bool) -> str:
    def some(words: str, count: int) -> str:
        return " ".join(rng.permutation(words.split())[:count])

    if kind in ("slow", "drops"):  # one theme, which becomes two
        own = some(_WORDS[kind], 2 if is_late else 1)
        return f"my router {some(_WORDS['router'], 3)} {own}"
    if kind in ("refund", "cancel"):  # two themes, which become one
        words = f"{_WORDS['refund']} {_WORDS['cancel']}" if is_late else _WORDS[kind]
        return f"the order {some(_WORDS['order'], 3)} {some(words, 2)}"
    if kind == "agent":
        about = tuple(_BEGINNINGS)[number % len(_BEGINNINGS)]
        return f"{_BEGINNINGS[about]} agent rude hung phone chat {some(_WORDS[about], 2)}"
    return f"my {kind} {some(_WORDS[kind], 4)}"
