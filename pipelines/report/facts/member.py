"""Which methods made the forecasts: all of them, or fewer for series of some volume."""

from __future__ import annotations

from models.forecasting.bands import BANDS
from pipelines.report import catalogue as words
from pipelines.report.figures import Name, Sentence, say, whole
from pipelines.report.inputs import Run
from pipelines.report.plain import clean

_ROW = "run.json steps forecast forecaster membership"


def members_sentence(run: Run) -> Sentence:
    """Return which methods each volume's forecast is the median of; empty where none is known."""
    forecaster = run.step("forecast").get("forecaster") or {}
    membership = forecaster.get("membership") or {}
    everyone = list(dict.fromkeys(name for band in BANDS for name in membership.get(band, ())))
    if len(everyone) < 2:
        return ()
    found = say(words.MEMBERS, n=whole(len(everyone), _ROW), names=_listed(everyone))
    for band in BANDS:
        left_out = [name for name in everyone if name not in membership.get(band, ())]
        if left_out:
            volume = words.VOLUMES[band]
            found = (*found, " ", *say(words.LEFT_OUT, volume=volume, names=_listed(left_out)))
    return found


def _listed(names: list[str]) -> Name:
    return Name(clean(", ".join(name.replace("_", " ") for name in names), 200))
