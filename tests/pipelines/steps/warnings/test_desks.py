"""What a desk cannot look at this week is held back, and what it leads with it."""

from __future__ import annotations

import pandas as pd

from pipelines.steps.warnings.desks import hold_back

AS_OF = pd.Timestamp("2020-06-15", tz="UTC")


def _rows(*rows: tuple[str, str, float, str, str | None]) -> pd.DataFrame:
    columns = ["warning_id", "owner", "observed", "opened_on", "joined_to"]
    frame = pd.DataFrame(list(rows), columns=columns)
    return frame.assign(
        opened_on=pd.to_datetime(frame["opened_on"]), expected=1.0, severity=1, state="open"
    )


def _told(*names: str, on: str = "2020-06-14", held: tuple[str, ...] = ()) -> pd.DataFrame:
    frame = pd.DataFrame({"warning_id": list(names)}).assign(as_of=pd.Timestamp(on, tz="UTC"))
    waits = pd.array([1 if name in held else None for name in names], dtype="Int64")
    return frame.assign(held_back=waits)


def _waiting(found: pd.DataFrame, earlier: pd.DataFrame, per_week: int = 1) -> list[str]:
    out = hold_back(found, earlier, as_of=AS_OF, time_zone="UTC", per_week=per_week)
    assert out["held_back"].dropna().eq(per_week).all()
    return out.loc[out["held_back"].notna(), "warning_id"].tolist()


def test_beyond_the_budget_a_warning_waits_with_what_is_told_in_it() -> None:
    found = _rows(
        ("a", "Service", 20, "2020-06-14", None),
        ("b", "Service", 9, "2020-06-14", None),
        ("c", "Billing", 5, "2020-06-14", "b"),
        ("d", "Billing", 4, "2020-06-14", None),
    )
    assert _waiting(found, _told()) == ["b", "c"]
    assert _waiting(found, _told(), per_week=2) == []


def test_what_was_told_stays_and_what_waited_goes_on_waiting() -> None:
    found = _rows(
        ("new", "Service", 20, "2020-06-14", None), ("old", "Service", 9, "2020-06-12", None)
    )
    assert _waiting(found, _told("old")) == ["new"]
    assert _waiting(found, _told("old", "new", held=("new",))) == ["new"]


def test_on_the_first_morning_and_after_a_pause_everything_is_this_weeks() -> None:
    found = _rows(("old", "Service", 9, "2020-06-02", None))
    assert _waiting(found, _told()) == []
    assert _waiting(found, _told("other", on="2020-06-01")) == []
    assert _waiting(found, _told("other", on="2020-06-14")) == ["old"]
