import numpy as np
import pandas as pd
import pytest

from models.contracts import (
    ASSIGNMENTS,
    CHECKED,
    FORECASTS,
    NOT_CHECKED,
    QUANTILE_LEVELS,
    SCORES,
    THEMES,
    check,
    conform,
)
from models.series.counts import count_complaints
from models.series.hierarchy import series_id
from pipelines.settings import load_settings
from pipelines.steps.past.checked import check_forecasts
from pipelines.store import Store
from tests.pipelines.steps.streams import stream

SETTINGS = load_settings()
V1, V2 = "2019-04-01T00:00:00Z", "2019-04-20T00:00:00Z"
MADE = pd.Timestamp("2019-04-15")  # the morning whose forecasts come due
DAYS = 124
OLD, ON = series_id("old"), series_id("on")


def _forecasts(*names, origin=MADE, mean=3.0, leads=14):
    lead = np.tile(np.arange(1, leads + 1), len(names))
    frame = pd.DataFrame({"series_id": np.repeat(names, leads), "origin": origin, "lead": lead})
    frame["date"] = frame["origin"] + pd.to_timedelta(lead - 1, unit="D")
    quantiles = dict.fromkeys(QUANTILE_LEVELS, 3.0)
    return conform(frame.assign(mean=mean, dispersion=0.1, **quantiles), FORECASTS)


def _complaints():
    """Return three complaints of `on` and two of `old` a day."""
    return stream({"on": np.full(DAYS, 3), "old": np.full(DAYS, 2)})


def _today(complaints, as_of):
    """Return today's reading: `old` has merged into `on`."""
    return complaints if as_of < pd.Timestamp(V2) else complaints.assign(theme_id="on")


def _counts(complaints, as_of):
    joined = _today(complaints, as_of)
    return count_complaints(joined, as_of=as_of, time_zone="UTC", provisional_days=1).counts


@pytest.fixture
def store(tmp_path):
    out = Store(tmp_path)
    complaints = _complaints()
    came = complaints["created_at"]
    first = complaints[came < pd.Timestamp(V2)].assign(version=V1)
    second = complaints.assign(version=V2, theme_id="on")
    rows = pd.concat([first, second]).assign(strength=1.0, text_hash="x", reason=None)
    out.append(ASSIGNMENTS, rows[list(ASSIGNMENTS.columns)])
    themes = pd.DataFrame(
        {
            "theme_id": ["on", "old", "on"],
            "version": [V1, V1, V2],
            "label": "l",
            "title": ["On", "Old one", "On"],
            "keywords": [[]] * 3,
            "exemplars": [[]] * 3,
            "parents": [[]] * 3,
            "status": "active",
            "born_on": pd.Timestamp("2019-01-01"),
            "size": 10,
            "encoder": "e",
            "centroid": [b""] * 3,
        }
    )
    out.append(THEMES, conform(themes, THEMES))
    return out


def _check(store, as_of, complaints=None, versions=(V1, V2)):
    moment = pd.Timestamp(as_of, tz="UTC").as_unit("us")
    complaints = _complaints() if complaints is None else complaints
    known = complaints[
        (complaints["created_at"] < moment) & (complaints["received_at"] < moment)
    ].reset_index(drop=True)
    return check_forecasts(
        store,
        _counts(known, moment),
        known,
        versions=[v for v in versions if pd.Timestamp(v) <= moment],
        as_of=moment,
        origin=moment.tz_localize(None).normalize(),
        settings=SETTINGS,
    )


def test_what_is_due_is_scored_once(store):
    store.append(FORECASTS, _forecasts(ON))
    first = _check(store, "2019-04-18")
    check(first.recent, CHECKED)
    assert first.new["lead"].tolist() == [1, 2, 3]
    assert first.new["actual"].tolist() == [3, 3, 3]
    assert (first.new["as_of"] == pd.Timestamp("2019-04-18", tz="UTC")).all()
    store.upsert(SCORES, first.new)
    again = _check(store, "2019-04-18")
    assert again.new.empty
    assert again.recent.equals(first.recent)
    assert again.metrics == first.metrics
    assert store.upsert(SCORES, again.new) == (0, 0)
    later = _check(store, "2019-04-19")
    assert later.new["lead"].tolist() == [4]
    assert later.recent["lead"].tolist() == [1, 2, 3, 4]


def test_a_morning_lived_again_reads_no_later_score(store):
    store.append(FORECASTS, _forecasts(ON))
    alone = _check(store, "2019-04-17")
    store.upsert(SCORES, _check(store, "2019-04-19").new)
    assert (store.read(SCORES)["as_of"] == pd.Timestamp("2019-04-19", tz="UTC")).all()
    again = _check(store, "2019-04-17")
    assert again.new.equals(alone.new)
    assert again.recent.equals(alone.recent)
    # It is the morning that knew first, so the store says so, and holds each key once.
    store.upsert(SCORES, again.new)
    kept = store.read(SCORES)
    assert kept["lead"].tolist() == [1, 2, 3, 4]
    assert (kept["as_of"].dt.day == np.array([17, 17, 19, 19])).all()


