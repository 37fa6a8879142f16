"""What a complaint says: phrasings put together the way each channel sounds."""

import re
from dataclasses import replace
from random import Random

from generator import people, phrases, typos
from generator.phrases import Setting

# Chances that a text carries the part, by channel: opener, a second sentence on the same theme,
# a third, an unrelated remark, a closer.
_PARTS = {
    "email": (0.55, 0.92, 0.60, 0.20, 0.60),
    "chat": (0.22, 0.62, 0.15, 0.05, 0.22),
    "call_notes": (0.0, 0.60, 0.20, 0.0, 0.0),
    "x": (0.08, 0.45, 0.0, 0.02, 0.12),
    "facebook": (0.25, 0.75, 0.30, 0.10, 0.35),
    "app_review": (0.10, 0.62, 0.15, 0.05, 0.22),
}
_SHORT = {"x": 0.50, "chat": 0.18, "app_review": 0.45, "facebook": 0.15}
_TYPOS = {  # mean slips per hundred letters
    "email": 0.25,
    "chat": 1.1,
    "call_notes": 0.8,
    "x": 0.8,
    "facebook": 0.8,
    "app_review": 0.7,
}
_POST_LIMIT = 280  # what fits in a post on X

# The caller's words as an agent notes them: third person, company as "we".
_NOTED = {
    "I've": "has",
    "I have": "has",
    "I'm": "is",
    "I am": "is",
    "I was": "was",
    "I'd": "would",
    "I'll": "will",
    "I": "they",
    "my": "their",
    "My": "their",
    "me": "them",
    "we": "they",
    "am": "is",
    "We": "they",
    "we've": "they've",
    "We've": "they've",
    "our": "their",
    "Our": "their",
    "us": "them",
    "mine": "theirs",
    "you": "we",
    "You": "we",
    "you've": "we've",
    "You've": "we've",
    "your": "our",
    "Your": "our",
}
_NOTED_WORD = re.compile(
    r"\b(" + "|".join(map(re.escape, sorted(_NOTED, key=len, reverse=True))) + r")\b"
)
_FILLER_WORD = re.compile(r"\b(the|a|an|that|just|very|really) ")


def complain(
    theme: str,
    channel: str,
    setting: Setting,
    rng: Random,
    section: str | None = None,
    personal: str = "",
) -> str:
    """One complaint on a theme as it would stand in the channel.

    Parameters
    ----------
    theme : str
        Key of the theme, which is the name of its phrase file.
    channel : str
        One of the six channels.
    setting : Setting
        Who writes, where and when.
    rng : random.Random
        Source of all chance.
    section : str, optional
        Section of the phrase file that the first sentence comes from; a fitting one if not given.
    personal : str
        A sentence with personal data to put in. It is never mistyped, so that a test can search
        for it.

    Returns
    -------
    str
        The text, with line breaks in many e-mails and some posts.
    """
    if channel == "call_notes":
        return _call_note(theme, setting, rng, section, personal)
    body = _style(_body(theme, channel, setting, rng, section), channel, rng)
    if channel == "chat" and rng.random() < 0.35:
        body = f"{phrases.say('shared/chat_starts', setting, rng)} {body}"
    if personal:
        body = f"{body} {personal}"
    if channel == "email":
        return _as_email(body, setting, rng)
    if channel in ("x", "facebook"):
        return _as_post(body, channel, setting, rng, keep=personal)
    return body


def chat_idly(channel: str, setting: Setting, rng: Random) -> str:
    """A message that is no complaint: thanks, a greeting, a test."""
    text = phrases.say("shared/chatter", setting, rng)
    if rng.random() < 0.3:
        text = f"{text} {rng.choice(('thanks', 'x', ':)', '🙂', setting.brand, 'cheers', '!'))}"
    return _style(text, channel, rng)


def tell_personal(kind: str, value: str, setting: Setting, rng: Random) -> str:
    """A sentence in which a person gives away an invented personal string."""
    return phrases.say("shared/personal", replace(setting, extra=value), rng, kind)


