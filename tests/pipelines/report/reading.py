"""How the tests read what was written: the page's tree, its words, tables and their rows."""

import re
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pandas as pd


def parse(page: str) -> Element:
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    return tree


_IN_LINE = {"data", "bdi", "strong", "b", "a"}


def words_of(element: Element) -> str:
    """Return what is read: blocks parted by spaces, no style sheet."""
    return re.sub(r"\s+", " ", "".join(_pieces(element))).strip()


def _pieces(element: Element):
    if element.tag in ("style", "title", "desc"):
        return
    is_in_line = element.tag in _IN_LINE or element.get("class") == "nowrap"
    space = "" if is_in_line else " "
    yield space + (element.text or "")
    for child in element:
        yield from _pieces(child)
        yield child.tail or ""
    yield space


@cache
def read_table(path: Path) -> pd.DataFrame:
    """Return a table of a run; read once, for every mood's page is walked back to it."""
    return pd.read_parquet(path)
