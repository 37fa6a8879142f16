"""The quality page's own words, in one place: another language is another such file."""

from __future__ import annotations

from models.themes.quality import drift, verdicts

HEADING = "Theme quality, as of {day}"
FITTED = "{n} themes, found on {day} in {texts} distinct texts. {complaints} complaints have one."
WAITING = (
    "{n} complaints that came since have not been assigned yet and are not counted here: "
    "`issuecast themes` assigns them."
)

# --- the three sentences --------------------------------------------------------------------
TESTED = "{solid} of {n} themes came out solid, with {share} of the complaints; the rest: {rest}."
TESTED_ALL = "All {n} themes are solid: each was found again by refits on a part of the texts."
REST = {
    "shaky": "{n} shaky",
    "mush": "{n} mush (the largest: {largest})",
    "double": "{n} part of another",
    "new": "{n} too new to tell",
    "untested": "{n} untested",
}
UNTESTED = "Which of the {n} themes are solid is not known: {why}."
UNTESTED_WHY = {
    "refits": "quality.refits is 0",
    "texts": "there are too few texts to find them again on a part",
}
DOUBLES_ONE = "One pair looks like one theme: {first} and {second}, {together}."
DOUBLES = "{n} pairs look like one theme each, likeliest {first} and {second}, {together}."
TOGETHER = "which refits put together {share} of the time"
NEARBY = "whose centres are {cosine} alike (cosine)"
NAMED_ALIKE = "whose titles share {share} of their words"
NO_DOUBLES = "No two themes look like one."
REFIT = "It is time to refit: {reasons}."
NO_REFIT = "No need to refit yet: {reasons}."
TOO_EARLY_NONE = "Too early to say whether to refit: no new text has come since the fit."
TOO_EARLY = "Too early to say whether to refit: {n} new texts since the fit, {days} days ago."
FURTHER = "new texts lie {effect} of a standard deviation further from their themes than the fit's"
AS_NEAR = "new texts lie as near to their themes as the fit's own ({effect} standard deviations)"
LEFT_OUT = "{share} of the new complaints fit no theme, where {nominal} is nominal"
OLD = "the themes are {days} days old and are kept for {limit}"

# --- verdicts and drift ---------------------------------------------------------------------
VERDICTS = {
    verdicts.SOLID: ("●", "solid"),
    verdicts.SHAKY: ("◐", "shaky"),
    verdicts.MUSH: ("○", "mush"),
    verdicts.DOUBLE: ("◎", "part of another"),
    verdicts.NEW: ("+", "new"),
    verdicts.UNTESTED: ("?", "untested"),
}
DRIFTS = {
    drift.DRIFTING: "drifting",
    drift.STEADY: "steady",
    drift.UNKNOWN: "too few",
}
BADGES = {"hidden": "hidden", "pinned": "pinned"}
PART_OF = "likely part of {theme}"

# --- sections -------------------------------------------------------------------------------
STABILITY = (
    "Themes were found anew {refits} times, each time on {share} of {texts} texts drawn at "
    "random. All themes at once agree with those refits by an adjusted Rand index of {ari} "
    "(1: the same, 0: as by chance)."
)
STABILITY_PART = "They were drawn from {texts} of {all} texts, which makes coarser themes."
STABILITY_CHART = (
    "Themes by how much of them comes again: {solid} at .75 or more, {shaky} between, {mush} at "
    ".5 or less."
)
NO_STABILITY = "No refit was made: {why}."
DRIFT = "{n} distinct new texts since the fit: {word}, {effect} standard deviations (d)."
DRIFT_CHART = (
    "Distance of new texts from their themes, in standard deviations of the fit's own (0: as "
    "then), by week: {weeks}."
)
DRIFT_NONE = "No new text has come since the fit: drift shows from the next morning on."
DRIFTING = "Themes that drift: {themes}."
NO_DRIFTING = "No single theme drifts."
UNASSIGNED = (
    "{n} of {all} complaints since the fit, {share}, fit no theme; {nominal} is nominal "
    "(themes.reject_share). {judgement}"
)
UNASSIGNED_MORE = "That is more than chance explains (p {p})."
UNASSIGNED_FAR = "That is far more than chance explains (p {p}): new issues may hide among them."
UNASSIGNED_AS_MEANT = "That is within what chance explains (p {p})."
UNASSIGNED_NONE = (
    "No complaint has come since the fit. The fit itself leaves no text without a theme."
)
KEPT_OUT = "Beside these, {n} texts carry no complaint (thanks, greetings) and were kept out."
BIRTHS = (
    "{alarms} alarms in {scans} looks for new themes on {days} days, {first} to {last}: "
    "{realised} a month, where {nominal} a month is nominal."
)
NO_BIRTHS = "No scans yet."

