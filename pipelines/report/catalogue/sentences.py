"""The report's sentences and the words in its tables, by the place they stand in."""

from __future__ import annotations

LANGUAGE = "en"
NOT_AVAILABLE = "not available"

THEME_WAITS_SHOWN = 8  # themes whose answers stand on the page

# --- header and status --------------------------------------------------------------------
DATA_UP_TO = "Data up to {last}. {complaints} complaints since {first}."
PROVISIONAL = "The count of {day} is provisional."
ARRIVING = (
    "By experience {share} of the complaints of {day} have come in: the forecast reckons with the "
    "rest."
)
SYNTHETIC = "Synthetic sample: an invented provider and invented complaints."
COMPLETE = "Data complete"
STALE = "Data ends {last}, {hours} hours before this report: read it as of then"
NO_TIMES = "When the data ends is not known"
SILENT_CHANNEL = "{channel} silent since {day}"
FIRST_REPORT = "First report: nothing to compare with yet."

# --- levels -------------------------------------------------------------------------------
FAR_UP, UP = ("▲", "far above usual"), ("▲", "above usual")
SAME, DOWN = ("●", "about usual"), ("▼", "below usual")
FAR = 3  # times the usual from which a level is "far" above it
UNKNOWN = ("–", "not forecast")  # noqa: RUF001 - a dash for "nothing here"
TOO_YOUNG = ("–", "new: nothing usual yet")  # noqa: RUF001 - the same
NONE_USUAL = "none usual"
STATES = {
    "open": "new",
    "grown": "grown",
    "eased": "easing",
    "closed": "closed",
}
KINDS = {"now": "on now", "next": "may come", "emerging": "new theme"}
STATUSES = {"emerging": "new, not yet forecast", "merged": "merged", "retired": "retired"}

# --- what people decided ------------------------------------------------------------------
DECIDED = "Themes that people changed (decisions.yaml): {kinds}."
DECIDED_KINDS = {
    "renamed": "renamed",
    "merged": "merged",
    "split": "split",
    "hidden": "hidden",
    "pinned": "pinned",
}
HIDDEN = "Hidden by people, and still counted in the totals: {themes}."
DECISIONS = {
    "rename": "The name",
    "merge": "The merging",
    "split": "The splitting",
    "hide": "The hiding",
    "pin": "The pinning",
}
NO_LONGER = "{kind} of {theme} no longer applies: {why}."

# --- what people said of warnings ---------------------------------------------------------
SNOOZED = "Snoozed by {by} until {day}."
HELD_BACK = "Waits: {owner} has its {n} new warnings of the week."
CALLED = {
    "useful": "People called this warning useful.",
    "not useful": "People called this warning not useful.",
}
CALLED_USEFUL = "People called {useful} of the {verdicts} warnings that they judged useful."
NOBODY_SAID = "Nobody has said yet whether a warning was useful."
SAY = "Was it useful? issuecast feedback {warning} useful | not-useful | snooze"
APART_FROM_ASIDE = (
    "Apart from what is set aside ({themes}), no theme is far enough above its usual level to "
    "warn of, as of {day}. {of} themes are watched."
)

# --- emerging themes ----------------------------------------------------------------------
EMERGING = "First complaints on {day}, {n} so far; {reason}."
EMERGING_FORECAST = "First complaints on {day}, {n} so far."

# --- what may come next -------------------------------------------------------------------
AHEAD_NOTE = (
    "Of {n} quiet themes these are likelier than usual to spike soon; usually {usual} do within "
    "28 days."
)
AHEAD_NOTHING = (
    "None of {n} quiet themes is much likelier than usual to spike soon; usually {usual} do within "
    "28 days."
)
AHEAD_RECORD = "Of {n} such chances that have come due, {said} was said on average and {came} came."

