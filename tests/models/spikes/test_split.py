import pandas as pd
import pytest

from models.spikes.split import Part, split


def test_the_parts_worked_by_hand():
    # 10 in the window where 4 are expected; three quarters of the past came by the web.
    window = pd.Series(["web"] * 4 + ["app"] * 5 + [None])
    past = pd.Series(["web"] * 6 + ["app"] * 2)
    assert split(window, past, expected=4.0) == (
        Part("app", 5, 1.0), Part("-", 1, 0.0), Part("web", 4, 3.0),
    )  # fmt: skip


def test_the_parts_add_up_and_the_many_small_ones_stand_together():
    names = [f"p{i}" for i in range(12)]
    window = pd.Series([name for i, name in enumerate(names) for _ in range(12 - i)])
    past = pd.Series(names * 3)
    parts = split(window, past, expected=24.0)
    assert [part.value for part in parts] == ["p0", "p1", "p2", "p3", "p4", "~"]
    assert sum(part.observed for part in parts) == len(window)
    assert sum(part.expected for part in parts) == pytest.approx(24.0)


def test_one_value_alone_is_no_split_and_without_a_past_nothing_is_usual():
    web = pd.Series(["web", None, "web"])
    assert split(web, web, expected=2.0) == ()
    assert split(pd.Series([None, None]), web.iloc[:0], expected=0.0) == ()
    parts = split(pd.Series(["web", "app"]), web.iloc[:0], expected=0.0)
    assert [part.expected for part in parts] == [None, None]


def test_the_order_of_rows_changes_nothing():
    window = pd.Series(["web", "app", "x", "web", "mail"])
    turned = window.iloc[::-1].reset_index(drop=True)
    assert split(window, turned, expected=1.0) == split(turned, window, expected=1.0)
