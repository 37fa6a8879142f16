import pandas as pd

from models.contracts import SIGNALS, check, conform
from models.series.signals import known_signals, signal_columns, signal_regressors

DATES = pd.date_range("2019-05-01", "2019-05-20").as_unit("us")
AS_OF = pd.Timestamp("2019-05-11T00:00Z")


def signals(*rows: tuple[str, str, str, float, str | None, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["name", "at", "kind", "value", "brand", "known_at"])
    for column in ("at", "known_at"):
        frame[column] = pd.to_datetime(frame[column], utc=True)
    return check(conform(frame, SIGNALS), SIGNALS)


def regressors(frame: pd.DataFrame, *, zone: str = "UTC") -> pd.DataFrame:
    past = DATES[:10]  # up to the eve of AS_OF
    columns = signal_columns(known_signals(frame, AS_OF), past, time_zone=zone)
    found = signal_regressors(frame, DATES, as_of=AS_OF, time_zone=zone, columns=columns)
    return pd.DataFrame(found.values, index=DATES.strftime("%m-%d"), columns=list(found.names))


def test_days_hold_their_signals_and_the_week_after() -> None:
    frame = signals(
        ("5.1", "2019-05-02T10:00Z", "release", 1.0, None, "2019-05-01"),
        ("5.2", "2019-05-14T10:00Z", "release", 2.0, None, "2019-05-09"),
    )
    found = regressors(frame)
    assert list(found.columns) == ["release", "release (week after)"]
    assert found["release"][found["release"] != 0].to_dict() == {"05-02": 1.0, "05-14": 2.0}
    after = found["release (week after)"]
    assert after["05-03":"05-08"].tolist() == [1.0] * 6
    assert after["05-15":"05-20"].tolist() == [2.0] * 6
    assert after[["05-02", "05-09", "05-14"]].tolist() == [0.0] * 3


def test_only_what_was_known_that_morning() -> None:
    past = ("5.1", "2019-05-02T10:00Z", "release", 1.0, None, "2019-05-01")
    frame = signals(past, ("5.2", "2019-05-14T10:00Z", "release", 1.0, None, "2019-05-11"))
    pd.testing.assert_frame_equal(regressors(frame), regressors(signals(past)))


def test_what_was_told_last_counts() -> None:
    told = (
        ("sale", "2019-05-03", "campaign", 1.0, None, "2019-05-01"),
        ("sale", "2019-05-14", "campaign", 1.0, None, "2019-05-01"),
        ("sale", "2019-05-14", "campaign", 0.0, None, "2019-05-10"),  # called off
    )
    assert regressors(signals(*told))["campaign"]["05-14"] == 0
    later = (*told[:2], ("sale", "2019-05-14", "campaign", 0.0, None, "2019-05-12"))
    assert regressors(signals(*later))["campaign"]["05-14"] == 1


def test_brands_have_columns_of_their_own_and_what_no_day_has_seen_has_none() -> None:
    frame = signals(
        ("a", "2019-05-02", "outage", 1.0, "Acme", "2019-05-02"),
        ("b", "2019-05-02", "outage", 1.0, None, "2019-05-02"),
        ("c", "2019-05-13", "campaign", 1.0, None, "2019-05-02"),
    )
    names = regressors(frame).columns
    assert [n for n in names if "after" not in n] == ["outage", "outage Acme"]


def test_the_day_is_the_local_one() -> None:
    frame = signals(("a", "2019-05-03T02:00Z", "outage", 1.0, None, "2019-05-02"))
    found = regressors(frame, zone="America/New_York")["outage"]
    assert found[found != 0].index.tolist() == ["05-02"]


def test_no_signals() -> None:
    assert regressors(signals()).shape == (20, 0)
