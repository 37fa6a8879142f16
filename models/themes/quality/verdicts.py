"""All quality figures of a version of the themes, and what they come to: keep, merge, refit."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite

import numpy as np
import pandas as pd

from models.themes.quality.drift import DRIFTING, SIGNIFICANT, Drift
from models.themes.quality.shapes import SAME_IN_REFITS
from models.themes.quality.stability import DISSOLVED, RECOVERED

SOLID, SHAKY, MUSH, DOUBLE, NEW = "solid", "shaky", "mush", "double", "new"
UNTESTED = "untested"  # no refit was made, or no text of it was in one
# Those that need a look come first.
VERDICTS = (DOUBLE, MUSH, SHAKY, NEW, UNTESTED, SOLID)

_MOSTLY_STRAYED = 0.5  # of its texts: then the theme's centre is not theirs
_FAR_OVER_NOMINAL = 2.0  # times the nominal share unassigned: worth a refit
EMERGING = "emerging"
_DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Unassigned:
    """Complaints since the fit that no theme took.

    Attributes
    ----------
    complaints : int
        That came since the fit and were asked for a theme.
    unassigned : int
        Of these, unlike any theme.
    no_complaint : int
        Beside these, texts that carry no complaint (thanks, greetings): kept out on purpose.
    waiting : int
        Beside these, complaints that no run has assigned yet.
    nominal : float
        Share that is left out by design (``themes.reject_share``).
    p_value : float
        Of so many if the nominal share held, see ``drift.excess_unassigned``.
    """

    complaints: int
    unassigned: int
    no_complaint: int
    waiting: int
    nominal: float
    p_value: float

    @property
    def share(self) -> float:
        """Return the realised share, 0..1; NaN if nothing has come."""
        return self.unassigned / self.complaints if self.complaints else float("nan")

    @property
    def is_excessive(self) -> bool:
        """Return whether it is far over the nominal share, and not by chance."""
        is_far = self.unassigned >= _FAR_OVER_NOMINAL * self.nominal * self.complaints
        return bool(is_far and self.p_value < SIGNIFICANT)


@dataclass(frozen=True)
class Alarms:
    """Realised against nominal alarms of the scan for new themes.

    Attributes
    ----------
    scans : int
        Looks that could have raised an alarm; 0: no scan yet.
    alarms : int
        Issues that were born: an issue's first alarm counts, its later ones do not.
    days : int
        Days with such a look.
    nominal_per_month : float
        Alarms a month that the threshold is set for; of the last look.
    first, last : Timestamp or None
        Moments of the first and the last look.
    """

    scans: int = 0
    alarms: int = 0
    days: int = 0
    nominal_per_month: float = float("nan")
    first: pd.Timestamp | None = None
    last: pd.Timestamp | None = None

    @property
    def per_month(self) -> float:
        """Return the realised alarms a month; NaN without a look."""
        return self.alarms * _DAYS_PER_MONTH / self.days if self.days else float("nan")


@dataclass(frozen=True)
class ThemesQuality:
    """The quality of one version of the themes, as of a moment.

    Attributes
    ----------
    version, as_of, encoder : str
        Moment of the fit, moment of knowledge (ISO 8601, UTC), whose vectors.
    themes : DataFrame
        One row a theme, in the order of ``VERDICTS``, larger ones first: ``theme_id, title,
        keywords, status, verdict, double_of`` (an id or missing), ``size`` (complaints at the
        fit), ``texts`` (distinct ones that the figures are made from), ``complaints`` (as of
        now), ``share, recent, recent_share, cohesion, spread, nearest_id, nearest_cosine,
        nearer_another, coherence, stability, drift_texts, drift_effect, drift_word``.
    pairs : DataFrame
        ``first_id, second_id, title_overlap, centroid_cosine, together``.
    weeks : DataFrame
        One row a week since the fit: ``start, complaints, unassigned, texts, effect, error,
        word``.
    drift : Drift
        Of all new texts together.
    unassigned : Unassigned
        Since the fit.
    ari : float
        Mean agreement of the refits with the themes; NaN without refits.
    asked_refits, refits, refit_texts : int
        Refits on subsamples that were asked for, were made, and the texts they were drawn from.
    texts : int
        Distinct texts that shaped the version.
    age_days : float
        From the fit to ``as_of``.
    refit_days : int
        Age at which the next run refits by itself.
    recent_days : int
        What ``recent`` counts.
    alarms : Alarms
        Of the scan for new themes.
    """

    version: str
    as_of: str
    encoder: str
    themes: pd.DataFrame
    pairs: pd.DataFrame
    weeks: pd.DataFrame
    drift: Drift
    unassigned: Unassigned
    ari: float
    asked_refits: int
    refits: int
    refit_texts: int
    texts: int
    age_days: float
    refit_days: int
    recent_days: int
    alarms: Alarms = field(default_factory=Alarms)

    @property
    def refit_reasons(self) -> tuple[str, ...]:
        """Return why the themes should be found anew: drift, unassigned, age; or nothing."""
        found = {
            "drift": self.drift.word == DRIFTING,
            "unassigned": self.unassigned.is_excessive,
            "age": self.age_days > self.refit_days,
        }
        return tuple(name for name, holds in found.items() if holds)

    def metrics(self) -> dict[str, float]:
        """Return the figures as numbers for a tracker, prefix ``themes_``; unknown ones left out.

        Means over themes weigh each theme alike. Rounded, so that the same input gives the same
        figures on every machine.
        """
        rows = self.themes
        found: dict[str, float] = {
            "count": len(rows),
            "texts": self.texts,
            "complaints": rows["complaints"].sum(),
            "new_complaints": self.unassigned.complaints,
            "new_texts": self.drift.texts,
            "unassigned": self.unassigned.unassigned,
            "no_complaint": self.unassigned.no_complaint,
            "largest_share": rows["share"].max() if len(rows) else np.nan,
            "smallest": rows["complaints"].min() if len(rows) else np.nan,
            "median_size": rows["complaints"].median() if len(rows) else np.nan,
            "unassigned_share": self.unassigned.share,
            "near_duplicates": len(self.pairs),
            "cohesion": rows["cohesion"].mean(),
            "nearest_cosine": rows["nearest_cosine"].mean(),
            "nearer_another": rows["nearer_another"].mean(),
            "coherence": rows["coherence"].mean(),
            "stability": rows["stability"].mean(),
            "stability_ari": self.ari,
            "drift_effect": self.drift.effect,
            "drifting": float((rows["drift_word"] == DRIFTING).sum()),
            "age_days": self.age_days,
        }
        if self.refits:
            found |= {word: float((rows["verdict"] == word).sum()) for word in VERDICTS}
            found["solid_share"] = rows.loc[rows["verdict"] == SOLID, "share"].sum()
        if self.alarms.scans:
            found["birth_alarms"] = self.alarms.alarms
            found["birth_scans"] = self.alarms.scans
            found["birth_alarms_per_month"] = self.alarms.per_month
            found["birth_alarms_per_month_nominal"] = self.alarms.nominal_per_month
        numbers = {name: float(value) for name, value in found.items()}
        return {f"themes_{n}": round(v, 6) for n, v in sorted(numbers.items()) if isfinite(v)}


def judged(themes: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the themes with ``verdict`` and ``double_of``, those that need a look first.

    ``new``: born since the fit, no refit knows it. ``double``: refits put its texts and another
    theme's together at least as often as apart; of the two the smaller is called so. ``mush``:
    refits dissolve it (stability of .5 or less), or most of its texts lie nearer to another
    theme's centroid. ``shaky``: stability below .75. ``solid``: the rest.

    Parameters
    ----------
    themes : DataFrame of ``theme_id, status, complaints, texts, stability, nearer_another, ...``
        One row a theme.
    pairs : DataFrame of ``first_id, second_id, together``
        Of :func:`models.themes.quality.shapes.near_duplicates`, with ids.
    """
    doubles = _doubles(themes, pairs)
    out = themes.assign(
        double_of=pd.Series([doubles.get(t) for t in themes["theme_id"]], dtype="str").to_numpy(),
        verdict=[_verdict(row, doubles) for row in themes.to_dict("records")],
    )
    rank = out["verdict"].map({word: place for place, word in enumerate(VERDICTS)})
    order = out.assign(_rank=rank, _size=-out["complaints"])
    return order.sort_values(["_rank", "_size", "theme_id"], ignore_index=True).drop(
        columns=["_rank", "_size"]
    )


def _doubles(themes: pd.DataFrame, pairs: pd.DataFrame) -> dict[str, str]:
    """Return, for the smaller theme of a pair that refits put together, the larger one."""
    sizes = themes.set_index("theme_id")["complaints"]
    out: dict[str, str] = {}
    # The likeliest pair comes first, and a theme is the double of one other alone.
    for pair in pairs.to_dict("records"):
        if pair["together"] >= SAME_IN_REFITS:
            ids = sorted((pair["first_id"], pair["second_id"]), key=lambda t: (sizes[t], t))
            out.setdefault(ids[0], ids[1])
    return out


def _verdict(row: dict[str, object], doubles: dict[str, str]) -> str:
    stability, strayed = float(row["stability"]), float(row["nearer_another"])  # type: ignore[arg-type]
    if row["status"] == EMERGING:
        return NEW
    if row["theme_id"] in doubles:
        return DOUBLE
    if stability <= DISSOLVED or strayed > _MOSTLY_STRAYED:
        return MUSH
    if not isfinite(stability):
        return UNTESTED
    return SHAKY if stability < RECOVERED else SOLID
