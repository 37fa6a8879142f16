"""What coincides with a rise: near its first days, and of what people complained of."""

import pandas as pd
import pytest

from models.contracts import SIGNALS, conform
from models.spikes.coincides import coinciding

OPENED, LAST = pd.Timestamp("2019-05-04"), pd.Timestamp("2019-05-06")
VALUES = {"brand": ["Fox"], "product": ["Desktop", "Mobile"]}


def signals(*rows):
    frame = pd.DataFrame(rows, columns=["name", "at", "kind", "value", "brand", "product"])
    frame["at"] = pd.to_datetime(frame["at"], utc=True)
    return conform(frame.assign(known_at=frame["at"]), SIGNALS)


def said(*rows, values=VALUES, zone="UTC"):
    return coinciding(signals(*rows), opened=OPENED, last=LAST, values=values, time_zone=zone)


def signal(name, at, *, kind="release", value=1.0, brand=None, product=None):
    return (name, at, kind, value, brand, product)


@pytest.mark.parametrize(
    ("at", "is_near"),
    [
        ("2019-04-30T23:59Z", False),
        ("2019-05-01T00:00Z", True),
        ("2019-05-06T23:59Z", True),
        ("2019-05-07T00:00Z", False),
    ],
)
def test_from_three_days_before_it_opened_to_its_last_alarm(at, is_near):
    assert bool(said(signal("66.0.4", at))) == is_near


def test_days_are_local():
    # Still the 30th of April in New York.
    assert said(signal("a", "2019-05-01T02:00Z"), zone="America/New_York") == []


def test_the_nearest_come_first_and_no_more_than_three():
    found = said(
        signal("three before", "2019-05-01T10:00Z"),
        signal("two after", "2019-05-06T10:00Z", kind="campaign"),
        signal("day before", "2019-05-03T10:00Z"),
        signal("same day", "2019-05-04T10:00Z", kind="outage"),
    )
    assert found == [
        "2019-05-04 outage: same day",
        "2019-05-03 release: day before",
        "2019-05-06 campaign: two after",
    ]


@pytest.mark.parametrize(
    ("brand", "product", "expected"),
    [
        (None, None, ["2019-05-04 release: x"]),
        ("FOX", None, ["2019-05-04 release: x (brand FOX)"]),
        ("Fox", "mobile", ["2019-05-04 release: x (brand Fox, product mobile)"]),
        ("Owl", None, []),
        ("Fox", "Tablet", []),
    ],
)
def test_what_names_a_brand_or_a_product_must_name_one_of_the_windows(brand, product, expected):
    assert said(signal("x", "2019-05-04T10:00Z", brand=brand, product=product)) == expected


def test_where_nobody_knows_the_product_a_signal_that_names_one_is_left_out():
    named = signal("x", "2019-05-04T10:00Z", product="Desktop")
    assert said(named, signal("y", "2019-05-04T10:00Z"), values={}) == ["2019-05-04 release: y"]


def test_what_was_called_off_does_not_coincide_and_what_is_told_twice_is_said_once():
    at = "2019-05-04T10:00Z"
    assert said(signal("off", at, value=0.0), signal("x", at), signal("x", at)) == [
        "2019-05-04 release: x"
    ]
    assert said() == []
