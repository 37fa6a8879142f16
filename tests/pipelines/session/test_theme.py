"""One theme in a session: found by its name, with examples, a past, a future, a picture."""

from __future__ import annotations

import dataclasses

import matplotlib
import pandas as pd
import pytest

from models.contracts import THEMES, conform
from models.errors import DataContractError
from pipelines.session import Session
from pipelines.session.theme import Theme

HOSTILE = "<script>alert(1)</script> $x$ \x1b[2J"


@pytest.fixture
def theme(session: Session) -> Theme:
    """Return the theme with most complaints."""
    return session.theme(str(session.themes["theme_id"].iloc[0]))


def test_a_theme_is_found_by_id_or_title_in_any_case(session: Session, theme: Theme) -> None:
    assert session.theme(theme.title.upper()).theme_id == theme.theme_id
    near = theme.title[:-1] + "x"
    with pytest.raises(
        DataContractError, match=f"No theme is called '{near}'. Nearest: '{theme.title}"
    ):
        session.theme(near)


def test_its_examples_are_its_own_and_typical(session: Session, theme: Theme) -> None:
    assigned = pd.read_parquet(theme.folder / "assignments.parquet").set_index("complaint_id")
    found = theme.examples(4)
    assert len(found) == 4
    assert assigned.loc[found["complaint_id"], "theme_id"].eq(theme.theme_id).all()
    assert found["text"].is_unique
    assert found["created_at"].max() < session.as_of
    word = found["text"].iloc[0].split()[-2]
    assert theme.examples(99, like=word.upper())["text"].str.contains(word, case=False).all()
    assert theme.examples(0).empty


def test_its_history_counts_each_of_its_complaints_and_its_lineage_says_where_it_began(
    theme: Theme,
) -> None:
    assert theme.history["now"].sum() == len(theme.complaints)
    assert theme.lineage["date"].tolist() == ["2020-06-29"]
    assert theme.lineage["what"].iloc[0].startswith(f"born of {len(theme.complaints)} texts")


def test_its_forecast_and_warnings_are_its_rows(session: Session) -> None:
    warned = session.warnings[session.warnings["state"] != "closed"].iloc[0]
    theme = session.theme(warned["title"])
    assert theme.warnings["warning_id"].tolist() == [warned["warning_id"]]
    assert theme.forecast["lead"].tolist() == list(range(1, len(theme.forecast) + 1))
    assert set(theme.forecast["theme_id"]) == {theme.theme_id}
    assert f"{warned['observed']} in {warned['window_days']} d" in repr(theme)


def test_its_picture_has_every_day_and_the_forecast(session: Session, theme: Theme) -> None:
    matplotlib.use("Agg")
    on = theme.plot(days=30)
    past, ahead = on.get_lines()
    assert len(past.get_xdata()) == 30  # days without a complaint are days, too
    assert pd.Timestamp(past.get_xdata()[-1]) == pd.Timestamp("2020-06-28")
    assert len(ahead.get_xdata()) == len(theme.forecast)
    assert theme.plot(on) is on  # drawn where it is told to


def test_what_strangers_wrote_is_escaped_in_html_and_steers_no_terminal(theme: Theme) -> None:
    rows = theme.board.decided.themes.copy()
    for column in ("title", "label"):
        rows[column] = HOSTILE
    rows["keywords"] = [[HOSTILE]] * len(rows)
    decided = dataclasses.replace(theme.board.decided, themes=conform(rows, THEMES))
    hostile = dataclasses.replace(theme, board=dataclasses.replace(theme.board, decided=decided))
    page = hostile._repr_html_()
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 3
    assert "tex2jax_ignore" in page  # $x$ is no mathematics
    assert "\x1b" not in page + repr(hostile)
