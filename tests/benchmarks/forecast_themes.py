"""Theme series of firefox_support: at each origin the themes are found on the past alone.

Questions known at the origin are grouped by the product's own estimator; those that come after
it are given to these themes by the product's vote. So neither the themes nor the counts of the
past know anything of the future, and what is forecast is what a team would have been shown. The
series of one origin are not those of another: the bootstrap takes each as its own.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from pipelines.settings import load_settings
from pipelines.steps.themes.fit import estimator
from tests.benchmarks.cached_vectors import vectors_of
from tests.benchmarks.corpora import firefox_stream
from tests.benchmarks.forecast_panels import (
    DAILY_HORIZON,
    DAILY_SEASON,
    DAILY_SPACING,
    ORIGINS,
    Case,
    ends_of,
)

_FIRST, _LAST = pd.Timestamp("2018-12-01"), pd.Timestamp("2020-07-31")


def firefox_themes(folder: Path, *, fold: str = "test", quick: bool = False) -> list[Case]:
    """Return a case an origin: the daily counts of the themes that were found before it."""
    stream = firefox_stream(folder)
    days = stream["created_at"].dt.tz_localize(None).dt.normalize()
    vectors = vectors_of(stream["text"].tolist(), stream["text_hash"].tolist())
    calendar = pd.date_range(_FIRST, _LAST, freq="D")
    ends = ends_of(
        fold,
        n_periods=len(calendar),
        horizon=DAILY_HORIZON,
        spacing=DAILY_SPACING,
        origins=1 if quick else ORIGINS,
    )
    return [theme_case(stream["text_hash"], days, vectors, calendar, end) for end in ends]


def theme_case(
    hashes: pd.Series,
    days: pd.Series,
    vectors: np.ndarray,
    calendar: pd.DatetimeIndex,
    end: int,
) -> Case:
    """Return the case at the origin ``calendar[end]``.

    Parameters
    ----------
    hashes, days : Series
        Of each text: the hash of its words, and the day it came.
    vectors : ndarray of shape (n_texts, dimension)
        Unit vectors of the same rows.
    calendar : DatetimeIndex
        Days that are counted.
    end : int
        How many of them are known.
    """
    settings = load_settings()
    origin, after = calendar[end], calendar[end] + pd.Timedelta(days=DAILY_HORIZON)
    is_past = (days < origin).to_numpy()
    is_asked = ((days >= origin) & (days < after)).to_numpy()
    first_of_text = is_past & ~hashes.where(is_past).duplicated().to_numpy()
    model = estimator(settings.themes)
    model.fit(vectors[first_of_text], text_hashes=hashes[first_of_text].tolist())
    theme_of = dict(zip(hashes[first_of_text], model.labels_, strict=True))
    labels = pd.Series(-1, index=hashes.index)
    labels[is_past] = hashes[is_past].map(theme_of)
    if is_asked.any():
        labels[is_asked] = model.predict(vectors[is_asked])
    rows = is_past | is_asked
    counts = pd.crosstab(labels[rows], days[rows])
    counts = counts.reindex(columns=calendar[: end + DAILY_HORIZON], fill_value=0)
    counts = counts[counts.index >= 0].astype(float)
    past, actual = counts.to_numpy()[:, :end], counts.to_numpy()[:, end:]
    kept, past = _forecast(past, settings.series.min_total, settings.series.min_history_days)
    names = tuple(f"theme {theme} of {origin.date()}" for theme in counts.index[kept])
    return Case("firefox", "D", DAILY_SEASON, calendar[:end], names, past, actual[kept])


def _forecast(past: np.ndarray, min_total: int, min_days: int) -> tuple[np.ndarray, np.ndarray]:
    """Return which series the product forecasts, and their past: NaN before the first count."""
    first = np.where(past.any(axis=1), (past > 0).argmax(axis=1), past.shape[1])
    kept = (past.sum(axis=1) >= min_total) & (past.shape[1] - first >= min_days)
    born = np.arange(past.shape[1])[None, :] >= first[kept, None]
    return kept, np.where(born, past[kept], np.nan)