# --- key messages -------------------------------------------------------------------------
NO_NEW_WARNINGS = "No new warnings this week"
NO_NEW_WARNINGS_WHY = (
    "No theme is far enough above its usual level to warn of, as of {day}. "
    "{themes} themes are watched."
)
UNSEEN = "The data is not complete, so newer trouble may be unseen."
KEY_HEAD = "{direction}: {range} complaints in the next 7 days, {dates} (usual {usual})."
KEY_HEAD_NOW = (
    "is at {ratio} its usual level, {observed} complaints in {window}; the next 7 days, {dates}, "
    "may bring {range} (usual {usual})."
)
KEY_HEAD_UNFORECAST = "is {ratio} its usual level: {observed} complaints in {window}."
KEY_HEAD_NEW = "is new: {observed} complaints in {window}, where hardly any is usual."
KEY_NOW = "Since {day}: {observed} in {window}, where {expected} is usual."
KEY_SINCE = "Since {day}; {expected} in {window} is usual."
KEY_ALSO = "Also seen in {themes}."
KEY_WORDING = "People now speak of \u201c{words}\u201d."
KEY_CHANCE = "Chance of more than twice the usual: {chance}."
KEY_CHANCE_SPIKE = "Chance of a spike within 7 days: {chance}."
DIRECTIONS = {
    "rise": "will {word} rise",
    "stay": "will {word} stay above usual",
    "ease": "will {word} ease, but stay above usual",
    "fade": "will {word} fade to a handful",
    "even_up": "may stay above usual or not",
    "back": "will {word} fall back to usual or below",
    "fall": "will {word} fall below usual",
    "same": "should stay near usual",
}
TOTAL_NAME = "All complaints together"
CONCENTRATED = "One source: {share} of it comes from a single customer or office."
CONCENTRATED_UNKNOWN = "One source: a few customers or offices make up most of it."
CONCENTRATED_WHY = "Read it as that source's backlog rather than as a general rise."

# --- since last time ----------------------------------------------------------------------
SINCE = {
    "opened": "Opened",
    "grown": "Grown",
    "eased": "Eased",
    "closed": "Closed",
    "same": "Unchanged",
}
NONE = "none"
THEMES_ANEW = (
    "Themes were found anew: {n} go on. Past counts are re-read under the new ones, so none of "
    "this is a rise or a fall."
)
THEME_EVENTS = {
    "born": "New: {theme}, {texts} texts.",
    "split": "Split: {share} of {theme} ({texts} texts) now stand in {other}.",
    "merged": "Merged: {theme} is now part of {other} ({texts} texts).",
    "retired": "Ended: {theme}; its {texts} texts went to several themes.",
}
THEME_MORE = {
    "born": "{n} more are new.",
    "split": "{n} more splits.",
    "merged": "{n} more merged.",
    "retired": "{n} more ended.",
}

# --- cards --------------------------------------------------------------------------------
ONE_DAY, SOME_DAYS = "the last day", "the last {n} days"
CARD_SENTENCE = (
    "{theme}: {observed} complaints in {window} against {expected} usual; "
    "{range} expected in the next 7 days (usual {usual})."
)
ALSO = "{theme}: {observed} complaints in {window} against {expected} usual."
CARD_SENTENCE_NEW = (
    "{theme}: {observed} complaints in {window}, where {expected} complaints like them "
    "came in a day before; {reason}."
)
CARD_SENTENCE_UNFORECAST = (
    "{theme}: {observed} complaints in {window} against {expected} usual; {reason}."
)
PEOPLE = "{people} different customers; the busiest of them wrote {share} of it."
PEOPLE_ONLY = "{people} different customers."
PEOPLE_UNKNOWN = "How many different customers wrote is not available."
SEEN = (
    "Up to about {seen} people can have seen it; as many complaints are usually seen by "
    "about {usual}, and 19 in 20 times by at most {high}."
)
SEEN_ONLY = "Up to about {seen} people can have seen it; what is usual is not known yet."
SEEN_RAISES = "That counts for one level more, 4 at most."
REACH, FIRST_RESPONSE = "reach", "first-response time"
WAIT_MINUTES, WAIT_HOURS, WAIT_DAYS = "{n} min", "{n} h", "{n} days"
CLOSES_A_DAY = "Fewer than {n} complaints a day for {quiet} days closes this warning."
CLOSES_A_WINDOW = (
    "Fewer than {n} complaints in any {window} days, for {quiet} days, closes this warning."
)
CELL = "{axis} {value}: {rest}"
AXES = {"channel": "Channel", "brand": "Brand", "product": "Product", "region": "Region"}
COINCIDES = "{day}: {kind} {name}"
PAST = (
    "The last time it was like this (opened {opened}) it lasted {days}, rose to {ratio} the usual "
    "and brought about {extra} extra complaints; its warning closed on {closed}."
)
PAST_OF_OTHER = (
    "{theme}, the theme most alike in words, was like this before (opened {opened}): it lasted "
    "{days}, rose to {ratio} the usual and brought about {extra} extra complaints; its warning "
    "closed on {closed}."
)
PAST_DAY, PAST_DAYS = "one day", "{n} days"
CONTACT = (
    "{segment}: {customers} customers wrote {complaints} complaints of any kind in {days} days and "
    "none of this; their {axis} stands out in the rise ({lift})."
)
FOLLOWED = "They followed {followed} of {times} times before, within a week."
NO_CELLS = "No single channel, brand, product or region carries the rise."
FAN = (
    "{theme}, complaints a day: {last} on {day}, usual {usual}; forecast for {dates}: "
    "{first} a day at first, {end} at the end (80\u00a0% ranges)."
)
FAN_UNFORECAST = "{theme}, complaints a day: {last} on {day}; not forecast."
GROWS = "More than {n} in the next 7 days would be beyond our range: it is growing."
TREND = "Complaints in each of the last 8 weeks, oldest first: {weeks}. Usual: {usual}."
TREND_UNFORECAST = "Complaints in each of the last 8 weeks, oldest first: {weeks}."

