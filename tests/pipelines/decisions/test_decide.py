"""Decisions from a notebook, on a workspace of three themes found by the real fit."""

import pandas as pd
import pyarrow.compute as pc
import pytest

from models.contracts import ASSIGNMENTS, COMPLAINTS, THEMES, conform
from models.embedding import HashingEncoder
from models.errors import DataContractError
from models.themes.decisions import standing
from pipelines.decisions import decide as decisions
from pipelines.decisions.board import load_decisions, look_at_themes
from pipelines.steps.themes.decisions import decide, decided_facts, events_of_people
from pipelines.store import Store
from pipelines.workspace import Workspace
from tests.pipelines.steps.mornings import find, morning, some_complaints, theme_settings

AT = pd.Timestamp("2024-01-20T12:00:00Z")
SAID = {"by": "ada", "at": AT}


@pytest.fixture
def place(tmp_path):
    workspace = Workspace.at(tmp_path)
    store, complaints = Store(workspace.store), some_complaints(20)
    rows = complaints.assign(source="s", source_id=complaints["complaint_id"])
    store.upsert(COMPLAINTS, conform(rows, COMPLAINTS))
    find(store, complaints, 20)
    return workspace


def test_texts_in_another_language_are_listed_shown_and_decided_about(tmp_path):
    workspace = Workspace.at(tmp_path)
    store, complaints = Store(workspace.store), some_complaints(20)
    is_german = complaints["complaint_id"].str.contains("bill")
    complaints["language"] = is_german.map({True: "de", False: "en"})
    rows = complaints.assign(source="s", source_id=complaints["complaint_id"])
    store.upsert(COMPLAINTS, conform(rows, COMPLAINTS))
    assigned = find(store, complaints, 20).assignments
    board = look_at_themes(workspace)
    # As many as the run says, though a language's texts shape no fit and are not stored with it.
    pd.testing.assert_series_equal(
        board.sizes.sort_index(), assigned["theme_id"].value_counts().sort_index()
    )
    assert board.sizes["t-lang-de"] == 40
    assert len(board.complaints("t-lang-de", ["text"])) == 40
    decisions.split(workspace, "German texts", {"A": ["refund"], "B": ["s:1-bill-0"]}, **SAID)
    sizes = look_at_themes(workspace).sizes
    assert "t-lang-de" not in sizes.index
    assert sizes.sum() == len(complaints)


def _ids(place):
    """Return the theme of each topic."""
    board = look_at_themes(place)
    rows = board.decided.assignments
    topic = rows["complaint_id"].str.split("-").str[1]
    return rows.groupby(topic)["theme_id"].first().to_dict()


def _morning(place, complaints, day, **kwargs):
    """Return what a run of the day decides, after its own find_themes."""
    store, settings = Store(place.store), theme_settings()
    result = find(store, complaints, day, **kwargs)
    as_of = morning(day)
    known = complaints[complaints["created_at"] < as_of]
    return decide(
        store,
        standing(load_decisions(place), as_of=as_of),
        encoder_name=HashingEncoder().name,
        options=settings.themes,
        version=result.version,
        themes=result.themes,
        assignments=result.assignments,
        complaints=known,
        left_out=frozenset(),
    )


def test_a_theme_is_found_by_its_id_or_its_title_in_any_case(place):
    ids = _ids(place)
    title = look_at_themes(place).live["title"][ids["bill"]]
    made = decisions.rename(place, f"  {title.upper()} ", "Charged twice", **SAID)
    assert (made.theme_id, made.title, made.name) == (ids["bill"], title, "Charged twice")
    board = look_at_themes(place)
    assert board.live["title"][ids["bill"]] == "Charged twice"
    # The new name, the id and the title that it was found under all name it.
    assert {board.find("charged TWICE"), board.find(ids["bill"]), board.find(title)} == {
        ids["bill"]
    }
    assert board.find(title) == ids["bill"]


