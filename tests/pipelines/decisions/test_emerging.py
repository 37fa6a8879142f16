"""Decisions about a theme that was just born: through the command line, and across a refit."""

import dataclasses
import shutil

import numpy as np
import pandas as pd
import pytest

from models.contracts import BIRTHS, COMPLAINTS, WARNINGS, conform, empty
from models.embedding import HashingEncoder
from models.themes.decisions import standing
from pipelines.cli import main
from pipelines.decisions.board import load_decisions, look_at_themes
from pipelines.settings import load_settings
from pipelines.steps.births.births import find_births
from pipelines.steps.births.warnings import warn_of_births
from pipelines.steps.embed import embed_texts
from pipelines.steps.themes.decisions import decide, decided_facts, events_of_people
from pipelines.steps.themes.themes import find_themes
from pipelines.store import Store
from pipelines.workspace import Workspace
from tests.pipelines.steps.mornings import some_complaints

NEW = ("addons", "disabled", "certificate", "extension", "verified", "unsigned", "adblock")
START = pd.Timestamp("2024-01-01T00:00:00Z")
FIT, BORN, REFIT = 60, 65, 70
SAID = ("--by", "ada", "--at", "2024-03-06")  # the morning of the birth


def _complaints():
    """Return three topics over seventy days, and one that twelve people write of from day 64."""
    rng = np.random.default_rng(0)
    old = some_complaints(REFIT, per_day=3)
    new = []
    for day in range(BORN - 1, REFIT):
        for i in range(12):
            at = START + pd.Timedelta(days=day, hours=8, minutes=7 * i)
            new.append((f"s:{day}-new-{i}", at, " ".join(rng.permutation(NEW)[:6])))
    frame = pd.DataFrame(new, columns=["complaint_id", "created_at", "text"])
    frame["text_hash"] = [f"{i:064x}" for i in range(len(frame))]
    rows = pd.concat([old, frame.assign(received_at=frame["created_at"])], ignore_index=True)
    for name in ("created_at", "received_at"):
        rows[name] = rows[name].astype("datetime64[us, UTC]")
    return rows.assign(customer_key="c" + rows["complaint_id"], language="en")


def _settings(**themes):
    settings = load_settings()
    births = dataclasses.replace(
        settings.births, reference_days=28, min_reference=50, alarms_per_month=1.5
    )
    own = {"resolution": 1.0, "reject_share": 0.0, **themes}
    return dataclasses.replace(
        settings, births=births, themes=dataclasses.replace(settings.themes, **own)
    )


def _morning(place, complaints, day, *, refit=False, **themes):
    """Return what a run of the day decides, and its births."""
    store = Store(place.store)
    as_of = (START + pd.Timedelta(days=day)).as_unit("us")
    known = complaints[complaints["created_at"] < as_of].reset_index(drop=True)
    encoder, settings = HashingEncoder(), _settings(**themes)
    embed_texts(store, encoder, known[["text_hash", "text"]], chunk_texts=5000)
    shared = {"encoder_name": encoder.name, "complaints": known, "left_out": frozenset()}
    whole = {**shared, "settings": settings, "as_of": as_of}
    found = find_themes(store, refit=refit, **whole)
    births = find_births(store, found=found, **whole)
    decisions = standing(load_decisions(place), as_of=as_of)
    decided = decide(
        store,
        decisions,
        options=settings.themes,
        version=found.version,
        themes=births.themes,
        assignments=births.assignments,
        **shared,
    )
    rows = known.merge(decided.assignments, on=["complaint_id", "text_hash"])
    warned = warn_of_births(
        empty(WARNINGS),
        births.births,
        rows.assign(is_counted=True),
        decided.themes,
        settings=settings,
        as_of=as_of,
        by_people=events_of_people(decisions, decided.themes),
    )
    return decided, warned


@pytest.fixture(scope="module")
def newborn(tmp_path_factory):
    """Return the folder of a workspace on the morning of a birth, and its complaints."""
    root, complaints = tmp_path_factory.mktemp("newborn"), _complaints()
    rows = complaints.assign(source="s", source_id=complaints["complaint_id"])
    place = Workspace.at(root)
    Store(place.store).upsert(COMPLAINTS, conform(rows, COMPLAINTS))
    for day in (FIT, BORN):
        _morning(place, complaints, day)
    return root, complaints


@pytest.fixture
def lived(newborn, tmp_path, capsys):
    """Return a copy of the workspace, the command, and a way to live on."""
    root, complaints = newborn
    shutil.copytree(root, tmp_path, dirs_exist_ok=True)
    place = Workspace.at(tmp_path)

    def theme(*arguments):
        code = main(["theme", *arguments, "--workspace", str(tmp_path)])
        said = capsys.readouterr()
        assert code == 0, said.err
        return said.out

    def live(day, **kwargs):
        return _morning(place, complaints, day, **kwargs)

    return place, theme, live


def _emerging(place):
    live = look_at_themes(place).live
    (theme_id,) = live.index[live["status"] == "emerging"]
    return theme_id


def _size(decided, theme_id):
    return int((decided.assignments["theme_id"] == theme_id).sum())


def test_an_emerging_theme_is_listed_and_shown(lived):
    place, theme, _ = lived
    born = _emerging(place)
    assert "12  emerging" in next(it for it in theme("list").splitlines() if born in it)
    said = theme("show", born, "--like", "certificate")
    assert f"({born}), emerging, since 2024-03-05" in said
    assert "s:64-new-" in said


