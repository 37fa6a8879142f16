"""What a session computes: a forecast, a back-test, mornings lived again; each shows itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from models.errors import DataContractError
from models.forecasting.scoring.backtested import ENSEMBLE, Backtest
from models.spikes.truth.replayed import BORNE_OUT, NOT_BORNE_OUT, Replay
from models.themes.quality.verdicts import ThemesQuality
from pipelines.session import plots
from pipelines.session.showing import as_html, as_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROWS = 12


@dataclass(frozen=True, repr=False)
class Forecast:
    """A forecast as one way of forecasting makes it.

    Parameters
    ----------
    members : tuple of str
        Whose median it is.
    days, weeks : DataFrame
        FORECASTS and OUTLOOK rows, with ``level, title, theme_id, channel, brand``.
    scores : DataFrame
        The same method at earlier origins: SCORES rows with the same columns.
    not_covered : DataFrame
        Series that are not forecast, with the reason.
    metrics : mapping of str to float
        Of the scores; see :func:`pipelines.steps.forecast.forecast.summary_metrics`.
    past : DataFrame
        The session's counts, for pictures.
    """

    members: tuple[str, ...]
    days: pd.DataFrame
    weeks: pd.DataFrame
    scores: pd.DataFrame
    not_covered: pd.DataFrame
    metrics: Mapping[str, float]
    past: pd.DataFrame

    def of(self, theme: str | None = None) -> pd.DataFrame:
        """Return the days of a theme, by id or title; of all complaints by default.

        Raises
        ------
        DataContractError
            If it is not forecast; the message names what is.
        """
        if theme is None:
            return self.days[self.days["level"] == "total"].reset_index(drop=True)
        themes = self.days[self.days["level"] == "theme"]
        wanted = " ".join(theme.split()).casefold()
        is_it = (themes["theme_id"] == theme) | (themes["title"].str.casefold() == wanted)
        if not is_it.any():
            known = ", ".join(repr(title) for title in themes["title"].unique()[:8])
            raise DataContractError(f"No forecast of a theme called {theme!r}; some are: {known}.")
        return themes[is_it].reset_index(drop=True)

    def plot(self, theme: str | None = None, ax: Axes | None = None, *, days: int = 120) -> Axes:
        """Draw a theme's last days, or those of all complaints, and what is expected."""
        ahead = self.of(theme)
        past = self.past[self.past["series_id"] == ahead["series_id"].iloc[0]]
        counts = past.set_index("date")["count"].iloc[-days:]
        return plots.fan(counts, ahead, title=str(ahead["title"].iloc[0]), ax=ax)

    def _facts(self) -> dict[str, Any]:
        told = self.of().sort_values("date")
        return {
            "members": list(self.members),
            "from": told["date"].min(),
            "to": told["date"].max(),
            "series": int(self.days["series_id"].nunique()),
            "not forecast": len(self.not_covered),
            **{name.replace("_", " "): value for name, value in self.metrics.items()},
        }

    def __repr__(self) -> str:
        return as_lines("Forecast", self._facts())

    def _repr_html_(self) -> str:
        first = self.weeks[self.weeks["week"] == 1].sort_values("mean", ascending=False)
        columns = ["title", "level", "start", "end", "usual", "q10", "mean", "q90", "p_double"]
        return as_html("Forecast", self._facts(), first[columns])