@pytest.mark.parametrize("flag", ["hide", "pin"])
def test_a_back_dated_withdrawal_that_would_change_nothing_is_refused(place, flag):
    theme_id = _ids(place)["bill"]
    put, withdraw = getattr(decisions, flag), getattr(decisions, f"un{flag}")
    put(place, theme_id, **SAID)
    early = {**SAID, "at": AT - pd.Timedelta(hours=1)}
    with pytest.raises(
        DataContractError, match=rf"ada decided otherwise later \({flag}, 2024-01-20T12"
    ):
        withdraw(place, theme_id, **early)
    assert len(load_decisions(place)) == 1
    withdraw(place, theme_id, **SAID)  # of the same moment: it comes after
    assert standing(load_decisions(place)) == ()
    with pytest.raises(DataContractError, match="ada decided otherwise later"):
        put(place, theme_id, **early)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda p, i: decisions.rename(p, "nothing like it", "x", **SAID), "No theme is called"),
        (lambda p, i: decisions.rename(p, "Bills", "x", **SAID), "Nearest: 'Bill"),
        (lambda p, i: decisions.rename(p, i["bill"], "PARCELS", **SAID), "is called so"),
        (lambda p, i: decisions.rename(p, i["bill"], "Bills due", **SAID), "already"),
        (lambda p, i: decisions.merge(p, i["bill"], "bills DUE", **SAID), "into itself"),
        (lambda p, i: decisions.unhide(p, i["bill"], **SAID), "is not hidden already"),
        (lambda p, i: decisions.undo(p, i["router"], **SAID), "Nothing was decided"),
        (lambda p, i: decisions.hide(p, i["bill"], by=" ", at=AT), "needs the name of who"),
        (
            lambda p, i: decisions.hide(p, i["bill"], by="a", at=AT.tz_localize(None)),
            "time zone",
        ),
        (
            lambda p, i: decisions.split(p, i["bill"], {"A": ["refund"], "B": ["xyz"]}, **SAID),
            "'xyz': neither the id",
        ),
        (
            lambda p, i: decisions.split(
                p, i["bill"], {"A": ["s:1-bill-0"], "B": ["s:1-router-0"]}, **SAID
            ),
            "s:1-router-0: not of 'Bills due'",
        ),
        (
            lambda p, i: decisions.split(p, i["bill"], {"A": ["bill"], "B": ["bill day"]}, **SAID),
            "says the words of another part",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(place, ask, message):
    ids = _ids(place)
    decisions.rename(place, ids["parcel"], "Parcels", **SAID)
    decisions.rename(place, ids["bill"], "Bills due", **SAID)
    before = place.decisions.read_text(encoding="utf-8")
    with pytest.raises(DataContractError, match=message):
        ask(place, ids)
    assert place.decisions.read_text(encoding="utf-8") == before


@pytest.mark.parametrize("said", [{"by": "ada"}, {"at": AT}, {**SAID, "nots": "why"}])
def test_a_misspelt_or_missing_keyword_writes_nothing(place, said):
    with pytest.raises(TypeError, match=r"'(at|by|nots)'"):
        decisions.hide(place, _ids(place)["bill"], **said)
    assert not place.decisions.exists()


def test_a_merged_theme_is_named_by_what_took_it(place):
    ids = _ids(place)
    decisions.merge(place, ids["bill"], ids["parcel"], **SAID)
    with pytest.raises(DataContractError, match=f"is merged; now: .*{ids['parcel']}"):
        decisions.hide(place, ids["bill"], **SAID)
    assert look_at_themes(place).sizes.to_dict() == {ids["parcel"]: 80, ids["router"]: 40}
    decisions.undo(place, ids["bill"], by="bo", at=AT + pd.Timedelta(hours=1))
    assert look_at_themes(place).sizes[ids["bill"]] == 40


def test_decisions_survive_a_refit_and_new_complaints_follow(place):
    ids, complaints = _ids(place), some_complaints(30)
    decisions.merge(place, ids["bill"], ids["parcel"], **SAID)
    decisions.rename(place, ids["router"], "Router drops", **SAID)
    made = decisions.split(
        place, ids["router"], {"Modem": ["s:3-router-0"], "Wifi": ["s:4-router-1"]}, **SAID
    )
    kept = _morning(place, complaints, 25)
    refitted = _morning(place, complaints, 30, refit=True)
    for done, per_topic in ((kept, 50), (refitted, 60)):
        sizes = done.assignments["theme_id"].value_counts()
        assert sizes[ids["parcel"]] == 2 * per_topic
        assert sizes[list(made.part_ids)].sum() == per_topic
        assert set(sizes.index) == {ids["parcel"], *made.part_ids}
        facts = decided_facts(done)
        # A theme that is split has no name any more: the parts have theirs.
        assert (facts["merged"], facts["split"], facts["renamed"]) == (1, 1, 1)
        assert facts["no_longer"] == []
    # What went to a part before the refit is there after it.
    before = kept.assignments.set_index("complaint_id")["theme_id"]
    after = refitted.assignments.set_index("complaint_id")["theme_id"]
    assert (after[before.index] == before).all()
    # The store holds the themes as they were found.
    assert set(Store(place.store).read(THEMES)["theme_id"]) == set(ids.values())


def test_a_morning_before_a_decision_does_not_know_it(place):
    complaints = some_complaints(30)
    plain = _morning(place, complaints, 20)
    decisions.hide(place, _ids(place)["bill"], by="ada", at=pd.Timestamp("2024-01-25T00:00Z"))
    again = _morning(place, complaints, 20)
    pd.testing.assert_frame_equal(again.themes, plain.themes)
    assert not _morning(place, complaints, 23).themes["is_hidden"].any()
    # A decision at the very moment of a morning is known that morning.
    assert _morning(place, complaints, 24).themes["is_hidden"].sum() == 1


def _everything_becomes(place, theme_id, complaints, *, version):
    """Store a version in which a theme holds all complaints, as a coarse refit would."""
    store = Store(place.store)
    rows = store.read(THEMES, where=pc.field("theme_id") == theme_id)
    known = complaints[complaints["created_at"] < pd.Timestamp(version)]
    made = known[["complaint_id", "text_hash"]].assign(
        version=version, theme_id=theme_id, strength=1.0
    )
    store.append(ASSIGNMENTS, made)
    store.append(THEMES, rows.assign(version=version, size=len(known)))


def test_a_theme_that_a_refit_ends_is_reported_or_kept_when_it_is_pinned(place):
    ids, complaints = _ids(place), some_complaints(25)
    for name in ids.values():
        decisions.hide(place, name, **SAID)
    kept, *lost = sorted(ids.values())
    _everything_becomes(place, kept, complaints, version="2024-01-26T00:00:00Z")
    coarse = _morning(place, complaints, 25)
    told = {it["theme_id"]: it["why"] for it in decided_facts(coarse)["no_longer"]}
    assert sorted(told) == lost
    assert all(f"are now in {coarse.themes['title'][0]}" in why for why in told.values())

    text = place.decisions.read_text(encoding="utf-8")
    entry = f"- {{at: 2024-01-20T13:00:00Z, by: bo, do: pin, theme: {lost[0]}}}"
    place.decisions.write_text(f"{text}\n{entry}\n", encoding="utf-8")
    pinned = _morning(place, complaints, 25)
    # Its 40 complaints of before, and those of the five days since that are nearest to them.
    sizes = pinned.assignments["theme_id"].value_counts()
    assert sizes.to_dict() == {kept: 100, lost[0]: 50}
    rows = pinned.themes.set_index("theme_id")
    assert rows["size"].to_dict() == {kept: 100, lost[0]: 50}
    # It is there, so its own hiding applies again; the other's still does not.
    assert rows.loc[lost[0], ["is_pinned", "is_hidden"]].tolist() == [True, True]
    assert [it["theme_id"] for it in decided_facts(pinned)["no_longer"]] == lost[1:]


def test_an_unknown_id_is_refused_with_the_nearest(place):
    wrong = _ids(place)["bill"][:-1] + "x"
    place.decisions.write_text(f"- {{at: 2024-01-20, by: a, do: hide, theme: {wrong}}}\n")
    with pytest.raises(DataContractError, match=r"entry 1 .*did you mean t-"):
        look_at_themes(place)
    with pytest.raises(DataContractError, match="issuecast run"):
        look_at_themes(Workspace.at(place.store / "nowhere"))


def test_a_theme_is_split_into_as_many_parts_as_asked_for_and_a_refit_keeps_them(place):
    ids, complaints = _ids(place), some_complaints(30)
    both = decisions.merge(place, ids["bill"], ids["parcel"], **SAID).into
    made = decisions.split(place, both, 2, **SAID)
    assert (made.action, len(made.parts)) == ("split", 2)
    # Its texts fall into what was merged: of bills, and of parcels; the names say which.
    names = [part.name.casefold() for part in made.parts]
    assert sorted("bill" in name for name in names) == [False, True]
    assert names[0] != names[1]
    text = place.decisions.read_text(encoding="utf-8")
    assert all(f"- name: {part.name}" in text for part in made.parts)
    # The same theme split again into as many says the same.
    decisions.undo(place, both, **SAID)
    assert decisions.split(place, both, 2, **SAID).parts == made.parts
    for done in (_morning(place, complaints, 25), _morning(place, complaints, 30, refit=True)):
        rows = done.assignments.assign(topic=done.assignments["complaint_id"].str.split("-").str[1])
        of = rows[rows["topic"] != "router"].groupby("theme_id")["topic"].agg(["nunique", "size"])
        assert set(of.index) == set(made.part_ids)
        assert of["nunique"].tolist() == [1, 1]
        assert of["size"].iloc[0] == of["size"].iloc[1]
        assert decided_facts(done)["no_longer"] == []


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (1, "expected 2 to 20 parts of 'Bills due'"),
        (21, "expected 2 to 20 parts .* got 21"),
        (20, "its 40 different texts do not fall into 20 parts"),
    ],
)
def test_a_theme_that_does_not_fall_into_so_many_parts_is_left_whole(place, parts, message):
    bill = decisions.rename(place, _ids(place)["bill"], "Bills due", **SAID).theme_id
    before = place.decisions.read_text(encoding="utf-8")
    with pytest.raises(DataContractError, match=message):
        decisions.split(place, bill, parts, **SAID)
    assert place.decisions.read_text(encoding="utf-8") == before


