import pandas as pd

from models.contracts import ASSIGNMENTS, BIRTHS, LINEAGE, THEMES
from tests.pipelines.steps.mornings import START, find, some_complaints, theme_settings


def test_an_old_version_is_refitted_and_names_are_carried(store):
    complaints = some_complaints(60)
    first = find(store, complaints, 20)
    kept = find(store, complaints, 48)
    assert kept.version == first.version  # 28 days old: still in use
    second = find(store, complaints, 49)
    assert second.refitted
    assert sorted(second.themes["theme_id"]) == sorted(first.themes["theme_id"])
    born = second.themes.set_index("theme_id")["born_on"]
    assert born.equals(first.themes.set_index("theme_id")["born_on"])
    assert second.ended.empty
    assert store.count(THEMES) == 6


def test_a_theme_born_later_gets_a_new_id_and_its_own_birthday(store):
    two, third = ("router", "bill"), ("parcel",)
    complaints = pd.concat(
        [some_complaints(60, topics=two), some_complaints(25, topics=third, first=35)],
        ignore_index=True,
    )
    settings = theme_settings(resolution=0.4)
    first = find(store, complaints, 20, settings=settings)
    second = find(store, complaints, 60, settings=settings)
    new = second.themes[~second.themes["theme_id"].isin(first.themes["theme_id"])]
    assert len(first.themes) == 2
    assert len(new) == 1
    assert "parcel" in new["keywords"].iloc[0]
    assert new["born_on"].tolist() == [pd.Timestamp("2024-02-05")]


def test_what_became_of_each_theme_is_stored_with_the_version(store):
    complaints = some_complaints(60)
    first = find(store, complaints, 20)
    events = store.read(LINEAGE)
    assert set(events["event"]) == {"born"}
    assert sorted(events["theme_id"]) == sorted(first.themes["theme_id"])
    second = find(store, complaints, 49)
    events = store.read(LINEAGE)
    events = events[events["version"] == second.version]
    assert events["event"].tolist() == ["continued"] * 3
    assert (events["share"] == 1.0).all()
    assert events["texts"].sum() == 20 * 3 * 2  # the texts that the fit before knew
    before = store.version(LINEAGE)
    find(store, complaints, 49, refit=True)
    assert store.version(LINEAGE) == before  # the same again is not written again


def test_a_version_that_is_fitted_again_tells_its_lineage_anew(store):
    complaints = some_complaints(60)
    find(store, complaints, 20)
    find(store, complaints, 49)
    again = find(store, complaints[complaints["complaint_id"].str[2:4] != "3-"], 49, refit=True)
    events = store.read(LINEAGE)
    mine = events[events["version"] == again.version]
    assert not mine.duplicated(list(LINEAGE.key)).any()
    assert set(mine["theme_id"]) | set(mine["other_id"]) >= set(again.themes["theme_id"])
    assert len(events) == len(mine) + 3


def test_an_emerging_theme_keeps_its_id_at_the_next_fit(store):
    two, third = ("router", "bill"), ("parcel",)
    complaints = pd.concat(
        [some_complaints(60, topics=two), some_complaints(25, topics=third, first=35)],
        ignore_index=True,
    )
    settings = theme_settings(resolution=0.4, refit_days=40)
    first = find(store, complaints, 20, settings=settings)
    find(store, complaints, 50, settings=settings)
    # What a birth leaves: a row of the theme, and its texts assigned to it.
    row = first.themes.head(1).assign(theme_id="t-birth", status="emerging", title="Parcels late")
    store.append(THEMES, row)
    birth = {
        "as_of": START + pd.Timedelta(days=51),
        "moment": START + pd.Timedelta(days=50, hours=23),
        "birth_id": "t-birth",
        "theme_id": "t-birth",
        "is_birth": True,
        "encoder": row["encoder"].iloc[0],
    }
    numbers = {"window_hours": 24, "people": 9, "score": 30.0, "expected": 1.0, "p_value": 0.01}
    rates = {"threshold": 15.0, "nominal_per_month": 1.0, "realised_per_month": 1.0}
    store.append(BIRTHS, pd.DataFrame([{**birth, **numbers, **rates, "centroid": b""}]))
    rows = store.read(ASSIGNMENTS)
    is_its = rows["complaint_id"].str.contains("parcel")
    store.upsert(ASSIGNMENTS, rows[is_its].assign(theme_id="t-birth", strength=1.0))
    second = find(store, complaints, 61, settings=settings, refit=True)
    words = second.themes.set_index("theme_id")["keywords"]
    assert "parcel" in words["t-birth"]
    assert set(first.themes["theme_id"]) <= set(words.index)


def test_each_theme_stands_in_an_area_that_keeps_its_name(store):
    complaints = some_complaints(60)
    first = find(store, complaints, 20)
    assert first.themes["area_id"].str.fullmatch("a-[0-9a-f]{8}").all()
    assert (first.themes["area_title"].str.len() > 0).all()
    assert (first.themes["resolution"] == 1.0).all()
    second = find(store, complaints, 49)
    columns = ["theme_id", "area_id", "area_title"]
    pd.testing.assert_frame_equal(second.themes[columns], first.themes[columns])
