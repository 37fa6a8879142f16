"""A birth in the store: a theme at once, kept the next morning, and lived again to the bit."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from models.contracts import ASSIGNMENTS, BIRTHS, THEMES, WARNINGS, check, empty
from models.embedding import HashingEncoder
from pipelines.settings import load_settings
from pipelines.steps.births.births import find_births
from pipelines.steps.births.warnings import warn_of_births
from pipelines.steps.embed import embed_texts
from pipelines.steps.themes.themes import find_themes
from pipelines.store import Store
from tests.pipelines.steps.mornings import TOPICS, as_complaints

NEW = ("addons", "disabled", "certificate", "extension", "verified", "unsigned", "adblock")
START = pd.Timestamp("2024-01-01T00:00:00Z")
FIT, BORN = 60, 65


def _text(words, rng):
    return " ".join(rng.permutation(words)[:6])


def _complaints(*, days=70, people=8):
    rng = np.random.default_rng(0)
    rows = []
    for day in range(days):
        for topic, words in TOPICS.items():
            for i in range(3):
                at = START + pd.Timedelta(days=day, hours=int(rng.integers(0, 24)), minutes=i)
                rows.append((f"s:{day}-{topic}-{i}", at, _text(words, rng), f"c{day}{topic}{i}"))
    for day in (BORN - 1, BORN):
        for i in range(10):
            at = START + pd.Timedelta(days=day, hours=8, minutes=7 * i)
            rows.append((f"s:new-{day}-{i}", at, _text(NEW, rng), f"n{i % people}"))
    return as_complaints(rows, "customer_key")


def _settings(**of_themes):
    settings = load_settings()
    changed = {"resolution": 1.0, "reject_share": 0.0, **of_themes}
    themes = dataclasses.replace(settings.themes, **changed)
    births = dataclasses.replace(
        settings.births, reference_days=28, min_reference=50, alarms_per_month=1.5
    )
    return dataclasses.replace(settings, themes=themes, births=births)


def _morning(store, complaints, day, *, refit=False, **of_themes):
    as_of = (START + pd.Timedelta(days=day)).as_unit("us")
    known = complaints[complaints["created_at"] < as_of].reset_index(drop=True)
    encoder = HashingEncoder()
    embed_texts(store, encoder, known[["text_hash", "text"]], chunk_texts=5000)
    shared = {"encoder_name": encoder.name, "settings": _settings(**of_themes), "as_of": as_of}
    left_out = frozenset()
    found = find_themes(store, complaints=known, left_out=left_out, refit=refit, **shared)
    return find_births(store, complaints=known, left_out=left_out, found=found, **shared)


def _emerging(result):
    return result.themes[result.themes["status"] == "emerging"]


def _texts_of(result, theme_id):
    rows = result.assignments
    return set(rows.loc[rows["theme_id"] == theme_id, "complaint_id"])


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """Return a store, its complaints, and the mornings of the fit, the birth and the day after."""
    store = Store(tmp_path_factory.mktemp("births") / "store")
    complaints = _complaints()
    results = {day: _morning(store, complaints, day) for day in (FIT, BORN, BORN + 1)}
    return store, complaints, results


def test_a_birth_is_a_theme_the_same_morning(lived):
    _, _, results = lived
    assert _emerging(results[FIT]).empty
    born = _emerging(results[BORN])
    check(results[BORN].themes, THEMES)
    check(results[BORN].births, BIRTHS)
    assert len(born) == 1
    assert set(NEW) & set(" ".join([born["title"].iloc[0], *born["keywords"].iloc[0]]).split())
    mine = results[BORN].assignments
    mine = mine[mine["theme_id"] == born["theme_id"].iloc[0]]
    assert len(mine) == 10
    assert mine["complaint_id"].str.startswith("s:new-").all()
    assert born["size"].iloc[0] == 10


def test_the_next_morning_keeps_it_and_new_texts_join(lived):
    _, _, results = lived
    theme_id = _emerging(results[BORN])["theme_id"].iloc[0]
    assert _emerging(results[BORN + 1])["theme_id"].tolist() == [theme_id]
    assert results[BORN + 1].born == 0
    mine = results[BORN + 1].assignments
    mine = mine[mine["theme_id"] == theme_id]
    assert len(mine) == 20
    assert mine["complaint_id"].str.startswith("s:new-").all()


def test_an_issue_that_is_heard_again_without_a_new_text_stays_as_it_is(tmp_path):
    store = Store(tmp_path / "store")
    complaints = _complaints()
    # Nobody writes of it on the second day, whose first windows still reach into the first.
    complaints = complaints[~complaints["complaint_id"].str.startswith(f"s:new-{BORN}")]
    results = {day: _morning(store, complaints, day) for day in (FIT, BORN, BORN + 1)}
    born = _emerging(results[BORN])["theme_id"].tolist()
    heard = results[BORN + 1].births
    assert len(heard[(heard["birth_id"] == born[0]) & ~heard["is_birth"]])
    assert _emerging(results[BORN + 1])["theme_id"].tolist() == born
    assert (results[BORN + 1].assignments["theme_id"] == born[0]).sum() == 10


def test_mornings_lived_again_are_the_same(lived):
    store, complaints, results = lived
    versions = {table.name: store.version(table) for table in (THEMES, BIRTHS)}
    for day in (BORN, BORN + 1, BORN):
        again = _morning(store, complaints, day)
        for name in ("themes", "assignments", "births"):
            one, two = getattr(results[day], name), getattr(again, name)
            pd.testing.assert_frame_equal(one, two)
    assert {table.name: store.version(table) for table in (THEMES, BIRTHS)} == versions


def test_a_morning_before_the_birth_does_not_know_it(lived):
    store, complaints, results = lived
    before = _morning(store, complaints, BORN - 1)
    assert _emerging(before).empty
    assert not set(before.assignments["theme_id"].dropna()) & set(
        _emerging(results[BORN])["theme_id"]
    )


def test_a_morning_that_was_left_out_does_not_know_what_later_ones_moved(tmp_path, lived):
    _, complaints, results = lived
    store = Store(tmp_path / "store")
    for day in (FIT, BORN, BORN + 2):
        _morning(store, complaints, day)
    # As a morning does on which the issue is loud: what is near joins it, whatever a vote says.
    theme_id = _emerging(results[BORN])["theme_id"].iloc[0]
    rows = store.read(ASSIGNMENTS)
    is_moved = rows["complaint_id"].isin([f"s:{BORN}-router-{i}" for i in range(3)])
    store.upsert(ASSIGNMENTS, rows[is_moved].assign(theme_id=theme_id, strength=0.9))
    between = _morning(store, complaints, BORN + 1)
    pd.testing.assert_frame_equal(between.assignments, results[BORN + 1].assignments)
    pd.testing.assert_frame_equal(between.themes, results[BORN + 1].themes)
    # The later morning's own answer stays in the store.
    kept = store.read(ASSIGNMENTS).set_index("complaint_id").loc[rows[is_moved]["complaint_id"]]
    assert kept["theme_id"].tolist() == [theme_id] * 3


def test_a_kill_before_the_last_write_is_made_good_and_row_order_does_not_matter(tmp_path, lived):
    _, complaints, results = lived
    complaints = complaints.sample(frac=1, random_state=1)
    store = Store(tmp_path / "store")
    _morning(store, complaints, FIT)
    kept = store.read(BIRTHS)
    _morning(store, complaints, BORN)
    store.replace(BIRTHS, kept)  # as if killed when texts and theme were written
    again = _morning(store, complaints, BORN)
    pd.testing.assert_frame_equal(again.themes, results[BORN].themes)
    pd.testing.assert_frame_equal(again.assignments, results[BORN].assignments)


def test_one_person_gives_birth_to_nothing(tmp_path):
    store = Store(tmp_path / "store")
    complaints = _complaints(people=1)
    _morning(store, complaints, FIT)
    assert _emerging(_morning(store, complaints, BORN)).empty


def test_a_birth_that_a_fit_put_into_a_broad_theme_is_a_theme_of_its_own_that_morning(tmp_path):
    store = Store(tmp_path / "store")
    complaints = _complaints()
    broad = {"min_texts": 100}  # so few texts are no theme to the fit
    first = _morning(store, complaints, BORN, **broad)
    born = _emerging(first)
    assert len(born) == 1
    assert born["version"].iloc[0] == "2024-03-06T00:00:00Z"  # the fit's own morning
    theme_id = born["theme_id"].iloc[0]
    assert _texts_of(first, theme_id) == {f"s:new-{BORN - 1}-{i}" for i in range(10)}
    accepted = first.births[first.births["theme_id"].notna()]
    assert accepted["theme_id"].tolist() == [theme_id]
    following = _morning(store, complaints, BORN + 1, **broad)
    assert _emerging(following)["theme_id"].tolist() == [theme_id]
    assert len(_texts_of(following, theme_id)) == 20
    for day, then in ((BORN, first), (BORN + 1, following), (BORN, first)):
        again = _morning(store, complaints, day, **broad)
        for name in ("themes", "assignments", "births"):
            pd.testing.assert_frame_equal(getattr(then, name), getattr(again, name))


def test_a_theme_that_the_fit_made_of_a_birth_has_it(tmp_path):
    store = Store(tmp_path / "store")
    complaints = _complaints()
    first = _morning(store, complaints, BORN)
    assert _emerging(first).empty
    [theme_id] = first.births["theme_id"].dropna()
    assert _texts_of(first, theme_id) == {f"s:new-{BORN - 1}-{i}" for i in range(10)}


@pytest.mark.parametrize("refitted", [FIT, FIT + 2])
def test_what_was_born_after_an_old_morning_that_is_fitted_again_is_born_again(
    tmp_path, lived, refitted
):
    _, complaints, results = lived
    store = Store(tmp_path / "store")
    for day in (FIT, BORN, BORN + 1):
        _morning(store, complaints, day)
    _morning(store, complaints, refitted, refit=True)
    after = _morning(store, complaints, BORN + 2)
    [theme_id] = _emerging(after)["theme_id"]
    assert _emerging(results[BORN])["theme_id"].tolist() == [theme_id]
    assert all(name.startswith("s:new-") for name in _texts_of(after, theme_id))
    assert len(_texts_of(after, theme_id)) == 20
    # The mornings between, lived again, do not know what that morning found.
    between = _morning(store, complaints, BORN - 1)
    assert _emerging(between).empty
    again = _morning(store, complaints, BORN)
    assert _emerging(again)["theme_id"].tolist() == [theme_id]
    assert len(_texts_of(again, theme_id)) == 10


def test_a_birth_stands_among_the_warnings_until_it_is_old(lived):
    _, complaints, results = lived
    for day, states in ((BORN, ["open"]), (BORN + 1, ["open"])):
        result = results[day]
        as_of = START + pd.Timedelta(days=day)
        rows = complaints.merge(result.assignments, on="complaint_id").assign(is_counted=True)
        found = warn_of_births(
            empty(WARNINGS), result.births, rows, result.themes, settings=_settings(), as_of=as_of
        )
        assert found["kind"].tolist() == ["emerging"]
        assert found["state"].tolist() == states
        assert found["observed"].tolist() == [10]
        assert found["customers"].tolist() == [8]


def test_a_birth_s_warning_counts_complaints_on_both_sides(lived):
    _, complaints, results = lived
    result, as_of = results[BORN], START + pd.Timedelta(days=BORN)
    # In the 24 hours 8 people wrote 10 complaints; 2 of the 8 were to be expected.
    is_birth = result.births["is_birth"] & result.births["theme_id"].notna()
    births = result.births[is_birth].assign(moment=as_of, window_hours=24, people=8, expected=2.0)
    rows = complaints.merge(result.assignments, on="complaint_id").assign(is_counted=True)
    found = warn_of_births(
        empty(WARNINGS), births, rows, result.themes, settings=_settings(), as_of=as_of
    )
    assert (found["observed"].tolist(), found["expected"].tolist()) == ([10], [2.5])
    # All ten came between 8:00 and 9:03: seen at 14:00 in six hours, four such windows a day.
    births = births.assign(moment=as_of - pd.Timedelta(hours=10), window_hours=6)
    found = warn_of_births(
        empty(WARNINGS), births, rows, result.themes, settings=_settings(), as_of=as_of
    )
    assert found["expected"].tolist() == [10.0]


def test_a_birth_that_far_more_people_see_is_one_level_worse(lived):
    _, complaints, results = lived
    result, as_of = results[BORN], START + pd.Timedelta(days=BORN)
    rows = complaints.merge(result.assignments, on="complaint_id").assign(is_counted=True)
    born = result.births.loc[result.births["is_birth"], "theme_id"].dropna()
    is_new = (rows["created_at"] >= as_of - pd.Timedelta(days=1)) & rows["theme_id"].isin(born)

    def warned(**columns):
        found = warn_of_births(
            empty(WARNINGS), result.births, rows.assign(**columns), result.themes,
            settings=_settings(), as_of=as_of,
        )  # fmt: skip
        return found.iloc[0]

    plain, wide = warned(), warned(reach=is_new.map({True: 5000.0, False: 10.0}))
    assert pd.isna(plain["reach"])
    assert (wide["reach"], wide["usual_reach"]) == (50_000, 100)
    assert wide["severity"] == plain["severity"] + 1
