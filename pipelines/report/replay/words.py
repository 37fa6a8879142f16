"""The replay page's own words, in one place: another language is another such file."""

from __future__ import annotations

HEADING = "What would have been said, {first} to {last}"
INTRO = (
    "{n} mornings were lived again, one after the other, from nothing but what was known then: "
    "themes, births, counts, forecasts and warnings. What came by {end} is held against them."
)
WARNED = (
    "{n} warnings were opened: {real} on a real rise, {false} not, of {unknown} nobody can say. "
    "Those told in another's warning counted once, that is {rate} false alarms a theme-year, "
    "where {asked} are asked for."
)
NO_WARNING = "No warning was opened."
MISSED = "{n} real rises went without a warning: listed below, by name."
ONE_MISSED = "One real rise went without a warning: see below."
NONE_MISSED = "No real rise went without a warning."
SCORED = (
    "{n} forecasts of days have come due: their error is {skill} smaller than the seasonal "
    "naive's; {inside} came inside the 80\u00a0% range and {inside95} inside the 95\u00a0% range."
)
SCORED_WORSE = (
    "{n} forecasts of days have come due: their error is {skill} larger than the seasonal "
    "naive's; {inside} came inside the 80\u00a0% range and {inside95} inside the 95\u00a0% range."
)
NOT_SCORED = "No forecast has come due yet."
TOLD_LATE = (
    "{n} of these warnings were told only once they were over: they had closed before the first "
    "morning that could tell them."
)
ONE_TOLD_LATE = (
    "One of these warnings was told only once it was over: it had closed before the first "
    "morning that could tell it."
)
FAR_APART = (
    "Mornings were {every} days apart, and a warning is told for {least} days at least: what "
    "opened and closed in between is not counted."
)
REFUSED = "On {n} more mornings nothing could be said: listed below, each with its reason."
ONE_REFUSED = "On one more morning nothing could be said: see below for the reason."
TRUTH = (
    "A rise is real if, seen from afterwards, seven days hold more than twice the median of half a "
    "year around them, more than 4.5 robust standard deviations above it, and ten complaints. "
    "People's decisions about themes are not part of a replay: its themes are its own."
)
TIMELINE = (
    "All complaints a day, and below a line for each warning from its opening to its close: {real} "
    "on a real rise, {false} not, {unknown} not known yet."
)
KINDS = {"now": "spike", "emerging": "new theme", "next": "coming"}
VERDICTS = {"real": "real rise", "not real": "no real rise", "not known": "not known"}
MARKS = {"real": "●", "not real": "○", "not known": "◌"}
PEAK = "peak {day}: {count}"
BORN = "born {moment}"
STILL_OPEN = "still open"
CONCENTRATED = "one source"
JOINED = "told with {lead}"
LABELS = {
    "skip": "Skip to the warnings",
    "verdict": "In short",
    "timeline": "Timeline",
    "warnings": "Every warning, as it was first told",
    "theme": "Theme",
    "told": "First told",
    "said": "Seen then",
    "usual": "usual {expected}",
    "closed": "Closed",
    "came": "What came",
    "missed": "Real rises that were not warned of",
    "refused": "Mornings on which nothing could be said",
    "morning": "Morning",
    "why": "Why",
    "days": "Days",
    "complaints": "Complaints",
    "peak": "Peak",
    "truth": "What counts as real",
    "footer": "Where these numbers come from",
    "total": "All complaints",
}
FOOTER = ("Replay", "Mornings", "What came is known by", "Code", "Parameters", "Encoder", "Tables")
TABLES = "warnings, episodes, missed, themes, births, forecasts, outlook, scores, counts (.parquet)"
