"""The words of what is done about a warning: departments, staff, levels, the crisis page."""

from __future__ import annotations

# --- what a warning asks for --------------------------------------------------------------
STAFFING = (
    "{hours} h of extra staff on {dates}: {extra} more complaints than usual (80\u00a0% range) at "
    "{minutes} min each."
)
STAFFING_LITTLE = (
    "Less than 1 h of extra staff on {dates}: at most {extra} more complaints than usual "
    "(80\u00a0% range) at {minutes} min each."
)
STAFFING_NONE = (
    "No extra staff on {dates}: even the upper end of the 80\u00a0% range, {high}, is not above "
    "the usual {usual}."
)
STAFFING_UNKNOWN = "How much extra staff it takes cannot be said ({reason})."
NO_REPLY = "None is prepared for this level and department (report.replies in params.yaml)."

# --- what the levels are ------------------------------------------------------------------
LEVEL_NEEDS = (
    "At least {ratio} the usual, {extra} complaints more than it, and {share} of all that usually "
    "comes in"
)
LEVEL_OTHERWISE = "Any other warning"
LEVEL_RULES = (
    "A rise that chance brings about more often than {sure} of times stays at level {watch}. One "
    "that at least {times} as many people as usual (and {people}) can have seen is a level higher, "
    "{crisis} at most. Level {prepare} becomes {act} where the chance that it still stands in a "
    "week is {likely} or more. What one source carries is at most level {one_source}."
)

# --- the digest of a department -----------------------------------------------------------
DEPARTMENT_HEADING = "{heading}: {department}"
DEPARTMENT_OWN = "Open warnings of {department}: {n}."
DEPARTMENT_TELL = "Level {level} {name}: tell {who} within {time}."
DEPARTMENT_JOINED = "{sentence} Told together with {lead}, which is with {owner}."
DEPARTMENT_MORE = "{n} more: {themes}."
DEPARTMENT_END = "Replies to copy, charts and tables stand in the report (report.html)."
DEPARTMENT_END_CRISIS = (
    "Replies to copy, charts and tables stand in the report (report.html); the crisis page is "
    "crisis.html."
)

# --- the crisis page ----------------------------------------------------------------------
CRISIS_PAGE = "crisis.html"
CRISIS_HEADING = "Crisis: {themes}"
CRISIS_SINCE = (
    "Since {day}: {observed} complaints in {window}, where {expected} is usual ({ratio})."
)
CRISIS_SINCE_NONE_USUAL = (
    "Since {day}: {observed} complaints in {window}, where hardly any is usual."
)
CRISIS_NEXT = "{range} complaints on {dates} (80\u00a0% range; usual {usual})."
CRISIS_NEXT_UNKNOWN = "What the next days bring cannot be said ({reason})."
CRISIS_TELL = "Tell {who} within {time} of this report, which is as of {moment}."
