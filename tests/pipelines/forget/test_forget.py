from __future__ import annotations

import gzip
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from models.contracts import ASSIGNMENTS, COMPLAINTS, EMBEDDINGS, FEEDBACK, QUARANTINE
from models.errors import DataContractError
from pipelines.decisions.file import read_decisions
from pipelines.forget import Forgotten, forget, look_up
from pipelines.store import Store
from pipelines.workspace import Workspace
from tests.pipelines.forget import case

_KILLS = 4
_CHILD = """
import sys
from pathlib import Path
from pipelines.workspace import Workspace
from tests.pipelines.forget.test_forget import case, forget_person
sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
forget_person(Workspace.at(Path(sys.argv[1])), customer=case.NAME)
"""


@pytest.fixture(autouse=True)
def salt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISSUECAST_SALT", case.SALT.decode())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return case.make_workspace(tmp_path_factory.mktemp("made") / "work")


@pytest.fixture
def places(made: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(made.root, tmp_path / "work")
    return Workspace.at(tmp_path / "work")


def plan(places: Workspace, *ids: str, customer: str | None = None):
    return look_up(
        places, case.SETTINGS, complaint_ids=ids, customer=customer, now=case.NOW.as_unit("us")
    )


def forget_person(places: Workspace, *ids: str, customer: str | None = None) -> Forgotten:
    found = plan(places, *ids, customer=customer)
    assert found is not None
    return forget(places, case.SETTINGS, found, tell=lambda _: None)


def test_a_customer_is_gone_from_every_file(places: Workspace) -> None:
    before = case.who_holds(places.root)
    assert {name.split("/")[0] for name in before} == {
        *("store", "runs", "replay", "mlflow", "decisions.yaml")
    }
    done = forget_person(places, customer=case.NAME)
    assert done.left == ()
    assert case.who_holds(places.root) == []
    assert not list(places.root.rglob("*forgetting*"))
    store = Store(places.store)
    assert list(store.read(COMPLAINTS)["complaint_id"]) == ["crm:7", "crm:8", "crm:9"]
    assert list(store.read(ASSIGNMENTS)["complaint_id"]) == ["crm:7", "crm:8", "crm:9"]
    assert store.count(QUARANTINE) == 0
    # What somebody else wrote as well is somebody else's.
    rest = store.read(COMPLAINTS)
    assert set(store.read(EMBEDDINGS)["text_hash"]) == set(rest["text_hash"])
    notes = store.read(FEEDBACK)["note"]
    assert notes.isna().tolist() == [True, False]


def test_pages_are_whole_and_say_the_rest(places: Workspace) -> None:
    run = places.runs / "2019-05-05"
    page = (run / "report.html").read_text()
    forget_person(places, customer=case.NAME)
    after = (run / "report.html").read_text()
    assert after.endswith("</html>\n")
    assert after.count("<data ") == page.count("<data ")  # every number that stood there stands
    themes = pd.read_parquet(run / "themes.parquet")
    assert themes["title"].iloc[0] == f"Theme {themes['theme_id'].iloc[0]}"
    assert themes["title"].iloc[0] in after
    assert "Late parcels" in after
    assert (places.mlflow / "artifacts/0a1b/artifacts/report.html").read_text() == after
    replay = places.replays / "2019-05-01_2019-05-05"
    said = (replay / "replay.html").read_text()
    assert said.startswith("<style>p{}</style><p>")
    assert said.endswith(">… …</td><td>7</td>")
    assert json.loads((replay / "replay.json").read_text()) == {"titles": ["… …", "Café"]}


def test_decisions_still_read_without_the_examples(places: Workspace) -> None:
    forget_person(places, customer=case.NAME)
    (decision,) = read_decisions(places.decisions)
    assert [part.examples for part in decision.parts] == [("crm:7",), ("…",)]
    assert decision.note == "as … … said"
    assert places.decisions.read_text().startswith("# by hand\n")


def test_one_complaint_goes_and_the_persons_others_stay(places: Workspace) -> None:
    forget_person(places, "zx-77120031")
    left = list(Store(places.store).read(COMPLAINTS)["complaint_id"])
    assert left == ["crm:7", "crm:8", "crm:9", "crm:zx-77120032"]
    assert case.who_holds(places.root, ("zanzibar", "umbrella orchid", "zx-77120031")) == []


def test_the_search_names_what_it_cannot_mend(places: Workspace) -> None:
    copies = places.root / "copies"
    copies.mkdir()
    (copies / "mine.txt").write_text(f"a note: {case.TEXT}, she said")
    (copies / "mine.csv.gz").write_bytes(gzip.compress(case.TEXT.encode()))
    (copies / "crm_zx-77120031.txt").write_text("")
    (copies / "other.txt").write_text(case.SHARED)
    done = forget_person(places, customer=case.NAME)
    assert [it.name for it in done.left] == ["crm_zx-77120031.txt", "mine.csv.gz", "mine.txt"]
    for path in done.left:
        path.unlink()
    again = plan(places)  # nobody is named: what was begun is finished
    assert again is not None
    assert again.is_begun
    assert forget(places, case.SETTINGS, again, tell=lambda _: None).left == ()
    assert plan(places, customer=case.NAME) is None


@pytest.mark.slow
def test_a_kill_at_any_moment_is_made_good_by_the_next_call(
    made: Workspace, tmp_path: Path
) -> None:
    """Kill the command at moments spread over the time that it takes."""

    def state(places: Workspace) -> dict[str, bytes]:
        tables = {
            table.name: Store(places.store).read(table).to_csv().encode()
            for table in (COMPLAINTS, ASSIGNMENTS, EMBEDDINGS, QUARANTINE, FEEDBACK)
        }
        files = {
            str(it.relative_to(places.root)): it.read_bytes()
            for it in places.root.rglob("*")
            if it.is_file() and "store" not in it.relative_to(places.root).parts[0]
        }
        return tables | files

    def copy(name: str) -> Workspace:
        shutil.copytree(made.root, tmp_path / name)
        return Workspace.at(tmp_path / name)

    whole = copy("whole")
    started = time.monotonic()
    forget_person(whole, customer=case.NAME)
    took = time.monotonic() - started
    wanted, killed = state(whole), 0
    for number in range(_KILLS):
        places = copy(f"killed{number}")
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(places.root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline() == b"ready\n"
        child.stdin.write(b"go\n")
        child.stdin.flush()
        time.sleep(took * (number + 0.5) / _KILLS)
        child.kill()
        killed += child.wait() == -signal.SIGKILL
        found = plan(places, customer=case.NAME)
        if found is not None:
            assert forget(places, case.SETTINGS, found, tell=lambda _: None).left == ()
        assert case.who_holds(places.root) == []
        assert state(places) == wanted
        shutil.rmtree(places.root)
    assert killed >= _KILLS // 2


@pytest.mark.parametrize(
    ("ids", "customer", "message"),
    [
        (("404",), None, "no complaint '404' is stored"),
        ((), "Nobody Atall", "no complaint of this customer is stored"),
    ],
)
def test_who_is_not_known_is_refused(
    made: Workspace, ids: tuple[str, ...], customer: str | None, message: str
) -> None:
    with pytest.raises(DataContractError, match=message):
        plan(made, *ids, customer=customer)


def test_a_name_that_others_mention_is_told_and_their_complaints_stay(
    places: Workspace,
) -> None:
    case.ingest(places, [("10", "2024-01-09", f"Ask {case.NAME} about my parcel", "Cleo")])
    found = plan(places, customer=case.NAME)
    assert found is not None
    assert found.mentioned == ("crm:10",)
    done = forget(places, case.SETTINGS, found, tell=lambda _: None)
    assert done.left == ()
    assert Store(places.store).count(COMPLAINTS) == 4
