"""Rows that a real export brings too: broken ones, and odd ones that are none the less valid."""

from dataclasses import dataclass
from random import Random

from generator import phrases
from generator.records import Complaint, to_line

ENORMOUS_CHARS = 1_100_000
_FAR_FUTURE = "2062-03-04T10:15:00Z"
_BAD_TIMES = ("31/31/2026", "yesterday", "2026-13-45T25:61:00Z", "n/a", "0000-00-00", "soon")
_CREATED_AT, _TEXT = 1, 3


@dataclass(frozen=True)
class Kind:
    """One way in which a row is odd, how often it is planted and what should become of it."""

    key: str
    count: int
    is_valid: bool
    note: str


KINDS = (
    Kind("missing_text", 14, False, "The text is empty."),
    Kind("blank_text", 10, False, "The text is spaces, tabs or line breaks."),
    Kind("bad_created_at", 18, False, "created_at is no time."),
    Kind("missing_created_at", 10, False, "created_at is empty."),
    Kind("future_created_at", 6, False, f"created_at is {_FAR_FUTURE}."),
    Kind(
        "duplicate_id",
        10,
        False,
        "Another complaint under an id that an earlier row has: the later row stands, the earlier "
        "is refused (truth_themes.csv.gz tells the earlier one's theme).",
    ),
    Kind("too_few_fields", 8, False, "The line ends after the text."),
    Kind("too_many_fields", 8, False, "The line has three cells too many."),
    Kind(
        "cp1252_bytes",
        10,
        True,
        "The line is Windows-1252, not UTF-8: curly quotes and a pound sign in the text.",
    ),
    Kind("newlines_and_quotes", 12, True, "Line breaks, quotes and commas inside the text."),
    Kind(
        "enormous_text",
        1,
        True,
        f"The text has {ENORMOUS_CHARS:,} characters: a complaint, then a pasted log.",
    ),
)
BY_KEY = {kind.key: kind for kind in KINDS}
TOTAL = sum(kind.count for kind in KINDS)


def to_bytes(complaint: Complaint, earlier_id: str, rng: Random) -> bytes:
    """The complaint's line, broken in its own way.

    Parameters
    ----------
    complaint : Complaint
        A whole record; its text may be changed, since the truth tells what stands in the file.
    earlier_id : str
        Id of a sound row that stands above it.
    rng : random.Random
        Source of all chance.

    Returns
    -------
    bytes
        The line as it stands in the file.
    """
    kind = complaint.breakage
    if kind == "duplicate_id":
        complaint.id = earlier_id
    elif kind == "newlines_and_quotes":
        complaint.text = _quote_someone(complaint.text, rng)
    elif kind == "enormous_text":
        complaint.text = _paste_log(complaint.text)
    elif kind == "cp1252_bytes":
        complaint.text = _typeset(complaint.text)
        return to_line(complaint.fields()).encode("cp1252", errors="replace")
    fields = complaint.fields()
    if kind == "missing_text":
        fields[_TEXT] = ""
    elif kind == "blank_text":
        fields[_TEXT] = rng.choice((" ", "   ", "\t", " \n ", "\u00a0"))
    elif kind == "bad_created_at":
        fields[_CREATED_AT] = rng.choice(_BAD_TIMES)
    elif kind == "missing_created_at":
        fields[_CREATED_AT] = ""
    elif kind == "future_created_at":
        fields[_CREATED_AT] = _FAR_FUTURE
    elif kind == "too_few_fields":
        fields = fields[: _TEXT + 1]
    elif kind == "too_many_fields":
        fields += ["", "exported by batch 7", "1"]
    return to_line(fields).encode("utf-8")


def _quote_someone(text: str, rng: Random) -> str:
    words = text.split(" ")
    middle = max(1, len(words) // 2)
    said = rng.choice(("call us back", "it will be fixed today", "computer says no", 'a "glitch"'))
    line_end = rng.choice(("\n", "\r\n"))
    first, rest = " ".join(words[:middle]), " ".join(words[middle:])
    return f'{first}{line_end}Your man said "{said}", if you please.{line_end}{line_end}{rest}'


def _typeset(text: str) -> str:
    curly = text.replace("'", "\u2019")
    return f"\u201c{curly}\u201d \u2013 and it\u2019s cost me £20"


def _paste_log(text: str) -> str:
    lines = phrases.words("shared/log_junk")
    junk = "\n".join(lines) + "\n"
    pasted = f"{text}\n\nThis is what the hub's log says:\n{junk}"
    missing = ENORMOUS_CHARS - len(pasted)
    return pasted + (junk * (missing // len(junk) + 1))[:missing]