def _body(theme: str, channel: str, setting: Setting, rng: Random, section: str | None) -> str:
    opener, second, third, aside, closer = (rng.random() < p for p in _PARTS[channel])
    if section is None:
        section = "short" if rng.random() < _SHORT.get(channel, 0.0) else "any"
    said = [phrases.say(theme, setting, rng, section)]
    if second:
        # A detail goes with any first sentence; as often people say the thing once more.
        said.append(phrases.say(theme, setting, rng, rng.choice(("more", "any"))))
    if third:
        said.append(phrases.say(theme, setting, rng, "more"))
    said = list(dict.fromkeys(said))
    if opener:
        said.insert(0, phrases.say("shared/openers", setting, rng))
    if aside:
        said.insert(rng.randrange(len(said) + 1), phrases.say("shared/asides", setting, rng))
    if closer:
        said.append(phrases.say("shared/closers", setting, rng))
    ends = (". ", "! ", " ", ", ", "... ") if channel != "email" else (". ",)
    text = said[0]
    for sentence in said[1:]:
        text += " " if text[-1] in ".!?" else rng.choice(ends)
        text += sentence
    return typos.reword(text, rng)


def _style(text: str, channel: str, rng: Random) -> str:
    """The text in one person's habits: capitals, shorthand, punctuation, slips."""
    is_hasty = channel != "email"
    manner = rng.random()
    if manner < 0.02:
        text = text.upper()
    elif is_hasty and manner < 0.30:
        text = text.lower()
    elif manner > 0.97 and channel != "call_notes":
        text = text.replace(". ", "!! ").removesuffix(".") + "!!"
    if is_hasty and rng.random() < 0.22:
        text = typos.slang(text, rng)
    if rng.random() < (0.30 if is_hasty else 0.08):
        text = text.replace("'", "")
    if is_hasty and rng.random() < 0.25:
        text = text.rstrip(".").replace(". ", rng.choice((" ", ", ", ". ")))
    slips = len(text) * _TYPOS[channel] / 100
    return typos.mistype(text, int(rng.expovariate(1 / slips)) if slips else 0, rng)


def _call_note(
    theme: str, setting: Setting, rng: Random, section: str | None, personal: str
) -> str:
    if section is None and rng.random() < 0.5:
        note = phrases.say(theme, setting, rng, "call")
    else:
        told = phrases.say(theme, setting, rng, section or "any")
        note = f"{phrases.say('shared/call_starts', setting, rng)} {_noted(told, rng)}"
    _, second, third, _, _ = (rng.random() < p for p in _PARTS["call_notes"])
    for wanted in (second, third):
        if wanted:
            more = _noted(phrases.say(theme, setting, rng, "more"), rng)
            note += rng.choice((", ", ". ", " - ", "; ", " / ")) + more
    for _ in range(rng.choice((0, 1, 1, 1, 2))):
        note += rng.choice((", ", ". ", " - ", "; "))
        note += phrases.say("shared/call_ends", setting, rng)
    note = _style(typos.reword(note, rng), "call_notes", rng)
    return f"{note}. {personal}" if personal else note


def _noted(text: str, rng: Random) -> str:
    text = _NOTED_WORD.sub(lambda match: _NOTED[match.group()], text)
    if text.startswith("they ") and rng.random() < 0.7:
        text = text[5:]
    if rng.random() < 0.6:
        text = _FILLER_WORD.sub("", text)
    text = text.rstrip(".!?")
    return text[:1].lower() + text[1:]


def _as_email(body: str, setting: Setting, rng: Random) -> str:
    gap = rng.choice(("\n\n", "\n\n", "\n", " "))
    parts = [body]
    if rng.random() < 0.85:
        parts.insert(0, phrases.say("shared/greetings", setting, rng))
    if rng.random() < 0.80:
        first = phrases.say("shared/first_names", setting, rng)
        sign_off = phrases.say("shared/signoffs", setting, rng)
        parts.append(f"{sign_off}{' ' if gap == ' ' else chr(10)}{first}")
    return gap.join(parts)


def _as_post(body: str, channel: str, setting: Setting, rng: Random, keep: str) -> str:
    handle = people.BRAND_HANDLES[setting.brand]
    is_x = channel == "x"
    tail = ""
    for _ in range(rng.choice((0, 0, 1, 1, 2)) if is_x else rng.choice((0, 0, 0, 1))):
        tail += " " + phrases.say("shared/post_tags", setting, rng)
    lead = f"{handle} " if is_x and rng.random() < 0.75 else ""
    if is_x and len(lead + body + tail) > _POST_LIMIT:
        tail = ""
        if not keep:
            body = body[: _POST_LIMIT - len(lead)].rsplit(" ", 1)[0]
    if is_x and not lead and rng.random() < 0.5:
        tail = f" {handle}{tail}"
    return f"{lead}{body}{tail}"
