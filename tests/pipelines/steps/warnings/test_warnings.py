import dataclasses

import numpy as np
import pandas as pd
import pandas.testing
import pytest

from models.contracts import WARNINGS, check
from pipelines.settings import load_settings
from pipelines.steps.series import count_series
from pipelines.steps.warnings.warnings import watch_now
from tests.conftest import CORPORA
from tests.pipelines.steps.streams import AS_OF, assignments, quiet, stream, themes

SETTINGS = load_settings()
TITLES = themes(addons="Addons disabled", billing="Charged twice", other="Something else")


def watch(
    complaints: pd.DataFrame, *, as_of: pd.Timestamp = AS_OF, titles: pd.DataFrame = TITLES
) -> pd.DataFrame:
    counted = count_series(
        complaints, assignments(complaints), None, settings=SETTINGS, as_of=as_of
    )
    found = watch_now(counted.counts, counted.complaints, titles, settings=SETTINGS, as_of=as_of)
    check(found, WARNINGS)
    return found


def spike(size: int = 60, *, day: int = 123) -> dict[str, np.ndarray]:
    addons = quiet(2.0)
    addons[day] += size
    return {"addons": addons, "billing": quiet(3.0, seed=1), "other": quiet(4.0, seed=2)}


def test_a_planted_spike_is_the_one_warning() -> None:
    daily = spike()
    found = watch(stream(daily))
    assert found["theme_id"].tolist() == ["addons"]
    warning = found.iloc[0]
    assert (warning["state"], warning["kind"]) == ("open", "now")
    assert warning["observed"] == daily["addons"][123]
    assert warning["expected"] == pytest.approx(2, rel=0.4)
    assert warning["opened_on"] == pd.Timestamp("2019-05-04")
    assert warning["severity"] == 4  # 60 more where 9 usually come in all
    assert warning["customers"] == daily["addons"][123]
    assert not warning["is_concentrated"]
    assert len(warning["exemplars"]) == 3
    assert all("addons" in text for text in warning["exemplars"])
    assert "crisis" in warning["action"].lower()


def test_a_theme_that_people_hid_is_not_warned_of() -> None:
    assert watch(stream(spike()), titles=TITLES.assign(is_hidden=[True, False, False])).empty


def test_owners_come_from_title_and_keywords() -> None:
    found = watch(stream(spike()), titles=TITLES.assign(keywords=[["update"], [], []]))
    assert found["owner"].tolist() == ["Product"]
    assert watch(stream(spike()))["owner"].tolist() == ["Product"]  # addons: plural of addon
    titles = themes(addons="Invoices", billing="b", other="c")
    assert watch(stream(spike()), titles=titles)["owner"].tolist() == ["Billing"]
    titles = themes(addons="Long waits", billing="b", other="c")
    assert watch(stream(spike()), titles=titles)["owner"].tolist() == ["Service"]


def test_one_customer_is_told_from_many() -> None:
    complaints = stream(spike())
    last_day = complaints["created_at"] >= AS_OF - pd.Timedelta(days=1)
    is_addon = complaints["theme_id"] == "addons"
    complaints.loc[last_day & is_addon, "customer_key"] = "office-7"
    warning = watch(complaints).iloc[0]
    assert warning["is_concentrated"]
    assert (warning["customers"], warning["top_customer_share"]) == (1, 1.0)
    assert warning["severity"] == 2
    assert warning["action"].startswith(
        "Check the source first: one customer or account sent 100 %"
    )


def test_a_warning_opens_grows_eases_and_closes_under_one_name() -> None:
    daily = spike(10, day=105)
    daily["addons"][106] += 40
    complaints = stream(daily)
    story = []
    for days in range(106, 125):
        found = watch(complaints, as_of=AS_OF + pd.Timedelta(days=days - 124))
        story += [(days - 1, row.warning_id, row.state) for row in found.itertuples()]
    states = [state for _, _, state in story]
    assert story[0][0] == 105
    assert len({name for _, name, _ in story}) == 1
    assert states[:2] == ["open", "grown"]
    # In the alarm's window the excess hovers, eases as the day falls out of it, and closes after
    # seven days without an alarm.
    assert "eased" in states
    assert states[-1] == "closed"
    assert states.index("closed") - states.index("eased") >= 7
    assert "grown" not in states[states.index("closed") :]


def test_long_closed_warnings_are_gone() -> None:
    assert watch(stream(spike(day=60))).empty


def test_most_extra_complaints_come_first() -> None:
    daily = spike(30)
    daily["billing"][123] += 80
    assert watch(stream(daily))["theme_id"].tolist() == ["billing", "addons"]


def test_later_rows_and_row_order_change_no_warning() -> None:
    daily = spike()
    longer = {theme: np.concatenate([c, np.full(9, 70)]) for theme, c in daily.items()}
    now = watch(stream(daily))
    later = stream(longer)
    pandas.testing.assert_frame_equal(now, watch(later))
    mixed = stream(daily).sample(frac=1, random_state=3)
    pandas.testing.assert_frame_equal(now, watch(mixed))


def test_uncounted_rows_of_a_flood_raise_nothing() -> None:
    complaints = stream(spike())
    last_day = complaints["created_at"] >= AS_OF - pd.Timedelta(days=1)
    marks = complaints.loc[last_day, ["complaint_id"]].assign(is_counted=False)
    counted = count_series(
        complaints, assignments(complaints), marks, settings=SETTINGS, as_of=AS_OF
    )
    found = watch_now(counted.counts, counted.complaints, TITLES, settings=SETTINGS, as_of=AS_OF)
    assert found.empty


