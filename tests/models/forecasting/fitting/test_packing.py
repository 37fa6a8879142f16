from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest

from models.errors import DataContractError
from models.forecasting.fitting.packing import COLUMNS, in_order, pack, unpack


@dataclass
class Rhythm:
    weekday: np.ndarray
    name: str = "week"

    series_axis: ClassVar[dict[str, int | None]] = {"weekday": 0}


@dataclass
class State:
    """Three series, two filters; the levels of four days; what all have in common."""

    origin: pd.Timestamp
    rate: np.ndarray  # (n_series, 2)
    earlier: np.ndarray  # (4, n_series)
    common: np.ndarray  # (5,)
    days: int
    share: float
    is_weekly: bool
    rhythm: Rhythm
    nothing: None = None

    series_axis: ClassVar[dict[str, int | None]] = {"rate": 0, "earlier": 1, "common": None}


def state() -> State:
    return State(
        pd.Timestamp("2019-06-03").as_unit("us"),
        np.array([[1.0, 2.0], [3.0, np.nan], [0.1 + 0.2, 1e-300]]),
        np.arange(12.0).reshape(4, 3),
        np.array([1, 2, 3, 4, 5], dtype=np.int64),
        7,
        2.0,
        False,
        Rhythm(np.array([[True], [False], [True]])),
    )


def same(one: Any, other: Any) -> None:
    for item in fields(one):
        a, b = getattr(one, item.name), getattr(other, item.name)
        if isinstance(a, np.ndarray):
            assert a.dtype == b.dtype
            np.testing.assert_array_equal(a, b)
        elif isinstance(a, Rhythm):
            same(a, b)
        else:
            assert type(a) is type(b)
            assert a == b


def test_what_was_packed_comes_back_to_the_bit() -> None:
    frame = pack(state())
    assert tuple(frame.columns) == COLUMNS
    assert set(frame.loc[frame["field"] == "rhythm.weekday", "shape"]) == {"3x1"}
    same(unpack(frame, State), state())
    same(unpack(frame, State | None), state())
    np.testing.assert_array_equal(unpack(pack(np.eye(2)), None), np.eye(2))
    assert unpack(pack(np.empty((0, 3))), None).shape == (0, 3)


def test_rows_are_taken_on_the_axis_of_the_series_and_new_ones_get_the_middle() -> None:
    found = in_order(state(), np.array([2, -1, 0]))
    np.testing.assert_array_equal(found.earlier[0], [2.0, 1.0, 0.0])  # the median of 0, 1, 2
    # The median of 1, 3, .3 is 1; of 2 and 1e-300 (one is not known) it is 1.
    np.testing.assert_array_equal(found.rate[1], [1.0, 1.0])
    np.testing.assert_array_equal(found.rate[[0, 2]], state().rate[[2, 0]])
    np.testing.assert_array_equal(found.common, state().common)
    np.testing.assert_array_equal(found.rhythm.weekday[:, 0], [True, True, True])


def test_a_choice_is_the_middle_choice_and_one_that_is_there() -> None:
    assert in_order(np.array([4, 0, 1, 9]), np.array([-1, 3])).tolist() == [1, 9]


def test_new_rows_can_be_given() -> None:
    fresh = in_order(state(), np.array([1]))
    fresh.rate[:] = 9.0
    found = in_order(state(), np.array([-1, 0]), fresh)
    np.testing.assert_array_equal(found.rate, [[9.0, 9.0], [1.0, 2.0]])
    np.testing.assert_array_equal(found.earlier[:, 0], state().earlier[:, 1])


def test_no_series_known_gives_what_is_unknown() -> None:
    found = in_order(np.empty((0, 2)), np.array([-1]))
    np.testing.assert_array_equal(found, [[np.nan, np.nan]])


def test_a_dataclass_that_does_not_say_where_its_series_stand_is_refused() -> None:
    @dataclass
    class Silent:
        level: np.ndarray

    with pytest.raises(TypeError, match=r"Silent\.level: say in series_axis"):
        in_order(Silent(np.eye(2)), np.array([0]))


def test_what_has_no_plain_form_or_lacks_a_part_is_refused() -> None:
    with pytest.raises(TypeError, match="fitted: dict has no plain form"):
        pack({"a": 1})
    with pytest.raises(TypeError, match="an array of object"):
        pack(np.array(["a"], dtype=object))
    frame = pack(state())
    with pytest.raises(DataContractError, match="kept without rate"):
        unpack(frame[frame["field"] != "rate"], State)
    with pytest.raises(DataContractError, match="kept of a dataclass"):
        unpack(frame, np.ndarray)
