"""What is said in messages and in the feed, beyond what the report's page says."""

from __future__ import annotations

EVENTS = {
    "opened": "New warning",
    "grown": "Warning has grown",
    "closed": "Warning closed",
}
# The subject of all mails of a warning: programs that read mail hold a thread together by it.
WARNING_SUBJECT = "Warning: {title} ({warning_id})"
REPLY = "Re: "
LEVEL = "Level {level} of 4 ({name})"
STEP = "{owner}: {action} Tell {who} within {time}."
CLOSED = "It is back to usual: closed as of {day}, at most level {level}."
GONE = "It is no longer among the warnings told here, as of {day}."
ALSO = "Also seen in: {titles}."
MAIL_END = "The whole report is attached: open it in a browser."
FEED_TITLE = "{title}: warnings"
FEED_ENTRY = "{title}: {event}, level {level}"
FEED_COUNTS = "{observed} complaints in {window}, usually {expected}."
FEED_OWNER = "{owner}: {action}"
