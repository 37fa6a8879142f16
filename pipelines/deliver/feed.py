"""The warnings as an Atom feed: one entry an episode, its words those of its newest change.

The feed is made anew from the table of warnings: the same mornings give the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pandas as pd
import pyarrow.compute as compute

from models.contracts import CLOSED, THEMES, WARNINGS
from pipelines.deliver.changes import change
from pipelines.deliver.told import Told
from pipelines.moments import folder_name, iso
from pipelines.report.again import hide_columns
from pipelines.report.catalogue import delivery as words
from pipelines.report.facts.warning import window_words
from pipelines.report.figures import whole
from pipelines.report.plain import clean
from pipelines.salt import customer_salt
from pipelines.settings import Settings
from pipelines.store import Store
from pipelines.workspace import Workspace

_ATOM = "http://www.w3.org/2005/Atom"
_MAX_TITLE = 120
_COLUMNS = [
    *("warning_id", "as_of", "theme_id", "state", "severity", "window_days", "observed"),
    *("expected", "owner", "action", "joined_to"),
]


class Episode(NamedTuple):
    """A warning's life so far: its last change, and when it began."""

    event: str
    level: int
    began: pd.Timestamp
    changed: pd.Timestamp
    row: Any  # of WARNINGS, as of the change


def write_feed(places: Workspace, told: Told, settings: Settings) -> None:
    """Write ``feed.atom`` of the workspace, as of a run, unless there is a later run."""
    newest = places.last_run()
    if not settings.deliver.feed_entries or (newest and newest.name > told.folder.name):
        return
    store = Store(places.store)
    lives = episodes_of(_rows(store, told.as_of), told.as_of)
    titles = _titles(store, told.as_of, settings) | told.titles
    hidden = told.hidden
    lives = [it for it in lives if it.row.theme_id not in hidden]
    lives = sorted(lives, key=lambda it: (it.changed, it.row.warning_id), reverse=True)
    lives = lives[: settings.deliver.feed_entries]
    salt = hashlib.sha256(b"feed" + customer_salt(places)).hexdigest()
    own = uuid.uuid5(uuid.NAMESPACE_OID, salt)  # no other workspace's feed has this id
    written = _feed(lives, titles, told, settings, own)
    if places.feed.exists() and places.feed.read_bytes() == written:
        return
    draft = places.feed.with_name(f".{places.feed.name}.draft")
    draft.write_bytes(written)
    os.replace(draft, places.feed)


def episodes_of(rows: pd.DataFrame, as_of: pd.Timestamp) -> list[Episode]:
    """Return each warning's life.

    Parameters
    ----------
    rows : DataFrame
        WARNINGS rows of all mornings up to `as_of`.
    as_of : Timestamp
        The newest morning: a warning that it does not list is over.
    """
    mornings = sorted({*rows["as_of"], as_of})
    lives = (
        _life(own.sort_values("as_of"), mornings)
        for _, own in rows[rows["joined_to"].isna()].groupby("warning_id", sort=True)
    )
    return [it for it in lives if it is not None]


def _life(rows: pd.DataFrame, mornings: list[pd.Timestamp]) -> Episode | None:
    life, told = None, 0
    for row in rows.itertuples():
        is_open, level = row.state != "closed", int(row.severity)
        event = change(told, is_open=is_open, level=level)
        if event is None:
            continue
        began = life.began if life else row.as_of
        life = Episode(event, told if event == CLOSED else level, began, row.as_of, row)
        told = 0 if event == CLOSED else level
    last = rows["as_of"].max()
    if life is not None and told and last < mornings[-1]:
        after = next(it for it in mornings if it > last)
        life = life._replace(event=CLOSED, level=told, changed=after)
    return life


def _rows(store: Store, as_of: pd.Timestamp) -> pd.DataFrame:
    known = compute.field("as_of") <= as_of.to_pydatetime()
    return store.read(WARNINGS, columns=_COLUMNS, where=known)


def _titles(store: Store, as_of: pd.Timestamp, settings: Settings) -> dict[str, str]:
    """Return the newest title of every theme there has been, redacted once more."""
    known = compute.field("version") <= iso(as_of)
    rows = store.read(THEMES, columns=["theme_id", "version", "title", "label"], where=known)
    rows = rows.sort_values("version").drop_duplicates("theme_id", keep="last")
    rows = hide_columns(rows, ["title", "label"], settings.redaction)
    return {
        str(row.theme_id): clean(row.title, _MAX_TITLE) or clean(row.label, _MAX_TITLE)
        for row in rows.itertuples()
    }


def _feed(
    lives: list[Episode], titles: dict[str, str], told: Told, settings: Settings, own: uuid.UUID
) -> bytes:
    ElementTree.register_namespace("", _ATOM)
    feed = ElementTree.Element(_tag("feed"))
    title = clean(settings.report.title, 80)
    newest = max((it.changed for it in lives), default=told.as_of)
    for name, text in (
        ("id", own.urn),
        ("title", words.FEED_TITLE.format(title=title)),
        ("updated", iso(newest)),
    ):
        _add(feed, name, text)
    _add(_add(feed, "author"), "name", "issuecast")
    for it in lives:
        entry = _add(feed, "entry")
        for name, text in _texts(it, titles, own):
            _add(entry, name, text)
        folder = folder_name(it.changed, time_zone=settings.time_zone)
        link = _add(entry, "link")
        link.attrib = {
            "rel": "alternate",
            "type": "text/html",
            "href": f"runs/{folder}/report.html",
        }
    ElementTree.indent(feed)
    written: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _texts(it: Episode, titles: dict[str, str], own: uuid.UUID) -> Iterator[tuple[str, str]]:
    row = it.row
    title = titles.get(row.theme_id) or clean(row.theme_id, 40)
    said = [
        words.FEED_COUNTS.format(
            observed=whole(row.observed).shown,
            window=window_words(int(row.window_days)),
            expected=whole(row.expected).shown,
        ),
        words.FEED_OWNER.format(owner=clean(row.owner, 60), action=clean(row.action, 200)),
    ]
    event = words.EVENTS[it.event]
    yield "id", uuid.uuid5(own, row.warning_id).urn
    yield "title", words.FEED_ENTRY.format(title=title, event=event, level=it.level)
    yield "published", iso(it.began)
    yield "updated", iso(it.changed)
    yield "content", event + "." if it.event == CLOSED else " ".join(said)


def _tag(name: str) -> str:
    return f"{{{_ATOM}}}{name}"


def _add(parent: ElementTree.Element, name: str, text: str | None = None) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, _tag(name))
    made.text = text
    return made