@dataclass(frozen=True, repr=False)
class Backtested:
    """How every member, their median and the baseline would have forecast earlier mornings.

    Parameters
    ----------
    found : Backtest
        As the scheduled back-test measures it.
    """

    found: Backtest = field(repr=False)

    @property
    def summary(self) -> pd.DataFrame:
        """Return the figures of each method in each volume band, all series first."""
        return self.found.summary

    @property
    def rows(self) -> pd.DataFrame:
        """Return a row a method, series, origin and lead."""
        return self.found.rows

    @property
    def overall(self) -> pd.DataFrame:
        """Return the figures over all series, the best method first."""
        whole = self.summary[self.summary["band"] == "all"]
        return whole.sort_values("crps_scaled", ignore_index=True)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw each method's error over the baseline's: below 1 is better."""
        ratio = self.overall.set_index("method")["ratio"]
        on = plots.bars(ratio, title="Error beside the seasonal naive's", label="ratio", ax=ax)
        on.axvline(1, color="#333333", linewidth=1)
        return on

    def _facts(self) -> dict[str, Any]:
        days = [f"{day:%Y-%m-%d}" for day in self.found.origins]
        facts: dict[str, Any] = {"origins": days, "series": int(self.rows["series_id"].nunique())}
        own = self.overall[self.overall["method"] == ENSEMBLE].iloc[0]
        facts["error, over the naive's"] = (
            f"{own['ratio']:.3f} ({own['ratio_lo']:.3f} to {own['ratio_hi']:.3f})"
        )
        facts["80 % ranges held"] = f"{own['coverage_80']:.0%} of the days"
        if self.found.left_out:
            facts["left out"] = dict(self.found.left_out)
        return facts

    def __repr__(self) -> str:
        table = self._table().to_string(index=False).splitlines()
        return as_lines("Back-test", self._facts()) + "\n" + "\n".join(f"  {it}" for it in table)

    def _table(self) -> pd.DataFrame:
        columns = ["method", "crps_scaled", "ratio", "coverage_80", "coverage_95", "bias"]
        return self.overall[columns].round(3)

    def _repr_html_(self) -> str:
        return as_html("Back-test", self._facts(), self._table())


@dataclass(frozen=True, repr=False)
class Replayed:
    """Mornings lived again, and what came of what they said.

    Parameters
    ----------
    found : Replay
        As ``issuecast replay`` holds it against what came.
    time_zone : str
        Whose mornings they are.
    """

    found: Replay = field(repr=False)
    time_zone: str = "UTC"

    @property
    def warnings(self) -> pd.DataFrame:
        """Return a row a warning, as it was first told, with what came of it (``verdict``)."""
        return self.found.held.episodes

    @property
    def missed(self) -> pd.DataFrame:
        """Return the real rises that nobody was warned of."""
        return self.found.held.missed

    @property
    def forecasts(self) -> pd.DataFrame:
        """Return the FORECASTS rows of all mornings."""
        return self.found.forecasts

    @property
    def scores(self) -> pd.DataFrame:
        """Return the SCORES rows of the forecasts that have come due."""
        return self.found.scores

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the warnings in time, and the rises that nobody was warned of."""
        return plots.timeline(self.warnings, self.missed, ax=ax)

    def _facts(self) -> dict[str, Any]:
        verdicts = self.warnings["verdict"]
        ends = (self.found.mornings[0], self.found.mornings[-1], self.found.end)
        first, last, end = (it.tz_convert(self.time_zone).tz_localize(None) for it in ends)
        return {
            "mornings": f"{len(self.found.mornings)}, {first:%Y-%m-%d} to {last:%Y-%m-%d}",
            "nothing could be said": len(self.found.refused),
            "what came known until": end,
            "warnings": len(self.warnings),
            "came true": int((verdicts == BORNE_OUT).sum()),
            "did not": int((verdicts == NOT_BORNE_OUT).sum()),
            "missed": len(self.missed),
            "theme-years": round(self.found.theme_years, 2),
        }

    def __repr__(self) -> str:
        return as_lines("Replay", self._facts())

    def _repr_html_(self) -> str:
        columns = ["title", "first_told", "observed", "expected", "severity", "verdict", "peak_on"]
        return as_html("Replay", self._facts(), self.warnings[columns], rows=_ROWS)


@dataclass(frozen=True, repr=False)
class Quality:
    """How good the themes are, theme by theme.

    Parameters
    ----------
    found : ThemesQuality
        As ``issuecast themes --report`` measures it.
    """

    found: ThemesQuality = field(repr=False)

    @property
    def themes(self) -> pd.DataFrame:
        """Return a row a theme, with its verdict first and the figures it rests on."""
        first = ["title", "verdict", "texts", "stability", "coherence", "cohesion", "drift_word"]
        rest = [name for name in self.found.themes.columns if name not in first]
        return self.found.themes[[*first, *rest]]

    @property
    def pairs(self) -> pd.DataFrame:
        """Return pairs of themes that may be one."""
        return self.found.pairs

    @property
    def metrics(self) -> Mapping[str, float]:
        """Return the figures that a run logs."""
        return self.found.metrics()

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw how much of each theme comes again when themes are found anew on a part."""
        rows = self.found.themes.set_index("title")["stability"].dropna().sort_values()
        title = "How much of each theme comes again"
        return plots.bars(rows[::-1], title=title, label="share of its texts", ax=ax)

    def _facts(self) -> dict[str, Any]:
        verdicts = self.found.themes["verdict"].value_counts()
        return {
            "found": f"{self.found.version[:10]}, {self.found.age_days:.0f} days ago",
            "texts": self.found.texts,
            "verdicts": {str(name): int(count) for name, count in verdicts.items()},
            "refits agree (ARI)": self.found.ari,
            "a refit is due": "; ".join(self.found.refit_reasons) or "no",
        }

    def __repr__(self) -> str:
        return as_lines("Quality of the themes", self._facts())

    def _repr_html_(self) -> str:
        columns = ["title", "verdict", "texts", "stability", "coherence", "drift_word"]
        return as_html("Quality of the themes", self._facts(), self.themes[columns])
