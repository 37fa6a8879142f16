"""A refit through the command line: everything gets another label, and nothing is a spike."""

from __future__ import annotations

import csv
import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from pipelines.report import catalogue as words
from tests import relabelled_corpus as corpus
from tests.pipelines import command_line as commands

pytestmark = pytest.mark.slow
MORNINGS = (corpus.CHANGE, corpus.BEFORE, corpus.REFIT, corpus.AFTER)


class Lived(NamedTuple):
    """A workspace whose four mornings were lived, and the command that lived them."""

    workspace: Path
    issuecast: Callable[..., str]

    def read(self, as_of: str, table: str) -> pd.DataFrame:
        return pd.read_parquet(self.workspace / "runs" / as_of / f"{table}.parquet")

    def daily(self, as_of: str) -> pd.DataFrame:
        """Return a morning's counts: a row a day, a column a theme."""
        counts = self.read(as_of, "counts")
        theme = counts["series_id"].str.extract(r"^theme=(t-\w+)\|channel=\*\|brand=\*$")[0]
        rows = counts.assign(theme_id=theme).dropna(subset=["theme_id"])
        return rows.pivot_table(
            index="date", columns="theme_id", values="count", fill_value=0
        ).astype(int)

    def themes_of(self, as_of: str) -> dict[str, str]:
        """Return the theme that most complaints of each kind are in."""
        rows = self.read(as_of, "assignments")
        kind = rows["complaint_id"].str.extract(r"(\w+)-\d+-\d+$")[0]
        sizes = rows.groupby([kind.rename("kind"), "theme_id"]).size()
        return {name: its.droplevel(0).idxmax() for name, its in sizes.groupby(level=0)}


