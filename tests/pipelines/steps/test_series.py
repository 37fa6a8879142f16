import pandas as pd

from models.contracts import COUNTS, check
from models.series.hierarchy import series_id
from pipelines.settings import load_settings
from pipelines.steps.series import count_series, with_themes
from tests.pipelines.steps.streams import AS_OF, assignments, quiet, stream

SETTINGS = load_settings()


def test_counts_and_what_the_record_says_of_them() -> None:
    complaints = stream({"addons": quiet(2.0), "billing": quiet(1.0, seed=1)})
    given = complaints.drop(columns=["theme_id", "is_counted"])
    found = count_series(given, assignments(complaints), None, settings=SETTINGS, as_of=AS_OF)
    check(found.counts, COUNTS)
    total = found.counts[found.counts["series_id"] == series_id()]
    assert total["count"].sum() == len(complaints)
    assert found.meta["series"] == 4  # total, two themes, one channel
    assert found.meta["last_data_at"] == complaints["received_at"].max()
    assert found.complaints["theme_id"].tolist() == complaints["theme_id"].tolist()


def test_the_newest_assignment_counts_and_none_is_none() -> None:
    complaints = stream({"addons": quiet(1.0, days=5)})
    first = complaints["complaint_id"].iloc[0]
    old = assignments(complaints)
    new = pd.DataFrame(
        {"complaint_id": [first], "theme_id": [None], "version": ["v2"], "strength": [0.0]}
    )
    joined = with_themes(complaints, pd.concat([new, old]), None)
    assert joined["theme_id"].isna().tolist() == [True] + [False] * (len(complaints) - 1)


def test_rows_of_floods_are_not_counted() -> None:
    complaints = stream({"addons": quiet(1.0, days=9)})
    marks = pd.DataFrame(
        {"complaint_id": complaints["complaint_id"].iloc[:3], "is_counted": [True, False, False]}
    )
    joined = with_themes(complaints, assignments(complaints), marks)
    assert joined["is_counted"].tolist()[:4] == [True, False, False, True]
    assert joined["is_counted"].sum() == len(complaints) - 2


def test_nothing_assigned_yet() -> None:
    complaints = stream({"addons": quiet(1.0, days=9)})
    joined = with_themes(complaints, assignments(complaints).head(0), None)
    assert joined["theme_id"].isna().all()