# --- accuracy -----------------------------------------------------------------------------
NO_RECORD = "No forecast has been checked yet: the record starts with the first scored week."
RECORD_INSIDE = (
    "{inside} of days came inside the 80\u00a0% range (aim: 80\u00a0%) and {inside95} inside "
    "the 95\u00a0% range (aim: 95\u00a0%), over {n} checked days of {series} series."
)
RECORD_BETTER = "The error is {skill} smaller than repeating last week's same weekday."
RECORD_WORSE = "The error is {skill} larger than repeating last week's same weekday."
BACKTESTED = (
    "Back-tested: these forecasts were re-made for earlier days, knowing only what was known then."
)
YEAR = (
    "Warnings of the last year, lived again with today's themes: {warnings} were raised, "
    "{false_alarms} of them with no real rise behind; {missed} of {rises} real rises had none."
)
LEADS = "days {first}\u2013{last} ahead"
RECORD_CHART = "Share of days inside the 80\u00a0% range, by week (aim: 80\u00a0%): {weeks}."
NO_MISSES = "No day fell outside its 95\u00a0% range."

# --- forecasts that were shown ------------------------------------------------------------
NO_CHECKED = "None of our own forecasts has come due yet."
CHECKED_HEADLINE = (
    "Of {n} forecasts of a day that we made on earlier mornings, {inside} held their "
    "80\u00a0% range."
)
CHECKED = (
    "{n} forecasts of a day, for {series} series, have come due within the last 12 weeks; "
    "mornings they were made on: {mornings}."
)
CHECKED_INSIDE = (
    "{inside} of those days came inside the 80\u00a0% range that we gave and {inside95} inside the "
    "95\u00a0% range."
)
CHECKED_TOO_MANY = "Taken together, we said {bias} more complaints than came."
CHECKED_TOO_FEW = "Taken together, we said {bias} fewer complaints than came."
CHECKED_EVEN = "Taken together, we said as many complaints as came."
CHECKED_NONE_CAME = "No complaint came on any of those days."
CHECKED_MISSED = (
    "{n} of {of} missed: they fell outside their 95\u00a0% range, as one in twenty should. "
    "The furthest:"
)
UNCHECKED = "{n} forecasts, of {series} series, could not be checked:"

# --- not covered --------------------------------------------------------------------------
ALL_COVERED = "Every theme, channel and brand with complaints is forecast."
NOT_COVERED = "Not forecast: {n} of the themes, channels and brands."
SERIES = {
    "theme": "Theme {name}",
    "channel": "channel {name}",
    "brand": "brand {name}",
    "area": "area {name}",
}
ALL_SERIES = "All complaints"
NO_THEME_SERIES = "Complaints in no theme"
REST_SERIES = "All others"
UNASSIGNED = "{n} complaints belong to no theme."
NO_COMPLAINT = "{n} texts carry no complaint ({kinds}): they are in no theme."
FOREIGN = "{n} complaints are not in {main}: each language has a theme of its own."
KIND = "{kind} {n}"
FLOOD = "{texts} near-identical texts by {people} customers were counted as {counted_as}."
FLOOD_UNKNOWN = "{texts} near-identical texts were counted as {counted_as}."

# --- footer and summary -------------------------------------------------------------------
VERSION = "version"
FOOTER = {
    "run": "Run",
    "as_of": "As of",
    "code": "Code",
    "settings": "Parameters",
    "encoder": "Encoder",
    "themes": "Themes fitted",
    "data": "Data",
    "sources": "Sources",
    "redacted": "Redacted",
    "quarantined": "Rows set aside",
    "fallbacks": "Series on the fallback",
    "seed": "Seed",
}
DIGEST_END = "Charts, tables, playbook and method stand in the report (report.html)."
SUMMARY_END = "The rest stands in the report."


def plain_status(is_good: bool) -> str:
    """Return the data's state for the summary's spare line."""
    return f"{COMPLETE}." if is_good else "The data is not complete: see the report's status line."
