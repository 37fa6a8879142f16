"""Segments that may be next, by a small hand-made market."""

import pandas as pd
import pytest

from models.spikes.who_next import ContactRules, Segment, who_next

FIRST, LAST = pd.Timestamp("2019-05-04"), pd.Timestamp("2019-05-06")
RULES = ContactRules()
LIFTS = {("product", "Fibre"): 7.0, ("region", "North"): 2.0, ("channel", "web"): 9.0}


def rows(product, region, complaints, *, customers=None, date="2019-05-01", brand=None):
    """Return complaints of one segment, written by so many customers."""
    people = customers or complaints
    return pd.DataFrame(
        {
            "date": pd.Timestamp(date),
            "customer_key": [f"{product}-{region}-{i % people}" for i in range(complaints)],
            "product": product,
            "brand": brand,
            "region": region,
        }
    )


MARKET = pd.concat(
    [
        rows("Fibre", "North", 40),
        rows("Fibre", "South", 20, customers=12),
        rows("Fibre", "East", 30),
        rows("Mobile", "North", 60),
        rows("Mobile", "South", 90),
        rows("Fibre", "West", 12, customers=4),  # too few people
        rows("Fibre", "Isles", 9),  # too few complaints
    ]
)
RISE = rows("Fibre", "North", 12, date="2019-05-05")


def find(theme=RISE, recent=MARKET, lifts=LIFTS, openings=(), rules=RULES):
    return who_next(theme, recent, lifts, first=FIRST, last=LAST, openings=openings, rules=rules)


def regions(found):
    return [dict(it.parts)["region"] for it in found]


def test_who_shares_what_stands_out_and_is_silent_is_listed_by_size_times_lift():
    # 30 x 7, 20 x 7 and 60 x 2; Mobile in the South shares nothing, Fibre in the North complains.
    assert find() == [
        Segment((("product", "Fibre"), ("region", "East")), 30, 30, "product", 7.0, 0, 0),
        Segment((("product", "Fibre"), ("region", "South")), 12, 20, "product", 7.0, 0, 0),
        Segment((("product", "Mobile"), ("region", "North")), 60, 60, "region", 2.0, 0, 0),
    ]


def test_who_has_complained_in_the_window_is_not_next():
    theme = pd.concat([RISE, rows("Fibre", "East", 1, date="2019-05-06")])
    assert regions(find(theme)) == ["South", "North"]
    earlier = pd.concat([RISE, rows("Fibre", "East", 1, date="2019-05-03")])
    assert regions(find(earlier)) == ["East", "South", "North"]


def test_fewer_than_five_people_are_never_listed_whatever_is_asked():
    rules = ContactRules(min_customers=1, min_complaints=1)
    assert regions(find(rules=rules)) == ["East", "South", "North", "Isles"]
    few = rows("Fibre", "West", 12, customers=5)
    assert "West" in regions(find(recent=pd.concat([MARKET, few.assign(region="West")])))


def test_where_customers_are_not_known_nobody_is_listed():
    assert find(recent=MARKET.assign(customer_key=None)) == []


def test_no_more_than_asked_for():
    assert len(find(rules=ContactRules(max_segments=2))) == 2


def test_who_followed_earlier_rises_more_often_comes_first():
    openings = [pd.Timestamp(day) for day in ("2019-01-10", "2019-02-10", "2019-03-10")]
    past = [
        rows("Fibre", "South", 1, date="2019-01-11"),  # a day after
        rows("Fibre", "South", 1, date="2019-02-17"),  # seven days after
        rows("Fibre", "South", 1, date="2019-03-18"),  # eight: too late
        rows("Fibre", "East", 1, date="2019-02-10"),  # on the day itself: it did not follow
        rows("Mobile", "North", 3, date="2019-03-12"),
    ]
    found = find(pd.concat([RISE, *past]), openings=openings)
    assert regions(found) == ["South", "North", "East"]
    assert [(it.followed, it.times) for it in found] == [(2, 3), (1, 3), (0, 3)]
    # A rise whose week reaches into the one that is on says nothing yet.
    late = [*openings[:2], pd.Timestamp("2019-04-27")]
    assert [it.times for it in find(pd.concat([RISE, *past]), openings=late)] == [0, 0, 0]


def test_without_rises_the_usual_days_of_those_who_complain_are_looked_at():
    days = ["2019-01-01", "2019-01-15", "2019-02-01", "2019-02-15", "2019-03-01"]
    past = [rows("Fibre", "North", 2, date=day) for day in days]
    past += [rows("Fibre", "South", 1, date=day) for day in ("2019-01-03", "2019-02-16")]
    past += [rows("Mobile", "South", 1, date=day) for day in days]  # does not complain now
    found = find(pd.concat([RISE, *past]))
    assert regions(found)[0] == "South"
    assert (found[0].followed, found[0].times) == (2, 5)
    assert [it.times for it in find(pd.concat([RISE, *past[1:]]))] == [0, 0, 0]  # four days


@pytest.mark.parametrize(
    ("recent", "lifts"),
    [
        (MARKET, {}),
        (MARKET, {("channel", "web"): 9.0}),
        (MARKET.assign(region=None), LIFTS),  # one axis: who shares its value complains already
        (MARKET.assign(region="North"), LIFTS),
        (MARKET.iloc[:0], LIFTS),
    ],
)
def test_where_nothing_stands_out_or_tells_apart_nobody_is_listed(recent, lifts):
    assert find(recent=recent, lifts=lifts) == []


def test_an_axis_that_half_do_not_name_is_left_out():
    brands = MARKET.assign(brand=["a", "b", *[None] * (len(MARKET) - 2)])
    assert [len(it.parts) for it in find(recent=brands)] == [2, 2, 2]


def test_the_order_of_rows_changes_nothing():
    mixed = MARKET.sample(frac=1, random_state=1)
    assert find(recent=mixed) == find()


def test_who_never_followed_in_twenty_times_is_not_next():
    days = pd.date_range("2019-01-01", periods=20).strftime("%Y-%m-%d")
    past = [rows("Fibre", "North", 1, date=day) for day in days]
    past.append(rows("Fibre", "East", 1, date="2019-01-03"))
    found = find(pd.concat([RISE, *past]))
    assert [(*it.parts, it.followed, it.times) for it in found] == [
        (("product", "Fibre"), ("region", "East"), 2, 20)
    ]
    assert len(find(pd.concat([RISE, *past[1:]]))) == 3  # nineteen times
