"""The theme series of the forecast benchmark: found on the past alone, counted by the day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.text.normalise import hash_texts
from tests.benchmarks.forecast_themes import theme_case

_DAYS, _END = 90, 70


def _stream(seed: int = 0) -> tuple[pd.Series, pd.Series, np.ndarray]:
    """Return three issues, one question of each a day; the third begins after the origin."""
    rng = np.random.default_rng(seed)
    calendar = pd.date_range("2020-01-01", periods=_DAYS)
    rows = [(i, day) for day in range(_DAYS) for i in range(2 if day < _END else 3)]
    centres = np.eye(3, 16)
    vectors = np.array([centres[i] for i, _ in rows]) + 0.02 * rng.standard_normal((len(rows), 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = pd.Series([f"issue {i} on day {day}" for i, day in rows])
    days = pd.Series(calendar[[day for _, day in rows]])
    return hash_texts(texts), days, vectors.astype(np.float32)


def test_each_issue_is_counted_on_its_days() -> None:
    hashes, days, vectors = _stream()
    case = theme_case(hashes, days, vectors, pd.date_range("2020-01-01", periods=_DAYS), _END)
    assert case.past.shape == (2, _END)
    assert (case.past == 1).all()
    # The third issue was not known: its questions go to one of the known two, or to both.
    assert case.actual.shape == (2, 14)
    assert case.actual.sum() == 3 * 14
    assert (case.actual >= 1).all()


def test_what_comes_later_changes_neither_themes_nor_past() -> None:
    hashes, days, vectors = _stream()
    calendar = pd.date_range("2020-01-01", periods=_DAYS)
    before = theme_case(hashes, days, vectors, calendar, _END)
    later = (days >= calendar[_END]).to_numpy()
    vectors[later] = vectors[later][:, ::-1]
    hashes = hashes.where(~later, hashes + "x")
    after = theme_case(hashes, days, vectors, calendar, _END)
    assert after.series_ids == before.series_ids
    assert np.array_equal(after.past, before.past)