def test_a_notebook_decides_in_a_line_by_folder_title_and_date(place):
    folder = str(place.store.parent)
    names = decisions.themes(folder)
    assert names.columns.tolist() == ["title", "size", "status", "decisions"]
    assert names["size"].tolist() == [40, 40, 40]
    first, second, third = names["title"]
    made = decisions.rename(folder, first, "Charged twice", by="Ada", at="2024-01-21")
    assert made.at == pd.Timestamp("2024-01-21T00:00Z")
    made = decisions.pin(folder, second, by="Ada", at="2024-01-22T09:30Z", note="for the board")
    assert (made.at, made.note) == (pd.Timestamp("2024-01-22T09:30Z"), "for the board")
    decisions.hide(folder, "charged twice", by="Ada", at="2024-01-25")
    decisions.merge(folder, third, second, by="Ada", at="2024-01-25")
    now = decisions.themes(folder)
    assert now["title"].tolist()[:2] == [second, "Charged twice"]
    assert now["size"].tolist() == [80, 40, 0]
    assert now["status"].tolist() == ["pinned", "hidden", "merged"]
    assert now.loc[now["title"] == "Charged twice", "decisions"].iloc[0] == [
        f"was {first!r} (Ada, 2024-01-21)",
        "hide (Ada, 2024-01-25)",
    ]
    with pytest.raises(DataContractError, match="'soon' is no date"):
        decisions.hide(folder, second, by="Ada", at="soon")


def test_mergers_and_splits_by_people_are_events_after_all_versions(place):
    ids = _ids(place)
    decisions.merge(place, ids["bill"], ids["parcel"], **SAID)
    made = decisions.split(
        place, ids["router"], {"Modem": ["s:3-router-0"], "Wifi": ["s:4-router-1"]}, **SAID
    )
    decisions.merge(place, ids["parcel"], made.part_ids[0], **SAID)
    board = look_at_themes(place)
    found = events_of_people(standing(board.decisions), board.decided.themes)
    rows = [tuple(row) for row in found.itertuples(index=False)]
    # Bills went to parcels, and with them on to a part of the routers.
    first, second = made.part_ids
    assert sorted(rows) == sorted(
        [
            ("~", ids["bill"], "merged", first),
            ("~", ids["parcel"], "merged", first),
            ("~", ids["router"], "split", first),
            ("~", ids["router"], "split", second),
        ]
    )
    # Nothing was done of what no longer applies, or was taken back.
    decisions.undo(place, ids["router"], by="ada", at=AT)
    board = look_at_themes(place)
    found = events_of_people(standing(board.decisions), board.decided.themes)
    assert found["event"].tolist() == ["merged"]
    assert events_of_people((), board.found).empty
