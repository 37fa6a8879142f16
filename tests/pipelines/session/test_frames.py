"""A session's frames hold what was known, and no more; nobody can change them."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from models.contracts import COMPLAINTS, SCORES, conform
from models.errors import DataContractError, NotEnoughHistory, SettingsError
from models.series.hierarchy import series_id
from pipelines.flows.job import Job
from pipelines.session import Session, open_session
from pipelines.store import Store
from pipelines.workspace import PROJECT_ROOT
from tests import small_corpus
from tests.pipelines.session.conftest import AS_OF, known_complaints, live

FRAMES = (
    *("complaints", "assignments", "themes", "lineage", "counts", "forecasts", "outlook"),
    *("warnings", "scores"),
)


def _files(root: Path) -> dict[str, str]:
    """Return the digests of a workspace's files but for what sessions make for themselves."""
    own = [p for p in root.rglob("*") if p.is_file() and "sessions" not in p.parts]
    return {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in own}


def test_the_frames_are_those_of_the_run_with_names(session: Session, made: Path) -> None:
    folder = made / "runs" / AS_OF
    assert session.run == folder
    assert len(session.complaints) == (known_complaints()["created_at"] < session.as_of).sum()
    for name in ("counts", "forecasts", "outlook"):
        stored = pd.read_parquet(folder / f"{name}.parquet")
        mine = getattr(session, name)
        assert len(mine) == len(stored)
        pd.testing.assert_frame_equal(mine[stored.columns], stored)
    total = session.counts[session.counts["level"] == "total"]
    assert set(total["title"]) == {"all complaints"}
    assert total["count"].sum() == len(session.complaints)
    by_theme = session.counts[session.counts["level"] == "theme"].groupby("theme_id")["count"].sum()
    sizes = session.themes.set_index("theme_id")["complaints"]
    assert by_theme.to_dict() == sizes[sizes > 0].to_dict()
    assert "centroid" not in session.themes
    assert session.themes["complaints"].is_monotonic_decreasing
    open_ones = session.warnings[session.warnings["state"] != "closed"]
    assert open_ones["title"].str.lower().str.contains("router|wifi").all()
    assert len(open_ones)
    assert not session.scores["is_told"].any()


@pytest.mark.slow
def test_what_comes_later_is_not_reached_and_changes_nothing(place: Path) -> None:
    before = open_session(workspace=place, track=False)
    old = {name: getattr(before, name).copy() for name in FRAMES}
    store = Store(place / "store")
    late = known_complaints().head(5)
    # Written long before the morning, received on it: not known yet.
    late["complaint_id"] = [f"files:late{i}" for i in range(5)]
    late["source_id"] = late["complaint_id"].str.removeprefix("files:")
    late["received_at"] = before.as_of
    store.upsert(COMPLAINTS, conform(late, COMPLAINTS))
    row = {
        **{"series_id": series_id(), "origin": pd.Timestamp("2020-06-28"), "lead": 1},
        **{"actual": 9, "mean": 8.0, "crps": 1.0, "crps_baseline": 2.0, "pit": 0.5},
        **{"inside_80": True, "inside_95": True},
    }
    checks = [{**row, "as_of": before.as_of}, {**row, "lead": 2, "as_of": before.as_of + _DAY}]
    store.upsert(SCORES, conform(pd.DataFrame(checks), SCORES))
    after = open_session(workspace=place, track=False)
    for name in FRAMES[:-1]:
        pd.testing.assert_frame_equal(getattr(after, name), old[name])
    told = after.scores[after.scores["is_told"]]
    assert told["lead"].tolist() == [1]  # known on this morning; the other on the next


_DAY = pd.Timedelta(days=1)