@pytest.fixture(scope="module")
def lived(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Live the first fit, the last morning under it, the refit, and the morning after."""
    root = tmp_path_factory.mktemp("relabelled")
    issuecast = functools.partial(commands.issuecast, server=prefect_server)
    for name, text in (("first", corpus.FIRST_PARAMS), ("refit", corpus.REFIT_PARAMS)):
        (root / f"{name}.yaml").write_text(text, encoding="utf-8")
    file = root / "complaints.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, ("id", "created_at", "text"))
        writer.writeheader()
        writer.writerows(corpus.rows())
    runs = []
    for as_of in MORNINGS:
        is_first = as_of in (corpus.CHANGE, corpus.BEFORE)
        params = root / f"{'first' if is_first else 'refit'}.yaml"
        asked = ("--refit",) if as_of == corpus.REFIT else ()
        place = ("--workspace", str(root / "w"), "--params", str(params))
        runs.append(("run", "--input", str(file), "--as-of", as_of, *asked, *place))
    commands.issuecast_each(*runs, server=prefect_server)
    return Lived(root / "w", issuecast)


def test_the_lineage_says_what_became_of_each_theme_and_the_share_that_moved(
    lived: Lived,
) -> None:
    lineage = lived.read(corpus.REFIT, "lineage")
    events = lineage[lineage["version"].str.startswith(corpus.REFIT)]
    assert set(events["event"]) == {"continued", "split", "merged", "born", "retired"}
    old, new = lived.themes_of(corpus.BEFORE), lived.themes_of(corpus.REFIT)
    rows = events.set_index(["theme_id", "event", "other_id"])["share"]
    # Routers were one theme: one half keeps the id, the other is a part that split off.
    assert old["slow"] == old["drops"]
    assert {new["slow"], new["drops"]} > {old["slow"]}
    part = next(iter({new["slow"], new["drops"]} - {old["slow"]}))
    assert rows[old["slow"], "split", part] == pytest.approx(0.5, abs=0.05)
    assert rows[old["slow"], "continued", old["slow"]] == pytest.approx(0.5, abs=0.05)
    # Refunds and cancellations were two.
    assert new["refund"] == new["cancel"]
    ended = ({old["refund"], old["cancel"]} - {new["refund"]}).pop()
    assert rows[ended, "merged", new["refund"]] > 0.95
    # Nobody wrote of the app before; what is left of complaints about agents scatters.
    assert rows[new["app"], "born", new["app"]] == 1.0
    assert rows[old["agent"], "retired", old["agent"]] == 1.0
    scattered = rows[old["agent"]].xs("split", level="event")
    assert len(scattered) >= 3
    assert scattered.max() < 0.5
    for kind in ("parcel", "password"):
        assert rows[old[kind], "continued", new[kind]] == 1.0
    told = (lived.workspace / "runs" / corpus.REFIT / "report.html").read_text(encoding="utf-8")
    assert "found anew" in told


def test_counts_carry_over_without_a_jump(lived: Lived) -> None:
    themes, daily = lived.themes_of(corpus.REFIT), lived.daily(corpus.REFIT)
    before = lived.daily(corpus.BEFORE)
    # As many a day in all as before the refit, and of each thing as many as people wrote.
    together = before.sum(axis=1)
    pd.testing.assert_series_equal(daily.sum(axis=1)[together.index], together)
    late = daily[daily.index >= corpus.CHANGE]
    planned = pd.DataFrame(0, index=late.index, columns=late.columns)
    for kind, (_, rate) in corpus.PER_DAY.items():
        planned[themes[kind]] += int(rate)
    rise = corpus.FIRST_DAY + pd.Timedelta(days=corpus.RISE_DAY)
    planned.loc[rise, themes["drops"]] += corpus.RISE
    off = (late - planned).abs()
    assert off.to_numpy().max() <= 1
    assert off.to_numpy().sum() <= 0.01 * planned.to_numpy().sum()
    # The old themes' series were nothing like it: much was in other themes than it is now.
    assert themes["app"] not in before.columns


def test_both_readings_can_be_had(lived: Lived) -> None:
    """The series as then known are those of the morning before, by the names of today."""
    old, new = lived.themes_of(corpus.BEFORE), lived.themes_of(corpus.REFIT)
    readings = lived.read(corpus.REFIT, "readings")
    now, then = (
        readings.pivot_table(index="date", columns="theme_id", values=name, fill_value=0).astype(
            int
        )
        for name in ("now", "then")
    )
    daily, before = lived.daily(corpus.REFIT), lived.daily(corpus.BEFORE)
    pd.testing.assert_frame_equal(now, daily[now.columns], check_freq=False)
    merged = {old["refund"]: new["refund"], old["cancel"]: new["cancel"]}
    named = before.drop(columns=old["agent"]).rename(columns=merged)
    named = named.T.groupby(level=0).sum().T
    known = then[then.index < corpus.BEFORE]
    for theme_id in known.columns:
        expected = named[theme_id] if theme_id in named else 0 * named.iloc[:, 0]
        assert known[theme_id].tolist() == expected[known.index].tolist()
    # The last day was first read under the new themes: it is in no gap.
    last = corpus.FIRST_DAY + pd.Timedelta(days=corpus.DAYS - 2)
    assert then.loc[last].tolist() == now.loc[last].tolist()
    assert then.loc[last].sum() == 14
    # The command line tells the same.
    told = lived.issuecast(
        *("theme", "history", new["drops"], "--json", "--workspace", str(lived.workspace))
    )
    days = pd.DataFrame(json.loads(told)["counts"]).set_index("date")
    assert int(days["now"][str(corpus.FIRST_DAY.date() + pd.Timedelta(days=corpus.RISE_DAY))]) == (
        corpus.RISE + 2
    )


def test_no_warning_opens_because_of_the_refit(lived: Lived) -> None:
    open_ = {}
    for as_of in MORNINGS[1:]:
        rows = lived.read(as_of, "warnings")
        rows = rows[rows["state"] != "closed"]
        open_[as_of] = dict(zip(rows["warning_id"], rows["theme_id"], strict=True))
    # The one real rise, of routers that drop, and nothing else: under one name on all mornings,
    # in whichever theme its texts then are.
    assert [len(its) for its in open_.values()] == [1, 1, 1]
    assert len({name for its in open_.values() for name in its}) == 1
    for as_of, its in open_.items():
        assert list(its.values()) == [lived.themes_of(as_of)["drops"]]
    # Its theme has another id than before: it split off.
    assert open_[corpus.REFIT] != open_[corpus.BEFORE]
    for as_of in MORNINGS[2:]:
        file = lived.workspace / "runs" / as_of / "tables" / "since_last_time.csv"
        changes = pd.read_csv(file, encoding="utf-8-sig")["change"].tolist()
        assert len(changes) >= 1
        assert not {words.SINCE["opened"], words.SINCE["closed"]} & set(changes)
