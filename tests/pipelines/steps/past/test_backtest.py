"""Earlier mornings lived again: on a small corpus with the tiny encoder."""

import dataclasses

import pandas as pd
import pytest

from models.contracts import SIGNALS, conform
from models.embedding import load_encoder
from models.errors import NotEnoughHistory
from models.forecasting.scoring.backtested import ENSEMBLE
from models.series.hierarchy import parse_series_id, series_id
from models.text.normalise import hash_texts
from pipelines.settings import load_settings
from pipelines.steps.embed import embed_texts
from pipelines.steps.past.backtest import distinct_series, methods_of, run_backtest, score_methods
from pipelines.steps.past.backtest_morning import live_morning
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
    pd.testing.assert_frame_equal(two.then, one.then)
    assert two.titles == one.titles
    assert two.area_of == one.area_of
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


def test_areas_are_those_of_the_morning_and_are_told_by_name(
    tmp_path, store, complaints, encoder, settings
):
    found = _morning(store, tmp_path / "a", complaints, encoder, settings)
    themes = {
        key.theme
        for key in map(parse_series_id, found.counts["series_id"].unique())
        if key.level == "theme"
    }
    assert set(found.area_of) == themes
    for frame in (found.counts, found.came):
        daily = frame.pivot_table(index="date", columns="series_id", values="count")
        for area in set(found.area_of.values()):
            inside = [series_id(theme) for theme in themes if found.area_of[theme] == area]
            present = daily.columns.intersection(inside)
            expected = daily[present].fillna(0).sum(axis=1)
            assert (daily[series_id(area=area)] == expected).all()
            title = found.title(series_id(area=area))
            assert title != area
            assert title.strip()


def test_a_late_row_is_not_known_on_the_day_of_fitting(
    tmp_path, store, complaints, encoder, settings
):
    # The morning of Monday, May 4 is a day of fitting; that of Thursday, May 7, goes on from it.
    late = complaints["created_at"].dt.strftime("%m-%d").isin(["05-02", "05-03"])
    told = complaints.copy()
    told.loc[late, "received_at"] = pd.Timestamp("2020-05-05T12:00Z")
    arguments = {"encoder": encoder.name, "as_of": AS_OF, "settings": settings}
    thursday = ORIGIN + pd.Timedelta(days=3)
    found = live_morning(
        store,
        tmp_path / "a",
        told,
        origin=thursday,
        moment=thursday.tz_localize("UTC"),
        **arguments,
    )
    total = {
        name: frame[frame["series_id"] == series_id()].set_index("date")["count"]
        for name, frame in (("now", found.counts), ("then", found.then))
    }
    day = pd.Timestamp("2020-05-02")
    assert total["now"].loc[day] == (complaints["created_at"].dt.date == day.date()).sum() > 0
    assert total["then"].index.max() == ORIGIN - pd.Timedelta(days=1)
    assert (total["then"].loc[day:] == 0).all()  # nothing of the weekend had come in yet
    assert total["then"].loc[:day].iloc[:-1].equals(total["now"].loc[:day].iloc[:-1])


def test_a_campaign_is_known_only_to_mornings_after_it_was_told(
    tmp_path, store, complaints, encoder, settings
):
    one_member = dataclasses.replace(
        settings, forecast=dataclasses.replace(settings.forecast, members=("seasonal_mean",))
    )
    # Every campaign so far fell on a day of twice as many complaints, and one is planned ahead.
    loud = pd.to_datetime(["2020-02-12", "2020-03-11", "2020-04-08", "2020-04-22"], utc=True)
    more = complaints[complaints["created_at"].dt.normalize().isin(loud)]
    both = pd.concat(
        [complaints, *[more.assign(complaint_id=more["complaint_id"] + f"x{i}") for i in range(3)]],
        ignore_index=True,
    )
    planned = pd.Timestamp("2020-05-13T08:00Z")
    at = [*(loud + pd.Timedelta(hours=8)), planned]

    morning = _morning(store, tmp_path / "a", both, encoder, settings)

    def means(known_at: list[pd.Timestamp] | None) -> pd.Series:
        signals = None
        if known_at is not None:
            rows = {"name": "offer", "at": at, "kind": "campaign", "value": 1.0, "brand": None}
            rows |= {"product": None, "known_at": known_at}
            signals = conform(pd.DataFrame(rows), SIGNALS)
        begins = ORIGIN.tz_localize("UTC")
        rows, _, _ = score_methods(morning, one_member, signals, begins)
        own = rows[(rows["method"] == ENSEMBLE) & (rows["series_id"] == series_id())]
        return own.set_index("lead")["mean"]

    without = means(None)
    begins, then = ORIGIN.tz_localize("UTC"), [*(loud + pd.Timedelta(hours=8))]
    lead = (planned.tz_localize(None).normalize() - ORIGIN).days + 1
    told = means([*then, begins - pd.Timedelta(minutes=1)])
    assert told[lead] > 1.5 * told.drop(lead).median()
    # Told when the morning begins, it is not known: no day ahead stands out ...
    later = means([*then, begins])
    assert later[lead] < 0.7 * told[lead]
    assert later.max() < 1.5 * later.median()
    # ... and of signals that were all told later nothing is known at all.
    pd.testing.assert_series_equal(means([begins] * 5), without)


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


def test_the_same_complaints_under_two_names_are_judged_once():
    days = pd.date_range("2020-01-01", periods=3, freq="D")
    counts = {
        series_id(): [3, 1, 2],
        series_id(brand="Acme"): [3, 1, 2],
        series_id(area="a-1"): [1, 1, 0],
        series_id("t-1"): [1, 1, 0],
        series_id(area="a-2"): [2, 0, 2],
        series_id("t-2"): [1, 0, 2],
        series_id("t-3"): [1, 0, 0],
        series_id("t-3", channel="web"): [1, 0, 0],
    }
    came = pd.concat(
        pd.DataFrame({"series_id": name, "date": days, "count": row})
        for name, row in counts.items()
    )
    expected = [series_id(), series_id(area="a-2"), *map(series_id, ("t-1", "t-2", "t-3"))]
    assert distinct_series(came.sample(frac=1, random_state=1)) == sorted(expected)
