"""All of the report's own words, in one place: another language is another such file.

Templates name their figures; :func:`pipelines.report.figures.say` puts them in. Words of
chance are bound to numbers here and nowhere else.
"""

from __future__ import annotations

from datetime import date, datetime

from pipelines.report.figures import Figure

LANGUAGE = "en"
NOT_AVAILABLE = "not available"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# --- chance -------------------------------------------------------------------------------
# (at least, word): the same words for the same numbers, everywhere.
CHANCE_WORDS = (
    (0.9, "very likely"),
    (0.7, "likely"),
    (0.4, "even"),
    (0.1, "unlikely"),
    (0.0, "very unlikely"),
)


def chance_word(p: float) -> str:
    """Return the word that is bound to a chance.

    Examples
    --------
    >>> [chance_word(p) for p in (0.95, 0.9, 0.7, 0.4, 0.1, 0.05)]
    ['very likely', 'very likely', 'likely', 'even', 'unlikely', 'very unlikely']
    """
    return next(word for least, word in CHANCE_WORDS if p >= least)


def in_ten(p: float) -> str:
    """Return a chance as people say it, never as certain.

    Examples
    --------
    >>> in_ten(0.71), in_ten(0.97), in_ten(0.02)
    ('about 7 in 10', 'more than 9 in 10', 'less than 1 in 10')
    """
    if p >= 0.95:
        return "more than 9 in 10"
    if p < 0.05:
        return "less than 1 in 10"
    return f"about {max(1, int(10 * p + 0.5))} in 10"


def chance(p: float, row: str = "") -> Figure:
    """Return a chance as a figure: in tens, with the word bound to it."""
    return Figure(float(p), f"{in_ten(p)} ({chance_word(p)})", row)


# --- dates --------------------------------------------------------------------------------
def day(when: date, *, year: bool = False) -> str:
    """Return a date, e.g. ``2 Nov`` or ``2 Nov 2026``."""
    return f"{when.day} {MONTHS[when.month - 1]}" + (f" {when.year}" if year else "")


def days(first: date, last: date) -> str:
    """Return two dates as one span, e.g. ``2–8 Nov`` or ``30 Oct–5 Nov``."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}\u2013{day(last)}"
    return f"{day(first)}\u2009\u2013\u2009{day(last)}"


def moment(when: datetime, zone: str) -> str:
    """Return a moment with its time zone, e.g. ``1 Nov 2026, 23:40 UTC``."""
    return f"{day(when, year=True)}, {when:%H:%M} {zone}"


def heading(title: str, origin: date) -> str:
    """Return the report's title: the week that it looks at."""
    word = "week of" if origin.weekday() == 0 else "week from"
    return f"{title}, {word} {day(origin, year=True)}"


