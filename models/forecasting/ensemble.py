"""Many members, one mean: the median, with a cap, and the baseline where a member gave up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from models.errors import SettingsError
from models.forecasting.bands import BANDS, volume_bands
from models.forecasting.cap import highest_mean
from models.forecasting.members.base import MemberResult
from models.forecasting.panel import Floats, Panel


def with_fallback(result: MemberResult, baseline: MemberResult) -> Floats:
    """Return the member's means with the baseline's where the member failed."""
    return np.where(np.isnan(result.mean), baseline.mean, result.mean)


def combine(means: Sequence[Floats], panel: Panel, *, cap_multiple: float) -> Floats:
    """Return the median of the members' means, never above the cap.

    A median, since a mean follows the one member that explodes. The cap is `cap_multiple`
    times the largest count of the trailing half-year.

    Parameters
    ----------
    means : sequence of ndarray of shape (n_series, horizon)
        One a member, complaints a day.
    panel : Panel
        The past that the cap is taken from.
    cap_multiple : float
        How far above the past a mean may go.

    Returns
    -------
    ndarray of shape (n_series, horizon)
        Complaints a day, >= 0.
    """
    middle = np.median(np.stack(means), axis=0)
    capped: Floats = np.clip(middle, 0.0, highest_mean(panel, cap_multiple=cap_multiple))
    return capped


def combine_by_band(
    means: Mapping[str, Floats],
    panel: Panel,
    *,
    membership: Mapping[str, Sequence[str]],
    cap_multiple: float,
) -> Floats:
    """Return the median of those members that are chosen for each series' volume band, capped.

    Parameters
    ----------
    means : mapping of str to ndarray of shape (n_series, horizon)
        Each member's, complaints a day, the baseline's where it failed.
    panel : Panel
        The past: it gives bands and caps.
    membership : mapping of str to sequence of str
        For each of ``BANDS`` the names of its members.
    cap_multiple : float
        As in :func:`combine`.

    Returns
    -------
    ndarray of shape (n_series, horizon)

    Raises
    ------
    SettingsError
        If a band has no member, or one without means.
    """
    for band in BANDS:
        chosen = membership.get(band, ())
        unknown = sorted(set(chosen) - set(means))
        if not chosen or unknown:
            fault = f"members without means: {', '.join(unknown)}" if unknown else "no member"
            raise SettingsError(f"membership of the band {band!r}: {fault}.")
    out = np.empty((len(panel.series_ids), panel.horizon))
    bands = volume_bands(panel)
    for band in BANDS:
        combined = combine([means[m] for m in membership[band]], panel, cap_multiple=cap_multiple)
        out[bands == band] = combined[bands == band]
    return out
