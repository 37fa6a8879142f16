from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd

from models.contracts import THEMES, WARNINGS, conform
from tests.pipelines.deliver.conftest import House

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def _entries(house: House) -> dict[str, dict[str, str]]:
    """Return the feed's entries by title's first part, read by a real parser."""
    feed = ElementTree.parse(house.places.feed).getroot()
    assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
    # RFC 4287, 4.1.1 and 4.1.2: what a feed and an entry must hold, once.
    for name in ("id", "title", "updated", "author/a:name"):
        assert len(feed.findall(f"a:{name}", ATOM)) == 1
    found = {}
    for entry in feed.findall("a:entry", ATOM):
        texts = {}
        for name in ("id", "title", "published", "updated", "content"):
            (element,) = entry.findall(f"a:{name}", ATOM)
            assert list(element) == []  # text, no markup
            texts[name] = element.text or ""
        (link,) = entry.findall("a:link", ATOM)
        texts["href"] = link.attrib["href"]
        found[texts["id"]] = texts
    assert len(found) == len(feed.findall("a:entry", ATOM))
    return found


def _of(house: House, title: str) -> dict[str, str]:
    (entry,) = (it for it in _entries(house).values() if it["title"].startswith(title))
    return entry


def test_an_episode_is_one_entry_that_is_updated(house: House) -> None:
    settings = house.settings()
    for date, what, told in (
        ("2019-05-05", {"severity": 2}, ("New warning, level 2", "2019-05-05")),
        ("2019-05-06", {"severity": 2}, ("New warning, level 2", "2019-05-05")),
        ("2019-05-07", {"severity": 3}, ("Warning has grown, level 3", "2019-05-07")),
        ("2019-05-08", {"severity": 1}, ("Warning has grown, level 3", "2019-05-07")),
        ("2019-05-09", {"state": "closed"}, ("Warning closed, level 3", "2019-05-09")),
    ):
        house.deliver(house.morning(date, **{"02bb": what}), settings)
        entry = _of(house, "Late parcels")
        assert len(_entries(house)) == 3
        assert entry["title"] == f"Late parcels: {told[0]}"
        assert entry["updated"] == f"{told[1]}T00:00:00Z"
        assert entry["published"] == "2019-05-05T00:00:00Z"
        assert entry["href"] == f"runs/{told[1]}/report.html"
        if date == "2019-05-05":
            first = entry["id"]
        assert entry["id"] == first
    assert entry["content"] == "Warning closed."
    assert _of(house, "Add-ons")["content"].startswith(
        "122 complaints in the last day, usually 1.9."
    )


def test_the_same_morning_gives_the_same_bytes(house: House) -> None:
    settings = house.settings()
    as_of = house.morning("2019-05-05")
    house.deliver(as_of, settings)
    first, at = house.places.feed.read_bytes(), house.places.feed.stat().st_mtime_ns
    house.deliver(as_of, settings)
    assert house.places.feed.read_bytes() == first
    assert house.places.feed.stat().st_mtime_ns == at


def test_what_is_listed_no_more_is_closed_and_keeps_its_name(house: House) -> None:
    settings = house.settings()
    house.deliver(house.morning("2019-05-05"), settings)
    as_of = house.morning("2019-05-06", **{"02bb": None})
    path = house.places.runs / "2019-05-06" / "themes.parquet"
    themes = pd.read_parquet(path)
    themes[themes["theme_id"] != "t-02bb"].to_parquet(path, index=False)  # a refit ended it
    house.deliver(as_of, settings)
    assert _of(house, "Late parcels")["title"] == "Late parcels: Warning closed, level 2"
    assert _of(house, "Late parcels")["updated"] == "2019-05-06T00:00:00Z"


def test_the_newest_changes_stay_and_none_means_no_feed(house: House) -> None:
    as_of = house.morning("2019-05-05")
    house.deliver(as_of, house.settings(feed_entries=0))
    assert not house.places.feed.exists()
    house.deliver(as_of, house.settings(feed_entries=2))
    assert len(_entries(house)) == 2


def test_what_is_told_in_another_warning_has_no_entry(house: House) -> None:
    as_of = house.morning("2019-05-05", **{"08bb": {"joined_to": "w-t-02bb-2019-05-01"}})
    house.deliver(as_of, house.settings())
    assert sorted(it["title"].partition(":")[0] for it in _entries(house).values()) == [
        "Add-ons disabled",
        "Late parcels",
    ]


def test_hostile_words_stay_text_and_hidden_themes_are_left_out(
    house: House, templates: Callable[[str], Path]
) -> None:
    house.template = templates("hostile")
    themes = pd.read_parquet(house.template / "themes.parquet")
    house.store.upsert(THEMES, conform(themes, THEMES))
    as_of = house.morning("2019-05-05")
    path = house.places.runs / "2019-05-05" / "themes.parquet"
    shown = pd.read_parquet(path)
    shown["is_hidden"] = shown["theme_id"] == "t-92"
    conform(shown, THEMES).to_parquet(path, index=False)
    rows = pd.read_parquet(path.parent / "warnings.parquet")
    bad = conform(rows.assign(action="a\x00\x0b\ufffe]]>&amp;<b>\u202e", owner="x\r\ny"), WARNINGS)
    house.store.upsert(WARNINGS, bad)
    house.deliver(as_of, house.settings())
    found = _entries(house)
    titles = " ".join(it["title"] for it in found.values())
    assert "<script>alert('x')</script>" in titles  # as text: the parser saw no element
    assert "reversed" not in titles
    assert len(found) == 6
    for it in found.values():
        assert it["content"].endswith("x y: a]]>&amp;<b>")