# --- header and status --------------------------------------------------------------------
DATA_UP_TO = "Data up to {last}. {complaints} complaints since {first}."
PROVISIONAL = "The count of {day} is provisional."
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
# --- emerging themes ----------------------------------------------------------------------
EMERGING = "First complaints on {day}, {n} so far; {reason}."
EMERGING_FORECAST = "First complaints on {day}, {n} so far."

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
KEY_WORDING = "People now speak of \u201c{words}\u201d."
KEY_CHANCE = "Chance of more than twice the usual: {chance}."
KEY_CHANCE_SPIKE = "Chance of a spike within 7 days: {chance}."
DIRECTIONS = {
    "rise": "will {word} rise",
    "stay": "will {word} stay above usual",
    "ease": "will {word} ease, but stay above usual",
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
CARD_SENTENCE_UNFORECAST = (
    "{theme}: {observed} complaints in {window} against {expected} usual; {reason}."
)
PEOPLE = "{people} different customers; the busiest of them wrote {share} of it."
PEOPLE_ONLY = "{people} different customers."
PEOPLE_UNKNOWN = "How many different customers wrote is not available."
CLOSES_A_DAY = "Fewer than {n} complaints a day for {quiet} days closes this warning."
CLOSES_A_WINDOW = (
    "Fewer than {n} complaints in any {window} days, for {quiet} days, closes this warning."
)
CELL = "{axis} {value}: {rest}"
AXES = {"channel": "Channel", "brand": "Brand", "product": "Product", "region": "Region"}
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
RECORDED = "Earlier forecasts, made or re-made knowing only what was known then."
VERDICTS = "Warnings right, wrong and missed: not available yet."
LEADS = "days {first}\u2013{last} ahead"
RECORD_CHART = "Share of days inside the 80\u00a0% range, by week (aim: 80\u00a0%): {weeks}."
NO_MISSES = "No day fell outside its 95\u00a0% range."

# --- not covered --------------------------------------------------------------------------
ALL_COVERED = "Every theme, channel and brand with complaints is forecast."
NOT_COVERED = "Not forecast: {n} of the themes, channels and brands."
SERIES = {"theme": "Theme {name}", "channel": "channel {name}", "brand": "brand {name}"}
ALL_SERIES = "All complaints"
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


# --- headings and labels, by the place they stand in ------------------------------------
LABELS = {
    "messages": "What is coming",
    "warnings": "Warnings",
    "warnings_note": (
        "Most expected extra complaints first. Ranges are 80\u00a0%: one in five falls outside. "
        "Usual is the level of ordinary weeks."
    ),
    "no_warnings": "No warning is open.",
    "more_warnings": "more below",
    "more": "more",
    "theme": "Theme",
    "trend": "Last 8 weeks",
    "against_usual": "Level against usual",
    "next_weeks": "Next 4 weeks",
    "chance": "Chance",
    "chance_double": "Chance of twice the usual",
    "of_double": "of twice the usual, as forecast",
    "of_spike": "of a spike within 7 days",
    "who_does": "Owner and next step",
    "week_n": "Week",
    "usual": "usual",
    "opened": "opened",
    "updated": "updated",
    "level": "level",
    "one_source": "one source",
    "record": "How good have we been",
    "record_more": "All of the record",
    "since": "Since last time",
    "since_themes": "What changed in the themes",
    "area": "Area",
    "uncovered": "Not covered",
    "uncovered_more": "Which, and why",
    "floods": "Floods",
    "contents": "In this report",
    "cards": "The warnings one by one",
    "weeks": "Week by week",
    "dates": "Dates",
    "range_80": "80\u00a0% range",
    "range_50": "50\u00a0% range",
    "median": "Middle",
    "usual_week": "Usual week",
    "who_carries": "Who carries the rise",
    "to_do": "What to do",
    "tell": "Tell {who} within {time}.",
    "stop": "Stop when: {rule}",
    "chances": "Chances",
    "exceeds_7": "A spike within 7 days",
    "exceeds_28": "A spike within 28 days",
    "lasts": "Still above twice the usual next week",
    "double": "More than twice the usual in 7 days, as forecast",
    "mind": "What would change our mind",
    "wording": "Words of the theme",
    "wording_now": "Said now, more than usual",
    "examples": "Examples, redacted",
    "missing": "Not available yet",
    "missing_what": "Sentiment, reach, first-response time, earlier episodes.",
    "bar": "count of a day",
    "bar_provisional": "provisional",
    "line": "mean of 7 days",
    "usual_line": "usual",
    "bands": "forecast: 50, 80 and 90\u00a0% of days",
    "as_of": "as of",
    "a_day": "a day",
    "themes": "All themes",
    "emerging": "Emerging themes, not yet forecast",
    "emerging_note": "Found since the themes were last made; counted from their first day.",
    "themes_note": "Busiest of the last 7 days first. Ranges are 80\u00a0%.",
    "pinned": "pinned",
    "in_all": "In all",
    "last_7": "Last 7 days",
    "next_7": "Next 7 days",
    "direction": "Direction",
    "accuracy": "Accuracy",
    "accuracy_note": "The error is the CRPS, against repeating the same weekday of last week.",
    "ahead": "Looking",
    "inside_80": "Inside 80\u00a0% range",
    "inside_95": "Inside 95\u00a0% range",
    "skill": "Smaller error by",
    "checked": "Days checked",
    "aim": "aim 80\u00a0%",
    "misses": "Misses by name",
    "misses_note": "{n} days fell outside their 95\u00a0% range; the furthest:",
    "miss_day": "Day",
    "miss_said": "We said",
    "miss_came": "Came",
    "miss_lead": "Days ahead",
    "series": "Series",
    "reason": "Reason",
    "complaints": "Complaints",
    "without_card": "Warnings without a card",
    "owner": "Owner",
    "rest_in_table": "{n} more stand in tables/not_covered.csv.",
    "playbook": "Playbook",
    "playbook_level": "Level",
    "playbook_tell": "Who is told",
    "playbook_within": "Within",
    "playbook_action": "What is done",
    "playbook_stop": "Stop rule",
    "method": "Method and limits",
    "words_of_chance": "Words of chance",
    "footer": "Where these numbers come from",
    "disagree": "How to disagree",
    "skip": "Skip to the warnings",
    "rounding": "Ranges are rounded; the tables beside this report hold the exact numbers.",
}

# --- method and limits (about 150 words) --------------------------------------------------
METHOD = (
    "Complaints are redacted, turned into vectors by a language model and grouped into themes by "
    "what they say. Each theme's daily count is forecast as a negative binomial distribution that "
    "knows weekdays and holidays; ranges are its 80\u00a0% unless said otherwise, so one in five "
    "should fall outside.",
    "A warning means that the last 1, 3 or 7 days hold more complaints than chance explains and "
    "at least {min_ratio} times the usual. Our budget of false alarms "
    "per theme and year is {budget}. The chance of more than twice the usual is as forecast and "
    "not yet calibrated.",
    "Not seen: complaints that reach no connected channel, and issues too new to have a theme. "
    "Counts are complaints, not customers. Sudden events cannot be foreseen from counts alone, "
    "only noticed within a day. Whatever a rise coincides with need not have caused it. Themes "
    "are found by a program: their names are sentences or words of the complaints themselves. "
    "{languages}",
)
ONE_LANGUAGE = (
    "Only texts in {main} are grouped by what they say; any other language is a theme by itself."
)
ALL_LANGUAGES = "Texts in all languages are grouped together."
DISAGREE = (
    "Think a number or a warning is wrong? Note the run below and the theme, look up the row "
    "in the tables beside this report, and tell whoever runs issuecast: each figure names its row."
)
WORDS_OF_CHANCE = (
    "Very likely: at least 90\u00a0%. Likely: 70\u201390\u00a0%. Even: 40\u201370\u00a0%. "
    "Unlikely: 10\u201340\u00a0%. Very unlikely: under 10\u00a0%."
)
