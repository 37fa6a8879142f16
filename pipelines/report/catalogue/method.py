"""The method and its limits (about 150 words), and how to disagree."""

from __future__ import annotations

METHOD = (
    "Complaints are redacted, turned into vectors and grouped into themes by what they say. "
    "Each theme's daily count is forecast as a negative binomial distribution that "
    "knows weekdays and holidays; ranges are its 80\u00a0% unless said otherwise, so one in five "
    "should fall outside.",
    "A warning means that the last 1, 3 or 7 days hold more complaints than chance explains and "
    "at least {min_ratio} times the usual. Our budget of false alarms "
    "per theme and year is {budget}{kept}. The chance of more than twice the usual is as forecast "
    "and not yet calibrated.",
    "Not seen: complaints that reach no connected channel, and issues too new to have a theme. "
    "Counts are complaints, not customers. Sudden events cannot be foreseen from counts alone, "
    "only noticed within a day. Whatever a rise coincides with need not have caused it. Themes "
    "and their names are found by a program, in the complaints' own words. "
    "{languages}",
)
KEPT = "; last year it was {rate}"
MEMBERS = "Each forecast's mean is the median of what {n} methods say: {names}."
LEFT_OUT = (
    "For series of {volume} the median leaves out {names}: the last months' forecasts came nearer "
    "without."
)
VOLUMES = {
    "rare": "under 0.2 complaints a day",
    "few": "0.2 to 1 complaint a day",
    "some": "1 to 5 complaints a day",
    "many": "5 complaints a day and more",
}
ONE_LANGUAGE = (
    "Only texts in {main} are grouped by what they say; any other language is a theme by itself."
)
ALL_LANGUAGES = "Texts in all languages are grouped together."
DISAGREE = (
    "Think a number or a warning is wrong? Note the run below and the theme, look up the row "
    "in the tables beside this report, and tell whoever runs issuecast: each figure names its row. "
    "Whether a warning was useful can be said by issuecast feedback, with the id on its card."
)
