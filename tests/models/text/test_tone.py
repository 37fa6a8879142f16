import math

import numpy as np
import pandas as pd
import pytest

from models.contracts import TONE, check
from models.text.sentiment import sentiments
from models.text.tone import difference, tones

AS_OF = pd.Timestamp("2026-11-02", tz="UTC")


def complaints(values, days_back, *, theme="t-1", customers=None):
    n = len(values)
    return pd.DataFrame(
        {
            "complaint_id": [f"{theme}:{i}" for i in range(n)],
            "created_at": AS_OF - pd.to_timedelta(np.asarray(days_back) - 0.5, unit="D"),
            "text_hash": [f"hash-{i}" for i in range(n)],
            "customer_key": pd.Series(customers if customers else [None] * n, dtype="str"),
            "sentiment": np.asarray(values, dtype=float),
            "theme_id": theme,
        }
    )


def usual(per_week=10, level=0.0, *, seed=1, theme="t-1", weekly_swing=0.0):
    """Texts of 26 usual weeks, and of the last four."""
    rng = np.random.default_rng(seed)
    swing = rng.normal(0, weekly_swing, 30)
    days = np.repeat(np.arange(30) * 7 + 3, per_week)
    values = level + np.repeat(swing, per_week) + rng.normal(0, 0.3, len(days))
    return np.clip(values, -1, 1), days


def row(frame, days=7):
    found = check(tones(frame, as_of=AS_OF), TONE)
    return found[found["days"] == days].iloc[0]


def test_the_difference_worked_by_hand():
    # Within weeks: .02 each, over 6 values in 3 weeks: .02. Between usual weeks: means .1 and .5,
    # Q = .16, tau = (.16 - .02) / (4 - 8 / 4) = .07. Variance .02 (1/2 + 1/4) + .07 (1 + 8 / 16).
    window, weeks = np.array([-0.5, -0.3]), np.array([0, 0])
    before, its = np.array([0.0, 0.2, 0.4, 0.6]), np.array([5, 5, 6, 6])
    found = difference(window, weeks, before, its)
    t = 0.7 / math.sqrt(0.015 + 0.105)
    assert (found.window, found.usual) == (pytest.approx(-0.4), pytest.approx(0.3))
    assert found.p_value == pytest.approx(1 - 2 * math.atan(t) / math.pi)  # one degree of freedom


def test_without_any_spread_chance_cannot_be_told():
    found = difference(np.full(9, -0.5), np.zeros(9, int), np.zeros(8), np.arange(1, 9))
    assert found.p_value is None


def test_a_harsher_week_is_clear_and_rests_on_its_texts():
    values, days = usual()
    values[days < 7] -= 0.5
    found = row(complaints(values, days))
    assert found["is_clear"]
    assert (found["texts"], found["usual_texts"], found["usual_weeks"]) == (10, 260, 26)
    assert found["mean"] == pytest.approx(values[days < 7].mean())
    assert found["usual_mean"] == pytest.approx(values[days >= 28].mean())


def test_one_angry_customer_is_one_voice():
    values, days = usual()
    values[days < 7] = -0.9
    keys = [f"c-{i}" for i in range(len(days))]
    angry = ["c-angry" if day < 7 else key for key, day in zip(keys, days, strict=True)]
    assert row(complaints(values, days, customers=keys))["is_clear"]
    found = row(complaints(values, days, customers=angry))
    assert found["texts"] == 1
    assert pd.isna(found["p_value"])
    assert not found["is_clear"]
    # Where nobody is known, copies of one text are one voice.
    copies = complaints(values, days)
    copies.loc[days < 7, "text_hash"] = "hash-same"
    assert row(copies)["texts"] == 1


def test_a_small_difference_is_not_told_however_sure():
    values, days = usual(per_week=400)
    values[days < 7] -= 0.05
    found = row(complaints(values, days))
    assert found["p_value"] < 1e-3
    assert not found["is_clear"]


def test_too_few_texts_say_nothing():
    values, days = usual()
    few = complaints(values, days)
    assert pd.isna(row(few[(days >= 7) | (np.arange(len(days)) < 9)])["p_value"])
    young = days < 28 + 7 * 7  # seven usual weeks
    assert pd.isna(row(few[young])["p_value"])
    assert tones(few.assign(sentiment=np.nan), as_of=AS_OF).empty
    assert tones(few.assign(theme_id=None), as_of=AS_OF).empty


@pytest.mark.parametrize("weekly_swing", [0.0, 0.15])
def test_quiet_themes_are_called_clear_about_as_rarely_as_stated(weekly_swing):
    # A swing of whole weeks is no news in a theme that always swings.
    n, clear = 400, 0
    for seed in range(n):
        values, days = usual(seed=seed, weekly_swing=weekly_swing)
        is_window = days < 7
        found = difference(
            values[is_window], days[is_window] // 7, values[days >= 28], days[days >= 28] // 7
        )
        clear += found.p_value < 0.05
    assert clear / n == pytest.approx(0.05, abs=0.03)


def test_the_future_and_the_order_of_rows_change_nothing():
    values, days = usual()
    frame = complaints(values, days)
    later = complaints([-1.0] * 50, [-3] * 50, theme="t-1").assign(complaint_id="later")
    pd.testing.assert_frame_equal(
        tones(pd.concat([frame, later]).sample(frac=1, random_state=1), as_of=AS_OF),
        tones(frame, as_of=AS_OF),
    )


@pytest.mark.corpora
@pytest.mark.slow
def test_on_a_real_stream_chance_is_as_rare_as_it_is_said_to_be(corpora):
    rows = pd.read_csv(corpora / "firefox_support" / "complaints.csv.gz")
    texts = rows["title"].fillna("") + " " + rows["text"].fillna("")
    frame = pd.DataFrame(
        {
            "complaint_id": rows["id"].astype(str),
            "created_at": pd.to_datetime(rows["created_at"], utc=True),
            "text_hash": texts,
            "customer_key": pd.Series([None] * len(rows), dtype="str"),
            "sentiment": sentiments(texts, pd.Series("en", index=texts.index)),
            "theme_id": rows["topic"].fillna("-"),
        }
    )
    first, last = frame["created_at"].min(), frame["created_at"].max()
    mornings = pd.date_range(first + pd.Timedelta(days=215), last, freq="7D").normalize()
    found = pd.concat([tones(frame, as_of=morning) for morning in mornings])
    p = found["p_value"].dropna()
    assert len(p) > 500
    assert 0.002 < (p < 0.01).mean() < 0.02
    assert 0.06 < (p < 0.1).mean() < 0.13


def test_the_salt_of_customers_hashes_changes_no_last_digit():
    # Each workspace has a salt of its own: the same customers come in another order by their keys.
    values, days = usual()
    one = complaints(values, days, customers=[f"c-{i:03}" for i in range(len(values))])
    other = one.assign(customer_key=one["customer_key"].iloc[::-1].to_numpy())
    pd.testing.assert_frame_equal(
        tones(one, as_of=AS_OF), tones(other, as_of=AS_OF), check_exact=True
    )
