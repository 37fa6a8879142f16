"""Real complaints: the morning after the add-on certificate expired (2019-05-04, 00:00 UTC)."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from tests.pipelines.command_line import issuecast

FIRST_DAY = "2019-02-15"  # eleven weeks are enough history, and quick to embed
AS_OF = "2019-05-05"


@pytest.mark.slow
@pytest.mark.corpora
def test_the_certificate_trouble_is_named_on_page_one(corpora: Path, tmp_path: Path) -> None:
    rows = pd.read_csv(corpora / "firefox_support" / "complaints.csv.gz", dtype="str")
    rows = rows[(rows["created_at"] >= FIRST_DAY) & (rows["created_at"] < "2019-05-10")]
    # Every third ordinary question will do; of the day itself and after, all are kept.
    kept = (rows["created_at"] >= "2019-05-03") | (rows["id"].astype(int) % 3 == 0)
    rows[kept].to_csv(tmp_path / "part.csv", index=False)
    issuecast(
        *("run", "--input", str(tmp_path / "part.csv"), "--columns", "text=title+text"),
        *("--as-of", AS_OF, "--workspace", str(tmp_path / "work")),
    )
    folder = tmp_path / "work" / "runs" / AS_OF
    warnings = pd.read_parquet(folder / "warnings.parquet")
    themes = pd.read_parquet(folder / "themes.parquet").set_index("theme_id")
    first = warnings.iloc[0]
    assert first["observed"] > 10 * first["expected"]
    assert first["opened_on"] == pd.Timestamp("2019-05-04")
    named = f"{themes.loc[first['theme_id'], 'title']} {' '.join(first['wording'])}"
    assert re.search(r"add-?ons?|extensions?", named.lower())
    page_one = (folder / "report.md").read_text(encoding="utf-8").splitlines()[2]
    assert re.search(r"add-?ons?|extensions?", page_one.lower())