def test_no_themes_no_warnings() -> None:
    complaints = stream(spike())
    nothing = assignments(complaints).assign(theme_id=None)
    counted = count_series(complaints, nothing, None, settings=SETTINGS, as_of=AS_OF)
    found = watch_now(
        counted.counts, counted.complaints, TITLES.head(0), settings=SETTINGS, as_of=AS_OF
    )
    check(found, WARNINGS)
    assert found.empty


def late_feed(daily: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return a stream of which 30 % are told by the next morning, 55, 75, 90 by those after."""
    complaints = stream(daily)
    waits = np.random.default_rng(5).choice(5, len(complaints), p=[0.3, 0.25, 0.2, 0.15, 0.1])
    # At the end of a day, so that what is told k days later is told by the morning after.
    end = complaints["created_at"].dt.normalize() + pd.Timedelta(hours=23, minutes=59)
    complaints["received_at"] = end + pd.to_timedelta(waits, unit="D").astype("timedelta64[us]")
    return complaints


def test_a_spike_in_a_late_feed_is_seen_on_its_first_morning() -> None:
    daily = {"addons": quiet(8.0), "billing": quiet(9.0, seed=1), "other": quiet(10.0, seed=2)}
    daily["addons"][123] += 30
    complaints = late_feed(daily)
    found = watch(complaints)
    assert found["theme_id"].tolist() == ["addons"]
    warning, by_now = found.iloc[0], complaints["received_at"] < AS_OF
    on_day = (complaints["created_at"] >= AS_OF - pd.Timedelta(days=1)) & by_now
    assert warning["opened_on"] == pd.Timestamp("2019-05-04")
    assert warning["observed"] == (on_day & (complaints["theme_id"] == "addons")).sum()
    assert warning["observed"] < 0.5 * daily["addons"][123]
    assert warning["expected"] == pytest.approx(0.3 * 8, rel=0.3)
    # Held against a whole day's usual count it would be no spike.
    counted = count_series(
        complaints, assignments(complaints), None, settings=SETTINGS, as_of=AS_OF
    )
    raw = counted.counts.assign(arrived=np.nan, arrived_sd=np.nan)
    assert watch_now(raw, counted.complaints, TITLES, settings=SETTINGS, as_of=AS_OF).empty


def test_a_late_feed_without_a_spike_warns_of_nothing() -> None:
    daily = {"addons": quiet(8.0), "billing": quiet(9.0, seed=1), "other": quiet(10.0, seed=2)}
    assert watch(late_feed(daily)).empty


def _nyc(themes_from: str, as_of: str) -> pd.DataFrame:
    """Return what is open, of the New York complaints of the year before a morning."""
    zone = "America/New_York"
    settings = dataclasses.replace(SETTINGS, time_zone=zone)
    rows = pd.read_csv(f"{CORPORA}/nyc_complaints/complaints.csv.gz", dtype="str")
    moment = pd.Timestamp(as_of, tz=zone).tz_convert("UTC").as_unit("us")
    opened = pd.to_datetime(rows["opendate"]).dt.tz_localize(zone).dt.tz_convert("UTC")
    keep = (opened < moment) & (opened >= moment - pd.Timedelta(days=400))
    rows, opened = rows[keep], opened[keep].astype("datetime64[us, UTC]")
    complaints = pd.DataFrame(
        {
            "complaint_id": "nyc:" + rows["unique_key"],
            "created_at": opened,
            "received_at": opened,
            "text": rows["complaint_type"].fillna("") + " " + rows["descriptor"].fillna(""),
            "theme_id": rows[themes_from],
            "region": rows["borough"],
            "customer_key": rows["account"],
        }
    ).dropna(subset="theme_id")
    for column in ("channel", "brand", "product"):
        complaints[column] = pd.Series(pd.NA, index=complaints.index, dtype="str")
    counted = count_series(
        complaints, assignments(complaints), None, settings=settings, as_of=moment
    )
    titles = themes(**{name: name for name in complaints["theme_id"].unique()})
    found = watch_now(counted.counts, counted.complaints, titles, settings=settings, as_of=moment)
    check(found, WARNINGS)
    return found[found["state"] != "closed"].set_index("theme_id")


@pytest.mark.corpora
def test_con_edison_in_august_2020_is_warned_of() -> None:
    found = _nyc("complaint_type", "2020-08-05")
    assert found.index[0] == "Utilities"
    assert found.loc["Utilities", "observed"] == 98
    assert "Utilities Con Edison" in found.loc["Utilities", "exemplars"]


@pytest.mark.corpora
def test_one_office_typing_a_backlog_of_bicycles_is_concentrated() -> None:
    found = _nyc("descriptor", "2018-12-29")
    assert found.index[0] == "Bicycles"
    assert found.loc["Bicycles", "is_concentrated"]
    # Fifteen on the 18th, where two are usual, were the first of it: the 502 of the 26th came
    # before seven quiet days had passed.
    assert found.loc["Bicycles", "opened_on"] == pd.Timestamp("2018-12-18")
    assert found.loc["Bicycles", "severity"] <= 2
