"""What stands beside a warning of the morning."""

import numpy as np
import pandas as pd
import pytest

from models.contracts import SIGNALS, WARNINGS, check, conform, empty
from pipelines.settings import load_settings
from pipelines.steps.series import count_series
from pipelines.steps.warnings.evidence import with_evidence
from pipelines.steps.warnings.warnings import watch_counts, watch_now
from tests.pipelines.steps.streams import AS_OF, assignments, quiet, stream, themes

SETTINGS = load_settings()
TITLES = themes(addons="Addons disabled", other="Something else")


def morning(complaints, signals=None, *, as_of=AS_OF, titles=TITLES):
    counted = count_series(
        complaints, assignments(complaints), None, settings=SETTINGS, as_of=as_of
    )
    watched = watch_counts(counted.counts, settings=SETTINGS, as_of=as_of)
    found = watch_now(
        counted.counts, counted.complaints, titles, settings=SETTINGS, as_of=as_of, watched=watched
    )
    signals = empty(SIGNALS) if signals is None else signals
    out = with_evidence(
        found, counted.complaints, titles, signals, watched, settings=SETTINGS, as_of=as_of
    )
    return check(conform(out, WARNINGS), WARNINGS)


def signals(*rows):
    frame = pd.DataFrame(rows, columns=["name", "at", "known_at", "product"])
    for name in ("at", "known_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    return conform(frame.assign(kind="release", value=1.0, brand=None), SIGNALS)


@pytest.fixture
def spike():
    daily = {"addons": quiet(2.0), "other": quiet(4.0, seed=2)}
    daily["addons"][123] += 60  # 4 May, the eve
    return stream(daily)


def test_what_was_known_by_the_morning_coincides(spike):
    at = "2019-05-03T10:00Z"
    told = signals(("66.0.4", at, at, None), ("late news", at, "2019-05-05T00:00Z", None))
    assert morning(spike, told)["coincides"].tolist() == [["2019-05-03 release: 66.0.4"]]
    assert morning(spike)["coincides"].tolist() == [[]]


def test_the_products_are_those_of_the_rise_and_not_of_the_months_before(spike):
    at = "2019-05-03T10:00Z"
    is_rise = spike["created_at"] >= pd.Timestamp("2019-05-04T00:00Z")
    spike["product"] = np.where(is_rise, "desktop", "mobile")
    told = signals(("a", at, at, "desktop"), ("b", at, at, "mobile"))
    assert morning(spike, told)["coincides"].tolist() == [
        ["2019-05-03 release: a (product desktop)"]
    ]


def test_a_signal_after_the_last_alarm_does_not_coincide():
    daily = {"addons": quiet(2.0, days=140), "other": quiet(4.0, days=140, seed=2)}
    daily["addons"][123] += 60  # 4 May: in the last seven days until 10 May
    rows = [(name, f"{day}T10:00Z", f"{day}T10:00Z", None)
            for name, day in (("a", "2019-05-10"), ("b", "2019-05-11"))]  # fmt: skip
    found = morning(stream(daily), signals(*rows), as_of=pd.Timestamp("2019-05-14T00:00Z"))
    assert found["state"].tolist() == ["eased"]
    assert found["coincides"].tolist() == [["2019-05-10 release: a"]]


def test_no_warnings_no_evidence():
    calm = stream({"addons": quiet(2.0), "other": quiet(4.0, seed=2)})
    assert morning(calm).empty


def test_the_last_rise_of_the_theme_is_told_with_how_it_ended():
    daily = {"addons": quiet(2.0), "other": quiet(4.0, seed=2)}
    daily["addons"][80] += 40
    daily["addons"][123] += 60
    (found,) = morning(stream(daily)).itertuples()
    assert found.past_theme_id == "addons"
    assert found.past_opened_on == pd.Timestamp("2019-03-22")
    # The window of seven days holds the 40 until six days later; it closes after seven without.
    assert found.past_days == 7
    assert found.past_closed_on == pd.Timestamp("2019-04-04")
    assert found.past_extra == pytest.approx(40, abs=8)
    assert found.past_ratio == pytest.approx(daily["addons"][80] / 2, rel=0.4)


def test_a_theme_without_a_past_is_told_that_of_the_one_most_alike(spike):
    daily = {"addons": quiet(2.0), "plug": quiet(2.0, seed=3), "other": quiet(4.0, seed=2)}
    daily["plug"][80] += 40
    daily["other"][60] += 60
    daily["addons"][123] += 60
    titles = themes(addons="Extensions disabled", plug="Plugin disabled", other="Parcel late")
    titles["keywords"] = [["broken", "update"], ["broken", "update"], ["broken"]]
    (found,) = morning(stream(daily), titles=titles).itertuples()
    assert (found.theme_id, found.past_theme_id) == ("addons", "plug")
    assert morning(spike)["past_theme_id"].isna().all()


def market(spike):
    """Return the spike in Fibre in the North, and complaints of no theme everywhere."""
    day = pd.Timestamp("2019-05-01T10:00Z")
    groups = [("Fibre", "North"), ("Fibre", "South"), ("Mobile", "North"), ("Mobile", "South")]
    parts = [
        spike[spike["theme_id"] == "other"].head(20).assign(
            created_at=day, received_at=day, product=product, region=region, theme_id=None,
            customer_key=[f"{product}-{region}-{i}" for i in range(20)],
            complaint_id=[f"s:{product}-{region}-{i}" for i in range(20)],
        )
        for product, region in groups
    ]  # fmt: skip
    is_rise = spike["created_at"] >= pd.Timestamp("2019-05-04T00:00Z")
    is_addon = spike["theme_id"] == "addons"
    mine = spike[is_addon].assign(
        product=np.where(is_rise[is_addon], "Fibre", "Mobile"), region="North"
    )
    return pd.concat([mine, spike[~is_addon], *parts], ignore_index=True)


def test_who_shares_the_product_of_the_rise_and_is_silent_may_be_next(spike):
    (found,) = morning(market(spike)).itertuples()
    assert [cell.split(":")[0] for cell in found.cells] == ["product=Fibre"]
    (segment,) = found.who_next
    assert segment.startswith("product=Fibre & region=South: 20 customers, 20 complaints, product ")


def test_of_one_source_nobody_is_next(spike):
    complaints = market(spike)
    is_rise = complaints["created_at"] >= pd.Timestamp("2019-05-04T00:00Z")
    complaints.loc[is_rise & (complaints["theme_id"] == "addons"), "customer_key"] = "office-7"
    (found,) = morning(complaints).itertuples()
    assert found.is_concentrated
    assert found.who_next == []


def test_later_complaints_change_nothing_beside_a_warning(spike):
    complaints = market(spike)
    late = complaints.tail(40).assign(
        created_at=AS_OF, received_at=AS_OF, theme_id="addons", product="Fibre", region="South",
        complaint_id=[f"l:{i}" for i in range(40)],
    )  # fmt: skip
    before, after = morning(complaints), morning(pd.concat([complaints, late], ignore_index=True))
    pd.testing.assert_frame_equal(before, after)
