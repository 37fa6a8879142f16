"""People's decisions through the command line: they are seen, survive a refit, and are dated."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests import small_corpus
from tests.pipelines import command_line as commands

AS_OF, LATER = "2020-06-29", "2020-07-03"
Command = Callable[..., str]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def issuecast(prefect_server: str) -> Command:
    return functools.partial(commands.issuecast, server=prefect_server)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, issuecast: Command) -> tuple[str, ...]:
    """Return the options of a workspace with one run."""
    root = tmp_path_factory.mktemp("decided")
    params = small_corpus.write_params(root / "params.yaml")
    file = small_corpus.write(root / "complaints.csv", small_corpus.rows())
    options = ("--workspace", str(root / "w"), "--params", str(params))
    issuecast("run", "--input", str(file), "--as-of", AS_OF, *options)
    return options


def _themes(place: tuple[str, ...], as_of: str) -> pd.DataFrame:
    frame = pd.read_parquet(Path(place[1]) / "runs" / as_of / "themes.parquet")
    return frame.set_index("theme_id")


def _counts(place: tuple[str, ...], as_of: str) -> pd.Series:
    frame = pd.read_parquet(Path(place[1]) / "runs" / as_of / "counts.parquet")
    return frame.groupby("series_id")["count"].sum()


def _about(themes: pd.DataFrame, word: str) -> list[str]:
    return [name for name, words in themes["keywords"].items() if word in set(words)]


def test_decisions_are_seen_at_once_and_survive_a_refit(
    issuecast: Command, place: tuple[str, ...]
) -> None:
    found, before = _themes(place, AS_OF), _counts(place, AS_OF)
    parcel, invoice, password = (
        _about(found, word)[0] for word in ("courier", "invoice", "password")
    )
    routers = _about(found, "router")
    said = ("--by", "ada", "--at", AS_OF, *place)
    issuecast("theme", "rename", found.loc[parcel, "title"].upper(), "Late <b>parcels</b>", *said)
    issuecast("theme", "merge", invoice, "--into", password, *said)
    for router in routers:
        answer = issuecast("theme", "hide", router, *said)
    assert f"`issuecast run --as-of {AS_OF}`" in answer
    issuecast("theme", "pin", parcel, "--note", "for the board", *said)

    # The same morning again, without --force: the decisions make it another run.
    answer = issuecast("run", "--as-of", AS_OF, *place)
    assert "already made" not in answer
    assert f"{3 + len(routers)} decisions by people" in answer
    assert "already made" in issuecast("run", "--as-of", AS_OF, *place)
    issuecast("run", "--as-of", LATER, "--refit", *place)

    for as_of in (AS_OF, LATER):
        now = _themes(place, as_of)
        assert now.loc[parcel, "title"] == "Late <b>parcels</b>"
        assert bool(now.loc[parcel, "is_pinned"])
        assert now.loc[invoice, "status"] == "merged"
        assert now.loc[password, "parents"].tolist()[-1] == invoice
        assert now.loc[routers, "is_hidden"].all()
        counts = _counts(place, as_of)
        assert f"theme={invoice}|channel=*|brand=*" not in counts.index
        folder = Path(place[1]) / "runs" / as_of
        warned = pd.read_parquet(folder / "warnings.parquet")
        assert not set(warned["theme_id"]) & set(routers)
        html = (folder / "report.html").read_text(encoding="utf-8")
        assert "Late &lt;b&gt;parcels&lt;/b&gt;" in html
        assert "<b>parcels" not in html
        for router in routers:
            shown = html.count(now.loc[router, "title"])
            assert shown == 1, "only in the line that lists what is hidden"
        assert "Hidden by people" in html
        assert "1</data> renamed" in html
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        assert record["steps"]["decisions"]["merged"] == 1
        assert record["steps"]["decisions"]["no_longer"] == []
    after = _counts(place, AS_OF)
    total, pair = (
        "theme=*|channel=*|brand=*",
        [f"theme={name}|channel=*|brand=*" for name in (invoice, password)],
    )
    assert after[total] == before[total]
    assert after[pair[1]] == before[pair].sum()
    # The stored themes are as they were found.
    assert "Late" not in issuecast("theme", "list", *place).replace("Late <b>parcels</b>", "")


def test_a_broken_file_refuses_the_run_before_anything_slow(
    issuecast: Command, place: tuple[str, ...]
) -> None:
    file = Path(place[1]) / "decisions.yaml"
    good = file.read_text(encoding="utf-8")
    file.write_text(good + "\n- {at: 2020-06-29, by: ada, do: hide, theme: t-none}\n")
    try:
        said = issuecast("run", "--as-of", LATER, *place, code=2)
        assert "decisions.yaml, entry" in said
        assert "no theme has the id 't-none'" in said
        assert "start" not in said.splitlines()[-1]
        assert "ready" not in said
        assert "entry" in issuecast("theme", "list", *place, code=2)
    finally:
        file.write_text(good, encoding="utf-8")
