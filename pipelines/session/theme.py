"""One theme as a session knows it: what it is about, what became of it, what is coming."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.decisions.board import Board
from pipelines.decisions.table import History, history, is_about, sentence
from pipelines.session import plots
from pipelines.session.showing import as_html, as_lines, in_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SHOWN = 3  # examples


@dataclass(frozen=True)
class Theme:
    """A theme at the session's morning.

    Parameters
    ----------
    theme_id : str
        Stable over refits.
    board : Board
        The morning's themes as people decided.
    folder : Path
        The morning's tables.
    forecast, warnings : DataFrame
        The theme's rows of the session's frames.
    """

    theme_id: str
    board: Board = field(repr=False)
    folder: Path = field(repr=False)
    forecast: pd.DataFrame = field(repr=False)
    warnings: pd.DataFrame = field(repr=False)

    @property
    def title(self) -> str:
        """Return the two to five words that name it."""
        return str(self._row["title"])

    @property
    def label(self) -> str:
        """Return the sentence that says it best."""
        return str(self._row["label"])

    @property
    def keywords(self) -> list[str]:
        """Return the words that are its own."""
        return [str(word) for word in self._row["keywords"]]

    @cached_property
    def complaints(self) -> pd.DataFrame:
        """Return its complaints: ``complaint_id, created_at, channel, brand, text``, redacted."""
        columns = ["created_at", "channel", "brand", "text", "text_hash"]
        return self.board.complaints(self.theme_id, columns)

    def examples(self, count: int = 5, *, like: str = "") -> pd.DataFrame:
        """Return its most typical complaints, each text once.

        Parameters
        ----------
        count : int, default 5
            How many.
        like : str
            Only complaints that say all these words, in any case.

        Returns
        -------
        DataFrame of ``complaint_id, created_at, channel, text``
            The most typical first.
        """
        rows, words = self.complaints, like.casefold().split()
        if words:
            says = rows["text"].str.casefold().map(lambda text: all(w in text for w in words))
            rows = rows[says.astype(bool)]
        found = self.board.typical(rows, count=max(0, count))
        columns = ["complaint_id", "created_at", "channel", "text"]
        return found[columns].reset_index(drop=True)

    @property
    def history(self) -> pd.DataFrame:
        """Return complaints a day: ``date``, ``now`` as re-read today, ``then`` as then known."""
        return self._past.counts

    @property
    def lineage(self) -> pd.DataFrame:
        """Return what refits and people made of it: ``date, what``, oldest first."""
        return pd.DataFrame(self._past.events, columns=["date", "what"])

    @property
    def decisions(self) -> list[str]:
        """Return what people decided about it, in words."""
        told = self.board.decided.applied
        return [sentence(entry) for entry in told if is_about(entry, self.theme_id)]

    def plot(self, ax: Axes | None = None, *, days: int = 120) -> Axes:
        """Draw its last days and the forecast's 80 % range.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to; a new figure's by default.
        days : int, default 120
            Of the past.
        """
        past = plots.whole_days(self.history.set_index("date")["now"], self.forecast)
        return plots.fan(past.iloc[-days:], self.forecast, title=self.title, ax=ax)

    @cached_property
    def _row(self) -> Any:
        return self.board.decided.themes.set_index("theme_id").loc[self.theme_id]

    @cached_property
    def _past(self) -> History:
        return history(self.board, self.theme_id, self.folder)

    def _facts(self) -> dict[str, Any]:
        facts = {
            "id": self.theme_id,
            "says": self.label,
            "words": self.keywords,
            "area": self._row["area_title"],
            "status": self._row["status"],
            "since": self._row["born_on"],
            "complaints": len(self.complaints),
        }
        if len(self.forecast):
            week = self.forecast.sort_values("date").head(7)
            facts["next 7 days"] = f"{week['mean'].sum():.0f} expected"
        for row in self.warnings.head(1).to_dict("records"):
            days = row["window_days"]
            facts["warning"] = (
                f"{row['state']}, level {row['severity']}: {row['observed']:,} in {days} d, "
                f"usual {row['expected']:.1f}"
            )
        return facts

    def __repr__(self) -> str:
        said = [in_words(text)[:110] for text in self.examples(_SHOWN)["text"]]
        return as_lines(f"Theme: {self.title}", self._facts(), [f"“{text}”" for text in said])

    def _repr_html_(self) -> str:
        return as_html(f"Theme: {self.title}", self._facts(), self.examples(_SHOWN))
