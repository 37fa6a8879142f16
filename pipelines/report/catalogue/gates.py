"""What is said of a morning's load that cannot be believed, and of what stands instead."""

from __future__ import annotations

GATE_FRESHNESS = "No complaint since {last}, {age} hours ago: no forecast, no warning"
GATE_VOLUME = "Only {rows} complaints came in, where {usual} usually do"
GATE_REPEATS = "{share} of what came in repeats a text and time, on other days at most {usual}"
GATE_LANGUAGES = "The languages are not the usual ones: {share} differ, more {subject}"
GATE_FIELDS = "The column {subject} is filled in {share} of what came in, usually in {usual}"

GATE_FIX = (
    "Mend the load and run again; if this is right, leave the gate out of gates.stop_on in the "
    "parameters."
)
BANNER = "No new report on {day}: what came in could not be believed."
BANNER_STANDS = "Below stands the last good report."
NO_FORECAST = "no forecast: the data ends {last}"
NOT_LOOKED = "Not looked at this morning: the data is too old."
STALE_HEAD = "No forecast this morning."
STALE_DETAIL = (
    "The data ends {last}, {age} hours before: what came since is not known, so nothing is "
    "forecast and no warning is opened or closed. Warnings of the last report stand as they were."
)
