import pandas as pd
import pytest

from models.contracts import ASSIGNMENTS, BIRTHS, LINEAGE, READINGS, check, conform
from pipelines.steps.past.readings import themes_then, two_readings
from pipelines.store import Store

V1, V2 = "2024-01-10T00:00:00Z", "2024-01-20T00:00:00Z"


def _complaints():
    days = [5, 12, 13, 14, 22, 23]
    moments = pd.Series([pd.Timestamp(f"2024-01-{day:02}T09:00Z") for day in days])
    frame = pd.DataFrame({"complaint_id": [f"s:{day}" for day in days]})
    frame["created_at"] = frame["received_at"] = moments.astype("datetime64[us, UTC]")
    # Today: B has taken in A; R is retired, its text is in B; the one of the 14th never had one.
    frame["theme_id"] = pd.Series(["B", "B", "B", "B", "B", None], dtype="str")
    return frame.assign(is_counted=True)


def _store(root):
    store = Store(root)
    rows = [
        *((f"s:{day}", V1, theme) for day, theme in [(5, "A"), (12, "A"), (13, "R"), (14, None)]),
        *((f"s:{day}", V2, theme) for day, theme in [(5, "B"), (12, "B"), (22, "B"), (23, None)]),
    ]
    frame = pd.DataFrame(rows, columns=["complaint_id", "version", "theme_id"])
    store.append(ASSIGNMENTS, frame.assign(strength=1.0, text_hash="x"))
    events = [(V2, "A", "merged", "B", 1.0, 2), (V2, "R", "retired", "R", 1.0, 1)]
    columns = ["version", "theme_id", "event", "other_id", "share", "texts"]
    store.append(LINEAGE, pd.DataFrame(events, columns=columns))
    return store


def test_each_complaint_counts_under_the_theme_it_had_by_todays_name(tmp_path):
    complaints = _complaints()
    then = themes_then(_store(tmp_path), complaints, version=V2, versions=[V1, V2])
    assert then.where(then.notna(), "-").tolist() == ["B", "B", "-", "-", "B", "-"]
    found = two_readings(
        complaints, then, as_of=pd.Timestamp("2024-01-25", tz="UTC"), time_zone="UTC"
    )
    check(found, READINGS)
    assert found["theme_id"].unique().tolist() == ["B"]
    assert found["date"].dt.day.tolist() == [5, 12, 13, 14, 22]
    assert found["now"].tolist() == [1, 1, 1, 1, 1]
    assert found["then"].tolist() == [1, 1, 0, 0, 1]


def test_a_row_that_was_late_counts_under_the_version_that_first_saw_it(tmp_path):
    complaints = _complaints()
    complaints.loc[1, "received_at"] = pd.Timestamp("2024-01-21T00:00Z")
    store = _store(tmp_path)
    then = themes_then(store, complaints, version=V2, versions=[V1, V2])
    assert then[1] == "B"


def test_what_a_later_morning_moved_to_a_newborn_theme_is_not_known_yet(tmp_path):
    complaints, store = _complaints(), _store(tmp_path)
    rows = store.read(ASSIGNMENTS)
    is_moved = (rows["complaint_id"] == "s:22") & (rows["version"] == V2)
    store.upsert(ASSIGNMENTS, rows[is_moved].assign(theme_id="X"))
    then = themes_then(store, complaints, version=V2, versions=[V1, V2])
    assert then[4] == "B"


def test_a_text_in_another_language_counts_under_its_language_from_the_first_day_on(tmp_path):
    complaints, store = _complaints(), _store(tmp_path)
    complaints["theme_id"] = "t-lang-de"
    # Of these neither version holds a row: what was known before a fit and did not shape it.
    rows = store.read(ASSIGNMENTS)
    store.replace(ASSIGNMENTS, rows[rows["complaint_id"].isin(["s:13", "s:22"])])
    then = themes_then(store, complaints, version=V2, versions=[V1, V2])
    assert then.tolist() == ["t-lang-de"] * 6


def test_without_versions_nothing_was_known(tmp_path):
    then = themes_then(Store(tmp_path), _complaints(), version="", versions=[])
    assert then.isna().all()


def test_what_the_refits_morning_was_the_first_to_read_counts_under_the_new_version(tmp_path):
    complaints = _complaints()
    # Came on the day before the refit: no morning of the first version read it.
    row = {"complaint_id": "s:19", "theme_id": "B", "is_counted": True}
    moment = pd.Timestamp("2024-01-19T09:00Z")
    late = pd.DataFrame([{**row, "created_at": moment, "received_at": moment}])
    store = _store(tmp_path)
    rows = pd.DataFrame([("s:19", V2, "B")], columns=["complaint_id", "version", "theme_id"])
    store.append(ASSIGNMENTS, rows.assign(strength=1.0, text_hash="y"))
    both = pd.concat([complaints, late], ignore_index=True)
    then = themes_then(store, both, version=V2, versions=[V1, V2])
    assert then.where(then.notna(), "-").tolist() == ["B", "B", "-", "-", "B", "-", "B"]


@pytest.mark.parametrize("is_born", [True, False])
def test_what_was_born_on_the_morning_of_a_fit_counts_as_born(tmp_path, is_born):
    complaints, store = _complaints(), _store(tmp_path)
    # The fit put a text into A; the same morning it founded N, which the next fit took into B.
    founder = (
        store.read(ASSIGNMENTS)
        .iloc[:1]
        .assign(complaint_id="s:5", version=f"{V1}+founders", theme_id="N")
    )
    store.append(ASSIGNMENTS, founder)
    event = store.read(LINEAGE).iloc[:1].assign(theme_id="N", other_id="M")
    store.append(LINEAGE, event)
    if is_born:
        quiet = {"score": 9.0, "p_value": 0.1, "nominal_per_month": 1.0, "window_hours": 24}
        moment = pd.Timestamp(V1).as_unit("us")
        row = {"as_of": moment, "moment": moment, "birth_id": "N", "theme_id": "N", "version": V1}
        row |= {"is_birth": True, "people": 5, "expected": 1.0, "encoder": "e", **quiet}
        store.append(BIRTHS, conform(pd.DataFrame([row]), BIRTHS))
    then = themes_then(store, complaints, version=V2, versions=[V1, V2])
    first = "M" if is_born else "B"
    assert then.where(then.notna(), "-").tolist() == [first, "B", "-", "-", "B", "-"]


def test_what_no_version_stores_is_set_apart_by_a_rule_and_counts_as_today(tmp_path):
    complaints = _complaints()
    row = {**complaints.iloc[0].to_dict(), "complaint_id": "s:es", "theme_id": "t-es"}
    both = pd.concat([complaints, pd.DataFrame([row])], ignore_index=True)
    then = themes_then(_store(tmp_path), both, version=V2, versions=[V1, V2])
    assert then.where(then.notna(), "-").tolist() == ["B", "B", "-", "-", "B", "-", "t-es"]


def test_what_people_merged_is_read_under_the_name_it_has_today(tmp_path):
    complaints = _complaints().replace({"theme_id": {"B": "C"}})
    by_people = pd.DataFrame(
        [("~", "B", "merged", "C")], columns=["version", "theme_id", "event", "other_id"]
    )
    store = _store(tmp_path)
    then = themes_then(store, complaints, version=V2, versions=[V1, V2], by_people=by_people)
    assert then.where(then.notna(), "-").tolist() == ["C", "C", "-", "-", "C", "-"]