@pytest.mark.slow
def test_a_morning_without_a_run_is_lived_apart_from_the_workspace(place: Path) -> None:
    before = _files(place)
    early = open_session("2020-06-28", workspace=place, track=False)
    assert early.run is None
    assert "no run of this morning" in repr(early)
    assert early.counts["date"].max() == pd.Timestamp("2020-06-27")
    assert early.complaints["created_at"].max() < pd.Timestamp("2020-06-28", tz="UTC")
    assert set(early.themes["version"]) == {"2020-06-28T00:00:00Z"}
    assert early.forecasts["origin"].unique().tolist() == [pd.Timestamp("2020-06-28")]
    assert early.warnings[early.warnings["state"] != "closed"].empty  # the spike comes that day
    assert _files(place) == before
    kept = sorted(p.name for p in (place / "sessions").iterdir())
    again = open_session("2020-06-28", workspace=place, track=False)
    pd.testing.assert_frame_equal(again.forecasts, early.forecasts)
    assert sorted(p.name for p in (place / "sessions").iterdir()) == kept  # once, not twice


@pytest.mark.slow
def test_a_lived_morning_says_what_its_run_said_that_knew_nothing_of_later(
    place: Path, tmp_path: Path
) -> None:
    early = open_session("2020-06-28", workspace=place, track=False)
    rows = known_complaints()
    then = tmp_path / "then"
    Store(then / "store").upsert(COMPLAINTS, rows[rows["created_at"] < early.as_of])
    job = Job(early.job.as_of, str(then), params=str(small_corpus.write_params(tmp_path / "p")))
    folder = live(job)
    told = open_session(workspace=then, track=False)
    assert told.run == folder
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(early, name), getattr(told, name))


def test_a_frame_that_is_edited_leaves_the_session_as_it_was(session: Session) -> None:
    for name in FRAMES:
        frame = getattr(session, name)
        columns = list(frame.columns)
        frame["mine"] = 1
        frame.loc[:, columns[0]] = "x"
        assert list(getattr(session, name).columns) == columns
        assert not (getattr(session, name)[columns[0]].astype(str) == "x").any()
    with pytest.raises(AttributeError):
        session.job = None  # type: ignore[misc, assignment]


def test_it_opens_from_any_folder_without_prefect_mlflow_or_torch(
    made: Path, tmp_path: Path
) -> None:
    code = (
        "import sys; from pipelines.session import open_session\n"
        f"s = open_session({AS_OF!r}, workspace={str(made)!r}); s.themes; s.warnings\n"
        "print(s.theme(s.themes['title'][0]).title == s.themes['title'][0])\n"
        "print(sorted({'prefect', 'mlflow', 'torch', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PYTHONPATH": str(PROJECT_ROOT), "PATH": ""},
    )
    assert done.stdout.splitlines() == ["True", "[]"], done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"workspace": "nowhere"}, DataContractError, "No complaints in .*nowhere.*issuecast"),
        ({"as_of": "2019-01-01"}, NotEnoughHistory, "the first was known on 2020-01-01.*later"),
        ({"as_of": "the 5th"}, SettingsError, "as_of: 'the 5th' is no date; write e.g."),
        ({"params": "no.yaml"}, SettingsError, "no.yaml: cannot be read"),
    ],
)
def test_what_cannot_be_opened_says_what_to_do(
    made: Path, tmp_path: Path, asked: dict, error: type, said: str
) -> None:
    given = {"workspace": made, **asked}
    if given["workspace"] != made:
        given["workspace"] = tmp_path / given["workspace"]
    with pytest.raises(error, match=said):
        open_session(**given)
    assert list(tmp_path.iterdir()) == []


def test_a_run_of_another_release_is_not_taken_for_whole(place: Path) -> None:
    (place / "runs" / AS_OF / "readings.parquet").unlink()
    assert open_session(workspace=place, track=False).run is None
    record = place / "runs" / AS_OF / "run.json"
    record.write_text(record.read_text().replace('"cap_multiple"', '"cap"'))
    with pytest.raises(SettingsError, match=r"unknown parameter `forecast.cap`.*another release"):
        open_session(workspace=place)


def test_without_a_run_a_moment_must_be_named(place: Path) -> None:
    for folder in (place / "runs").iterdir():
        folder.rename(place / "gone")
    with pytest.raises(DataContractError, match="give as_of='2019-05-05'"):
        open_session(workspace=place)