def test_own_mornings_forecasts_are_not_due(store):
    store.append(FORECASTS, _forecasts(ON, origin=pd.Timestamp("2019-04-18")))
    assert _check(store, "2019-04-18").new.empty


def test_a_provisional_day_waits(store):
    store.append(FORECASTS, _forecasts(ON))
    assert _check(store, "2019-04-18T12:00").new["lead"].tolist() == [1, 2, 3]  # 18th: half a day


def test_a_day_of_which_complaints_are_still_to_come_waits(store):
    store.append(FORECASTS, _forecasts(ON))
    complaints = _complaints()
    # One in five is told two days late: the last two days have not come in whole.
    days = np.where(np.arange(len(complaints)) % 5 == 0, 2, 0)
    received = complaints["created_at"] + pd.to_timedelta(days, unit="D")
    late = complaints.assign(received_at=received.astype("datetime64[us, UTC]"))
    assert _check(store, "2019-04-18", late).new["lead"].tolist() == [1]
    assert _check(store, "2019-04-18").new["lead"].tolist() == [1, 2, 3]


def test_an_ended_theme_is_judged_while_it_was_one_and_listed_after(store):
    store.append(FORECASTS, _forecasts(OLD, ON))
    found = _check(store, "2019-04-25")
    check(found.not_checked, NOT_CHECKED)
    old = found.new[found.new["series_id"] == OLD]
    # V2 was made as of April 20: the days 15 to 19 came while the theme was known.
    assert old["lead"].tolist() == [1, 2, 3, 4, 5]
    assert old["actual"].tolist() == [2] * 5
    row = found.not_checked.iloc[0]
    assert len(found.not_checked) == 1
    assert (row["series_id"], row["title"], row["forecasts"]) == (OLD, "Old one", 5)
    assert row["reason"] == "the theme ended on 2019-04-20"
    assert (row["first"], row["last"]) == (pd.Timestamp("2019-04-20"), pd.Timestamp("2019-04-24"))
    # Today `on` counts both, and is judged by what is counted of it today.
    assert found.new.loc[found.new["series_id"] == ON, "actual"].tolist() == [5] * 10


def test_a_day_that_the_old_themes_never_read_is_listed(store):
    store.append(FORECASTS, _forecasts(OLD))
    rows = store.read(ASSIGNMENTS)
    complaints = _complaints()
    day = complaints["created_at"].dt.strftime("%Y-%m-%d")
    unread = complaints.loc[day == "2019-04-19", "complaint_id"]
    store.replace(ASSIGNMENTS, rows[~((rows["version"] == V1) & rows["complaint_id"].isin(unread))])
    found = _check(store, "2019-04-22")
    assert found.new["lead"].tolist() == [1, 2, 3, 4]
    assert found.not_checked["forecasts"].sum() == 3
    assert found.not_checked["reason"].str.contains("read under").sum() == 1


def test_pairs_of_an_ended_theme_are_judged_by_channel(store):
    store.append(FORECASTS, _forecasts(series_id("old", channel="web"), leads=3))
    store.append(FORECASTS, _forecasts(series_id("old", channel="phone"), leads=3))
    found = _check(store, "2019-04-25")
    assert found.new["actual"].tolist() == [0, 0, 0, 2, 2, 2]


def test_a_series_that_is_no_theme_and_gone_is_listed(store):
    store.append(FORECASTS, _forecasts(series_id(brand="Acme")))
    found = _check(store, "2019-04-18")
    assert found.new.empty
    assert found.not_checked["reason"].tolist() == ["no longer counted"]
    assert found.not_checked["title"].isna().all()


def test_days_beyond_the_record_are_left(store):
    store.append(FORECASTS, _forecasts(ON, origin=pd.Timestamp("2019-01-20")))
    # Twelve weeks before April 18 is January 24: leads 5 to 14.
    assert _check(store, "2019-04-18").new["lead"].tolist() == list(range(5, 15))


def test_figures_of_the_record(store):
    store.append(FORECASTS, _forecasts(ON, mean=6.0))
    figures = _check(store, "2019-04-18").metrics
    assert figures["checked_forecasts"] == 3
    assert figures["checked_bias"] == pytest.approx(1.0)  # six said, three came
    assert figures["checked_crps_skill"] < 0


def test_without_forecasts_there_is_no_record(store):
    found = _check(store, "2019-04-18")
    assert found.recent.empty
    assert found.not_checked.empty
    assert found.metrics == {"checked_forecasts": 0.0}
