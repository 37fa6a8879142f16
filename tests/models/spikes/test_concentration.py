import pandas as pd
import pytest

from models.spikes.concentration import Concentration, concentration, over_represented


def people(**counts: int) -> pd.Series:
    return pd.Series([who for who, n in counts.items() for _ in range(n)], dtype="str")


def judge(window: pd.Series, past: pd.Series) -> Concentration:
    return concentration(window, past, concentrated_share=0.5)


def test_one_office_typing_a_backlog() -> None:
    found = judge(people(queens=90, bronx=10), people(queens=5, bronx=5, kings=10))
    assert found == Concentration(2, 0.9, True)


def test_many_people_are_not_concentrated() -> None:
    found = judge(pd.Series([f"c{i}" for i in range(40)]), people(a=1, b=1))
    assert found == Concentration(40, pytest.approx(1 / 40), False)


def test_an_office_that_always_sends_most_is_no_news() -> None:
    assert not judge(people(queens=90, bronx=10), people(queens=88, bronx=12)).is_concentrated


def test_a_handful_is_no_evidence() -> None:
    assert not judge(people(a=4), people(b=50)).is_concentrated
    assert judge(people(a=5), people(b=50)).is_concentrated


def test_unknown_customers_are_said_to_be_unknown() -> None:
    nobody = pd.Series([None] * 10, dtype="str")
    assert judge(nobody, nobody) == Concentration(None, None, False)
    few = pd.concat([people(a=4), pd.Series([None] * 6, dtype="str")])
    assert judge(few, nobody) == Concentration(None, None, False)


def frame(**regions: int) -> pd.DataFrame:
    return pd.DataFrame({"region": people(**regions), "brand": pd.Series(dtype="str")})


def test_the_part_that_carries_the_rise_is_named_with_its_usual() -> None:
    window = frame(Queens=24, Bronx=6)
    past = frame(Queens=31, Bronx=69)
    found = over_represented(window, past, expected=10.0, columns=["region", "brand"])
    # Of 10 expected, 31.5 of 101 (one complaint more, spread over two values) fall to Queens.
    assert found == ["region=Queens: 24 against 3.1 usual (7.7x)"]


def test_so_many_times_almost_nothing_is_not_said() -> None:
    found = over_represented(
        frame(Queens=24, Bronx=6), frame(Bronx=100), expected=10.0, columns=["region"]
    )
    assert found == ["region=Queens: 24 against <0.5 usual"]


def test_an_even_rise_names_nobody() -> None:
    window, past = frame(Queens=30, Bronx=70), frame(Queens=31, Bronx=69)
    assert over_represented(window, past, expected=10.0, columns=["region"]) == []


def test_few_complaints_and_a_single_value_name_nobody() -> None:
    assert over_represented(frame(A=4), frame(B=90), expected=1.0, columns=["region"]) == []
    assert over_represented(frame(A=40), frame(A=90), expected=1.0, columns=["region"]) == []
    assert over_represented(frame(A=40), frame(), expected=1.0, columns=["region"]) == []
