"""The invented themes: their words, their volume, their rise; and the hostile ones' texts."""

from __future__ import annotations

from dataclasses import dataclass

HOSTILE = (
    "<script>alert('x')</script>",
    "</style><svg onload=alert(1)><style>*{display:none}",
    "\u202egnp.exe reversed \u2066and isolated",
    "W" * 10_000,
    "=HYPERLINK(\"http://evil.example\",\"click\")",
    "[link](http://evil.example) **bold** <!channel> @here `code`",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334algo\x00\x08 text",
)  # fmt: skip


@dataclass(frozen=True)
class Topic:
    """One invented theme: its words, its usual complaints a day, its rise in the last days."""

    theme_id: str
    title: str
    label: str
    keywords: tuple[str, ...]
    daily: float
    rise: tuple[float, ...] = ()  # times the usual, the last entry is the origin's eve
    stays: float = 1.0  # times the usual that is forecast at lead 1, fading over four weeks
    exemplars: tuple[str, ...] = ("An example.",)


TOPICS = (
    Topic(
        "t-01aa", "Add-ons disabled", "All my add-ons have been disabled today.",
        ("add-ons", "disabled", "extensions", "verified", "certificate"), 1.9,
        (1, 1, 1, 1.2, 68), 14,
        ("All my extensions were disabled this morning and say they could not be verified.",
         "Firefox turned off every add-on I have. NoScript, uBlock, all gone!!",
         "Why are my add-ons off? [EMAIL] tells me it is a certificate."),
    ),
    Topic(
        "t-02bb", "Late parcels", "My parcel is a week late and nobody answers.",
        ("parcel", "late", "delivery", "tracking"), 12.1, (1.2, 1.4, 1.6, 1.9, 2.2, 2.4, 2.6), 1.9,
        ("My parcel was due on Monday and the tracking has not moved since.",
         "Third late delivery this month, I want my money back."),
    ),
    Topic("t-03cc", "Login fails", "I cannot log in since the update.",
          ("login", "password", "code"), 9.0, (1.0,), 0.62),
    Topic("t-04dd", "Bookmarks lost", "My bookmarks are gone.", ("bookmarks", "lost"), 5.2),
    Topic("t-05ee", "Slow start", "It takes a minute to start.", ("slow", "start", "freeze"), 7.7),
    Topic("t-06ff", "Video stutters", "Videos stutter in full screen.", ("video", "sound"), 4.1),
    Topic("t-07aa", "Charged twice", "I was charged twice for the same month.",
          ("charged", "twice", "refund", "bill"), 6.3),
    Topic("t-08bb", "Bicycle racks", "Abandoned bicycle chained to a rack.",
          ("bicycle", "rack", "abandoned"), 3.0, (1, 1, 18, 22, 20), 4.0,
          ("Abandoned bicycle at the rack.",)),
    Topic("t-09cc", "Printer page blank", "Printing gives blank pages.", ("print", "blank"), 2.4),
    Topic("t-10dd", "Sync stopped", "My devices no longer sync.", ("sync", "phone"), 3.3),
    Topic("t-11ee", "Search engine changed", "Another search engine opens.", ("search",), 2.9),
    Topic("t-12ff", "Font too small", "The letters are tiny.", ("font", "zoom", "size"), 1.1),
)  # fmt: skip

QUIET = tuple(Topic(t.theme_id, t.title, t.label, t.keywords, t.daily) for t in TOPICS)
