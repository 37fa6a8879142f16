"""Earlier mornings lived again: on a small corpus with the tiny encoder."""

import pandas as pd
import pytest

from models.embedding import load_encoder
from models.errors import NotEnoughHistory
from models.forecasting.backtested import ENSEMBLE
from models.series.hierarchy import parse_series_id, series_id
from models.text.normalise import hash_texts
from pipelines.settings import load_settings
from pipelines.steps.backtest import methods_of, run_backtest
from pipelines.steps.backtest_morning import live_morning
from pipelines.steps.embed import embed_texts
from pipelines.store import Store
from tests import small_corpus

AS_OF = pd.Timestamp("2020-06-29T00:00Z").as_unit("us")
ORIGIN = pd.Timestamp("2020-05-04").as_unit("us")


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return load_settings(small_corpus.write_params(tmp_path_factory.mktemp("p") / "params.yaml"))


def _complaints(rows):
    frame = pd.DataFrame(rows)
    created = pd.to_datetime(frame["created_at"], utc=True).dt.as_unit("us")
    return pd.DataFrame(
        {
            "complaint_id": "s:" + frame["id"],
            "created_at": created,
            "received_at": created,
            "text": frame["text"],
            "text_hash": hash_texts(frame["text"]),
            "language": "en",
            "customer_key": frame["customer"],
            "channel": frame["channel"],
            "brand": frame["brand"],
        }
    )


@pytest.fixture(scope="module")
def complaints():
    found = _complaints(small_corpus.rows())
    return found[found["created_at"] < AS_OF].reset_index(drop=True)


@pytest.fixture(scope="module")
def encoder():
    return load_encoder("hashing")


@pytest.fixture(scope="module")
def store(tmp_path_factory, complaints, encoder):
    out = Store(tmp_path_factory.mktemp("store"))
    texts = complaints[["text_hash", "text"]].drop_duplicates("text_hash")
    embed_texts(out, encoder, texts, chunk_texts=4096)
    return out


def _morning(store, scratch, complaints, encoder, settings):
    return live_morning(
        store,
        scratch,
        complaints,
        encoder=encoder.name,
        origin=ORIGIN,
        moment=ORIGIN.tz_localize("UTC"),
        as_of=AS_OF,
        settings=settings,
    )


def test_a_morning_knows_nothing_of_what_came_later(tmp_path, store, complaints, encoder, settings):
    one = _morning(store, tmp_path / "a", complaints, encoder, settings)
    assert one.counts["date"].max() == ORIGIN - pd.Timedelta(days=1)
    # All that came later says something else: the morning is the same, what came is not.
    later = complaints["created_at"] >= ORIGIN.tz_localize("UTC")
    swapped = complaints.copy()
    first = complaints.loc[~later].iloc[0]
    for column in ("text", "text_hash"):
        swapped.loc[later, column] = first[column]
    two = _morning(store, tmp_path / "b", swapped, encoder, settings)
    pd.testing.assert_frame_equal(two.counts, one.counts)
    assert two.titles == one.titles
    theme = [n for n in one.counts["series_id"].unique() if parse_series_id(n).level == "theme"]
    came = [m.came[m.came["series_id"].isin(theme)] for m in (one, two)]
    assert not came[0].reset_index(drop=True).equals(came[1].reset_index(drop=True))


def test_what_came_is_counted_in_the_mornings_themes(
    tmp_path, store, complaints, encoder, settings
):
    found = _morning(store, tmp_path / "a", complaints, encoder, settings)
    total = found.came[found.came["series_id"] == series_id()].set_index("date")["count"]
    day = complaints["created_at"].dt.tz_localize(None).dt.normalize()
    last = ORIGIN + pd.Timedelta(days=settings.forecast.horizon_days - 1)
    assert total.index.max() == last
    assert total.loc[last] == (day == last).sum()
    before = found.came[found.came["date"] < ORIGIN].reset_index(drop=True)
    then = found.counts[found.counts["series_id"].isin(before["series_id"])]
    both = before.merge(then, on=["series_id", "date"], suffixes=("", "_then"))
    assert (both["count"] == both["count_then"]).mean() == 1.0


def test_every_method_is_judged_on_the_same_days(tmp_path, store, complaints, encoder, settings):
    found = run_backtest(
        store,
        tmp_path / "scratch",
        complaints,
        encoder=encoder.name,
        origin=pd.Timestamp("2020-06-29"),
        as_of=AS_OF,
        n_origins=3,
        n_fans=2,
        settings=settings,
        tell=lambda said: None,
    )
    # The oldest of three mornings, April 6, knows 96 days; all three can be lived.
    assert [str(day.date()) for day in found.origins] == ["2020-04-06", "2020-05-04", "2020-06-01"]
    methods = list(methods_of(settings))
    assert methods[0] == ENSEMBLE
    assert settings.forecast.baseline in methods
    assert set(settings.forecast.members) < set(methods)
    keys = found.rows.groupby("method").apply(
        lambda rows: tuple(
            sorted(zip(rows["series_id"], rows["origin"], rows["lead"], strict=True))
        )
    )
    assert len(set(keys)) == 1
    actual = found.rows.groupby(["series_id", "origin", "lead"])["actual"]
    assert (actual.min() == actual.max()).all()
    # The ensemble of one member is that member.
    if len(settings.forecast.members) == 1:
        by_method = found.rows.groupby("method")["crps"].sum()
        assert by_method[ENSEMBLE] == by_method[settings.forecast.members[0]]
    assert found.fans[0].series_id == series_id()
    assert len(found.fans) == 2
    assert len(found.fans[0].ahead) == settings.forecast.horizon_days
    assert found.fans[0].past["date"].max() == pd.Timestamp("2020-05-31")
    overall = found.summary[found.summary["band"] == "all"].set_index("method")
    assert overall.loc[ENSEMBLE, "crps_scaled"] < overall.loc["seasonal_naive", "crps_scaled"]
    assert found.left_out == {}


def test_a_morning_before_all_complaints_is_left_out_with_its_reason(
    tmp_path, store, complaints, encoder, settings
):
    arguments = {
        "encoder": encoder.name,
        "origin": pd.Timestamp("2020-03-20"),
        "as_of": pd.Timestamp("2020-03-20T00:00Z").as_unit("us"),
        "n_fans": 1,
        "settings": settings,
        "tell": lambda said: None,
    }
    known = complaints[complaints["created_at"] < arguments["as_of"]].reset_index(drop=True)
    # Its one morning, February 21, knows 51 days, and a series needs 56.
    with pytest.raises(NotEnoughHistory, match="2020-02-21: no series has enough history"):
        run_backtest(store, tmp_path / "s", known, n_origins=1, **arguments)
