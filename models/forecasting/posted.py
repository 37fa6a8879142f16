"""A frame of counts that somebody hands in, checked row by row and made a COUNTS frame."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.contracts import COUNTS, conform
from models.errors import DataContractError

_NEEDED = ("series_id", "date", "count")
_SHARES = ("arrived", "arrived_sd")


def counts_from_posted(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the posted rows as a COUNTS frame, sorted by series and date.

    Parameters
    ----------
    frame : DataFrame
        ``series_id`` (text), ``date`` (a date, or its text), ``count`` (whole, >= 0), perhaps
        ``is_provisional`` (the day is not over), ``arrived`` and ``arrived_sd`` (how much of the
        day has come in, 0 to 1, and how sure that is; empty: all of it).

    Raises
    ------
    DataContractError
        If there is no row, a column is missing, a value is wrong, or a day comes twice in a
        series. The message names the first such row (from 0) and the fix.
    """
    missing = [name for name in _NEEDED if name not in frame.columns]
    if missing:
        raise DataContractError(
            f"Posted counts: missing column(s) {', '.join(missing)}; "
            "expected series_id, date, count."
        )
    if frame.empty:
        raise DataContractError("Posted counts: no rows; post at least one day of one series.")
    frame = frame.reset_index(drop=True)
    names = frame["series_id"]
    _refuse(names.isna() | (names.astype("str") == ""), "series_id: expected a text, got nothing")
    dates = pd.to_datetime(frame["date"], errors="coerce", format="mixed", utc=True)
    dates = dates.dt.tz_localize(None).dt.as_unit("us")
    _refuse(dates.isna(), "date: expected a date such as 2026-11-22")
    _refuse(dates != dates.dt.normalize(), "date: expected a whole day, got a time of day")
    count = pd.to_numeric(frame["count"], errors="coerce").astype("float64")
    is_whole = np.isfinite(count) & (count >= 0) & (count == np.floor(count))
    _refuse(~is_whole, "count: expected a whole number >= 0; leave out days that are not known")
    out = pd.DataFrame(
        {
            "series_id": names.astype("str"),
            "date": dates,
            "count": count.astype("int64"),
            "is_provisional": frame["is_provisional"].fillna(False).astype(bool)
            if "is_provisional" in frame.columns
            else False,
            "is_revised": False,
        }
    )
    for name in _SHARES:
        share = pd.to_numeric(frame[name], errors="coerce") if name in frame.columns else np.nan
        out[name] = pd.Series(share, index=out.index, dtype="float64")
        _refuse((out[name] < 0) | (out[name] > 1), f"{name}: expected a share from 0 to 1")
    _refuse(out.duplicated(["series_id", "date"]), "date: this day of this series came before")
    return conform(out.sort_values(["series_id", "date"], ignore_index=True), COUNTS)


def _refuse(is_bad: pd.Series, rule: str) -> None:
    if is_bad.any():
        row = int(np.flatnonzero(is_bad.to_numpy(dtype=bool))[0])
        raise DataContractError(f"Posted counts, row {row}, {rule} ({int(is_bad.sum())} such).")
