"""Words of the charts and of the tone: sentences first, then labels."""

from __future__ import annotations

# --- tone ---------------------------------------------------------------------------------
TONE = "Tone: {said}"
TONE_OF = "{theme}: {said}"
TONE_HARSHER = (
    "harsher than usual in the last {days} days ({now} against {usual}; {texts} texts "
    "against {usual_texts})."
)
TONE_MILDER = (
    "milder than usual in the last {days} days ({now} against {usual}; {texts} texts "
    "against {usual_texts})."
)
TONE_AS_USUAL = (
    "not clearly different from usual in the last {days} days ({texts} texts against "
    "{usual_texts})."
)
TONE_TOO_FEW = (
    "not available: {texts} texts in English of the last {days} days, or those of the half "
    "year before, are too few ({least} are needed, of different people)."
)
TONE_NOT_READ = "not available: no text in English was read for it."
TONES_NOT_KNOWN = "Not available: no theme has enough texts in English that were read for it."
TONES_NOTE = "Clearly changed: {clear} of the {known} themes whose tone can be told."
TONES_NONE = "No clear change in any of the {known} themes whose tone can be told."

# --- channels and products of a rise ------------------------------------------------------
SPLIT_BY = {"channel": "Channel", "product": "Product"}
SPLIT_NONE, SPLIT_REST = "not given", "all others"
SPLIT_PART = "{value}: {observed} complaints, usual {expected}"
SPLIT_PART_ALONE = "{value}: {observed} complaints; what is usual is not known"

# --- warnings of the last weeks -----------------------------------------------------------
TIMELINE = (
    "{n} warnings were on in the last 12 weeks, {open} of them still are: lived again with today's "
    "themes and counts."
)

# --- reliability --------------------------------------------------------------------------
BACKTESTED_SHORT, SHOWN_SHORT = "Back-tested", "As shown on earlier mornings"
RELIABILITY = (
    "{name}, {n} days, the chance we gave a day to stay at or below a level and the share of days "
    "that did: {pairs}."
)

MISJUDGED = {
    "false alarm": "warning, no real rise behind",
    "missed": "real rise, no warning",
}

# --- the map of themes --------------------------------------------------------------------
MAP = "Complaints of the last 7 days by theme: {themes}."
MAP_THEME, MAP_THEME_ALONE = "{theme} {n} (usual {usual})", "{theme} {n}"
MAP_MORE = ", and {n} smaller ones"
MAP_NOTE = (
    "A box is a theme ({n} in all), as large as its complaints of the last 7 days, within its "
    "area; in brackets a usual week. Dark with \u25b2: more than a usual week and twice its root; "
    "pale with \u25bc: as far below; dashed: too young to have a usual week."
)
MAP_LEFT = "{n} themes too small to draw, or without a complaint in these days, are in the table."

PICTURES = {
    "splits": "The window's complaints, by channel and product",
    "split_now": "Now",
    "split_usual": "Usual",
    "split_bar": "Dark: now; pale: usual",
    "timeline": "Warnings of the last 12 weeks",
    "timeline_newest": "The newest first.",
    "timeline_rest": "{n} older ones stand in tables/warnings_by_day.csv.",
    "warning_opened": "Opened",
    "warning_closed": "Closed",
    "warning_state": "State",
    "state_open": "new, or unchanged",
    "state_grown": "growing",
    "state_eased": "easing",
    "state_closed": "closed",
    "reliability": "Do our chances come true?",
    "reliability_note": (
        "On the dashed line the asked chance came true exactly. Days of one week and of "
        "neighbouring series go together: small steps off the line mean little."
    ),
    "asked": "Chance asked",
    "came": "Share that came",
    "days": "days",
    "misjudged": "Warnings by name: false, and missed",
    "misjudged_what": "What",
    "misjudged_from": "First day",
    "misjudged_to": "Last day",
    "misjudged_note": (
        "Of the last year, lived again with today's themes and judged in hindsight; the latest "
        "first. Warnings of the last week cannot be judged yet."
    ),
    "misjudged_rest": "{n} older ones stand in tables/warnings_misjudged.csv.",
    "map": "Map of themes",
    "tones": "Tone",
    "tones_rule": (
        "From \u22121 (harshest) to +1, by the words of each text in English (VADER's lexicon). "
        "The last 7 and 28 days are held against the 182 days before; a customer's texts of a week "
        "count as one. Told as changed where fewer than one window in a hundred would differ so "
        "much by chance, swings from week to week counted in, and by 0.1 at least. Words are not "
        "moods: irony is not read."
    ),
}