LABELS = {
    "verdict": "Verdict",
    "themes": "Themes",
    "themes_note": (
        "Those that need a look first, larger ones first among them. What each column means "
        "stands at the end."
    ),
    "theme": "Theme",
    "complaints": "Complaints",
    "recent": "Last {n} days",
    "stability": "Comes again",
    "h_stability": "Stability: what comes again",
    "h_drift": "Drift: do new texts still fit",
    "h_unassigned": "Left without a theme",
    "cohesion": "Holds together",
    "nearest": "Nearest theme",
    "strays": "Nearer another",
    "coherence": "Words belong",
    "drift": "New texts",
    "pairs": "Themes that look like one",
    "pair_first": "Theme",
    "pair_second": "and",
    "together": "Together in refits",
    "centres": "Centres",
    "titles": "Words of titles",
    "week": "Week from",
    "unassigned": "Fit no theme",
    "distance": "Further by (d)",
    "texts": "New texts",
    "word": "Word",
    "births": "Alarms for new themes",
    "definitions": "What the numbers mean",
    "footer": "Where these numbers come from",
    "skip": "Skip to the themes",
    "contents": "On this page",
    "most_pairs": "{n} more stand in pairs.csv.",
    "zone_mush": "mush",
    "zone_shaky": "shaky",
    "zone_solid": "solid",
    "axis_none": "nothing",
    "axis_all": "all of it",
    "drift_line": "drifting from here",
    "as_then": "as at the fit",
    "legend_dot": "mean of a week",
    "legend_range": "95\u00a0% range",
}

DEFINITIONS = (
    (
        "Comes again (stability)",
        "Themes are found anew on random parts of the texts; the best overlap (Jaccard) of the "
        "theme with a cluster found there, averaged. From .75 it is recovered, up to .5 it "
        "dissolves. Hennig 2007, doi:10.1016/j.csda.2006.11.025.",
    ),
    (
        "Holds together (cohesion)",
        "Mean cosine of a text to the centre of its theme's other texts. It depends on the "
        "encoder: compare it between themes, not with a fixed mark.",
    ),
    (
        "Nearest theme (separation)",
        "The theme with the nearest centre, and the cosine of the two centres.",
    ),
    (
        "Nearer another",
        "Share of the theme's texts that lie nearer to another theme's centre than to their own. "
        "Themes are communities of a graph, not balls around a centre, so some always do.",
    ),
    (
        "Words belong (coherence)",
        "Mean NPMI of all pairs of the theme's keywords over all texts: 1 never apart, 0 as by "
        "chance, \u22121 never together. Bouma 2009; R\u00f6der et al. 2015, "
        "doi:10.1145/2684822.2685324.",
    ),
    (
        "New texts (drift)",
        "Mean distance of new, distinct texts to their theme's centre, less the fit's mean, in "
        "standard deviations of the fit: Cohen's d. \u201cDrifting\u201d: d of .2 or more, and "
        "more than chance explains at p < .01 (shared out over the themes).",
    ),
    (
        "Together in refits",
        "Chance that a text of the one theme and a text of the other land in the same cluster of "
        "a refit. From .5 the smaller of the two is called part of the larger.",
    ),
    (
        "Verdict",
        "Solid: comes again by .75 or more. Shaky: between .5 and .75. Mush: .5 or less, or more "
        "than half of its texts lie nearer another centre. Part of another: see above. New: born "
        "since the fit.",
    ),
)
FOOTER = {
    "as_of": "As of",
    "themes": "Themes fitted",
    "encoder": "Encoder",
    "code": "Code",
    "settings": "Parameters",
    "seed": "Seed",
    "tables": "Tables beside this page",
}
TABLES = "themes_quality.csv, pairs.csv, weeks.csv, summary.csv"
UNKNOWN = "–"  # noqa: RUF001 - a dash for "nothing here"
