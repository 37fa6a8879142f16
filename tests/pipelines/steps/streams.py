"""A small stream of complaints that the tests of the count, forecast and warning steps share."""

from __future__ import annotations

import numpy as np
import pandas as pd

FIRST = pd.Timestamp("2019-01-01T00:00Z")
AS_OF = pd.Timestamp("2019-05-05T00:00Z")  # 124 complete days

TEXTS = {
    "addons": [
        "All my addons were disabled this morning without warning",
        "Since last night my addons are disabled and I cannot install any",
        "Why does it say that the addons could not be verified and are disabled?",
    ],
    "billing": ["I was charged twice for the same month", "The invoice shows a fee I do not know"],
}


def stream(daily: dict[str, np.ndarray], *, channel: str | None = "web") -> pd.DataFrame:
    """Return complaints, so many of each theme on each day from 2019-01-01 on."""
    parts = []
    for theme, counts in daily.items():
        day = np.repeat(np.arange(len(counts)), counts)
        minute = np.concatenate([np.arange(n) for n in counts]) if len(day) else day
        texts = TEXTS.get(theme, ["It does not work at all, please help"])
        created = FIRST + pd.to_timedelta(day, unit="D") + pd.to_timedelta(minute + 60, unit="min")
        parts.append(
            pd.DataFrame(
                {
                    "created_at": created,
                    "theme_id": theme,
                    "text": [texts[i % len(texts)] for i in range(len(day))],
                    "customer_key": [f"{theme}-{i}" for i in range(len(day))],
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    frame["created_at"] = frame["created_at"].astype("datetime64[us, UTC]")
    frame["received_at"] = frame["created_at"]
    frame["complaint_id"] = [f"s:{i}" for i in range(len(frame))]
    for column in ("brand", "product", "region"):
        frame[column] = pd.Series([None] * len(frame), dtype="str")
    return frame.assign(channel=channel, is_counted=True)


def assignments(complaints: pd.DataFrame) -> pd.DataFrame:
    """Return the themes of the complaints as an ASSIGNMENTS frame."""
    return complaints[["complaint_id", "theme_id"]].assign(version="v1", strength=1.0)


def themes(**titles: str) -> pd.DataFrame:
    """Return theme ids and titles."""
    return pd.DataFrame(
        {
            "theme_id": list(titles),
            "version": "v1",
            "title": list(titles.values()),
            "keywords": [[] for _ in titles],
            "is_hidden": False,
        }
    )


def quiet(level: float, *, days: int = 124, seed: int = 0) -> np.ndarray:
    """Return Poisson counts."""
    return np.random.default_rng(seed).poisson(level, days)
