"""A new issue through the command line: the morning after, its theme is on page one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests import small_corpus
from tests.pipelines import command_line as commands

pytestmark = pytest.mark.slow

_WORDS = ["sim", "card", "activation", "rejected", "eSIM", "QR", "barcode"]
_ENDINGS = ("since the update", "what now", "in both phones", "help me", "for my mother")
_BORN = pd.Timestamp("2020-06-20")
_DAYS = 174  # the stream ends on 2020-06-22
_QUIET = "2020-06-19"  # a morning before anybody wrote of it
_MORNING = "2020-06-21"  # the morning after
_BIRTHS = "births: {null_days: 60}\n"  # two months set a threshold; six take three times as long


def _new_issue(people: int) -> list[dict[str, str]]:
    """Return what so many people write on one day, and more on the next."""
    rng = np.random.default_rng(7)
    usual = small_corpus.rows(days=1)[0]
    out = []
    for i in range(2 * people):
        at = _BORN + pd.Timedelta(days=i // people, hours=9, minutes=4 * (i % people))
        said = f"{' '.join(rng.permutation(_WORDS)[:5])} {_ENDINGS[i % 5]} {i} times"
        moment = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        own = {"id": f"new{i}", "created_at": moment, "text": said, "customer": f"newcomer-{i}"}
        out.append({**usual, **own})
    return out


def test_a_new_issue_is_a_theme_and_a_warning_the_morning_after(
    prefect_server: str, tmp_path: Path
) -> None:
    params = small_corpus.write_params(tmp_path / "params.yaml")
    with params.open("a", encoding="utf-8") as file:
        file.write(_BIRTHS)
    rows = [*small_corpus.rows(days=_DAYS, per_day=1.2), *_new_issue(12)]
    file = small_corpus.write(tmp_path / "complaints.csv", rows)
    place = ("--params", str(params), "--workspace", str(tmp_path / "work"))
    runs = tmp_path / "work" / "runs"
    said = commands.issuecast_each(
        *(("run", "--input", str(file), "--as-of", day, *place) for day in (_QUIET, _MORNING)),
        server=prefect_server,
    )
    assert "1 emerging" in said

    before = pd.read_parquet(runs / _QUIET / "themes.parquet")
    assert "emerging" not in set(before["status"])
    themes = pd.read_parquet(runs / _MORNING / "themes.parquet")
    [newborn] = themes[themes["status"] == "emerging"].to_dict("records")
    assert set(newborn["keywords"]) & {word.lower() for word in _WORDS}
    assert newborn["title"]
    assert newborn["label"]
    assert pd.Timestamp(newborn["born_on"]) == _BORN

    # Its texts are those of its day: no other, and none of the day after, which is the future.
    assignments = pd.read_parquet(runs / _MORNING / "assignments.parquet")
    mine = assignments.loc[assignments["theme_id"] == newborn["theme_id"], "complaint_id"]
    # The tiny encoder knows no meaning: it may miss a text or two.
    assert 10 <= len(mine) <= 12
    assert set(mine.str.split(":").str[-1]) <= {f"new{i}" for i in range(12)}
    counts = pd.read_parquet(runs / _MORNING / "counts.parquet")
    series = counts[counts["series_id"].str.contains(newborn["theme_id"], regex=False)]
    by_day = series.groupby("date")["count"].max()
    assert by_day[by_day > 0].to_dict() == {_BORN: len(mine)}

    warnings = pd.read_parquet(runs / _MORNING / "warnings.parquet")
    [warning] = warnings[warnings["theme_id"] == newborn["theme_id"]].to_dict("records")
    assert (warning["kind"], warning["state"]) == ("emerging", "open")
    assert warning["observed"] == len(mine)
    assert newborn["title"] in (runs / _MORNING / "report.html").read_text(encoding="utf-8")
    record = json.loads((runs / _MORNING / "run.json").read_text(encoding="utf-8"))
    assert record["steps"]["births"]["born"] == 1