def test_a_name_and_a_pin_of_an_emerging_theme_survive_the_refit(lived):
    place, theme, live = lived
    born = _emerging(place)
    theme("rename", born, "Add-ons are off", *SAID)
    theme("pin", "add-ons are off", *SAID)
    for day, refit in ((BORN, False), (BORN + 1, False), (REFIT, True)):
        decided, warned = live(day, refit=refit)
        row = decided.themes.set_index("theme_id").loc[born]
        assert (row["title"], row["is_pinned"]) == ("Add-ons are off", True)
        assert row["status"] == ("active" if refit else "emerging")
        assert _size(decided, born) == 12 * (day - BORN + 1)
        assert warned["theme_id"].tolist() == [born]


def test_a_hidden_emerging_theme_warns_no_more_and_shows_again_when_asked(lived):
    place, theme, live = lived
    born = _emerging(place)
    theme("hide", born, *SAID)
    decided, warned = live(BORN)
    assert decided.themes.set_index("theme_id").loc[born, "is_hidden"]
    assert warned.empty
    theme("unhide", born, *SAID)
    decided, warned = live(BORN)
    assert warned["theme_id"].tolist() == [born]


def test_what_a_killed_run_left_of_a_birth_is_on_no_board(lived):
    place, _, _ = lived
    born, store = _emerging(place), Store(place.store)
    before = look_at_themes(place)
    # Killed before the last write: theme and texts are stored, the morning's rows are not.
    rows = store.read(BIRTHS)
    store.replace(BIRTHS, rows[rows["as_of"] < rows["as_of"].max()])
    board = look_at_themes(place)
    assert born not in set(board.decided.themes["theme_id"])
    assert len(board.live) == len(before.live) - 1
    assert born not in board.sizes.index
    # Its texts are where the vote of the known themes puts them, or nowhere; none is lost.
    assert len(board.decided.assignments) == len(before.decided.assignments)


@pytest.mark.parametrize("is_target", [False, True])
def test_an_emerging_theme_merges_and_takes_others_in(lived, is_target):
    place, theme, live = lived
    born, other = _emerging(place), look_at_themes(place).live["size"].idxmax()
    gone, kept = (other, born) if is_target else (born, other)
    theme("merge", gone, "--into", kept, *SAID)
    for day, refit in ((BORN, False), (BORN + 1, False), (REFIT, True)):
        decided, warned = live(day, refit=refit)
        rows = decided.themes.set_index("theme_id")
        # What joined a known theme is new no more, and the birth is told of where people say it is
        # a theme of its own.
        assert rows.loc[kept, "status"] == "active"
        assert rows.loc[gone, "status"] == "merged"
        assert (_size(decided, gone), _size(decided, kept)) == (0, 3 * day + 12 * (day - BORN + 1))
        assert warned["theme_id"].tolist() == ([born] if is_target else [])
        assert decided_facts(decided)["no_longer"] == []


def test_an_emerging_theme_is_split_and_the_birth_is_told_of_its_largest_part(lived):
    place, theme, live = lived
    born = _emerging(place)
    said = theme("split", born, "--parts", "2", *SAID)
    ids = [line.split()[0] for line in said.splitlines() if line.startswith("  t-")]
    assert len(ids) == 2
    for day, refit in ((BORN, False), (BORN + 1, False), (REFIT, True)):
        decided, warned = live(day, refit=refit)
        sizes = [_size(decided, name) for name in ids]
        assert sum(sizes) == 12 * (day - BORN + 1)
        assert _size(decided, born) == 0
        rows = decided.themes.set_index("theme_id").loc[ids]
        assert set(rows["status"]) == {"active" if refit else "emerging"}
        assert warned["theme_id"].tolist() == [ids[int(np.argmax(sizes))]]
        assert decided_facts(decided)["no_longer"] == []
    theme("undo", born, *SAID)
    assert _size(live(REFIT)[0], born) == 72


@pytest.mark.parametrize("action", ["rename", "pin", "merge"])
def test_what_was_decided_goes_with_the_texts_of_an_emerging_theme_that_a_refit_ends(lived, action):
    """Few themes at the refit: the newborn one is no theme of its own any more."""
    place, theme, live = lived
    board = look_at_themes(place)
    born, other = _emerging(place), board.live["size"].idxmax()
    arguments = {"rename": ("Add-ons are off",), "merge": ("--into", other)}.get(action, ())
    theme(action, born, *arguments, *SAID)
    decided, _ = live(REFIT, refit=True, min_texts=100, loyalty=0.0)
    rows = decided.themes.set_index("theme_id")
    new = decided.assignments[decided.assignments["complaint_id"].str.contains("-new-")]
    if action == "pin":  # it stays, with its founders and those that are like them
        assert rows.loc[born, ["status", "is_pinned"]].tolist() == ["active", True]
        assert set(new["theme_id"]) == {born}
        return
    (host,) = set(new["theme_id"])
    assert host in rows.index
    told = {it["action"]: it["why"] for it in decided_facts(decided)["no_longer"]}
    # Most of the host is something else: it keeps its name, and is counted where it was.
    assert "most of its complaints are now in" in told[action]
    assert f"({host})" in told[action]
