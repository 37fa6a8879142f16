"""What the parts of a theme that is split are: as people describe them, or as they are found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from models.errors import DataContractError
from models.themes.decisions import Part
from models.themes.division import divide, telling_examples
from pipelines.decisions.board import Board
from pipelines.decisions.file import MAX_NAME, checked_name
from pipelines.settings import Settings
from pipelines.steps.embed import read_vectors
from pipelines.steps.themes.versions import Flags

_EXAMPLES = 5  # complaints that stand for a part that was described by words
# ... and at most so many for one that was found. Of ten, 92 to 100 % of the texts go where they
# were found (questions to Firefox support, themes of 99 to 312 texts in 2, 3 and 5 parts); of
# the five most typical 63 to 95 %.
_TELLING = 10
_MOST_PARTS = 20  # nobody reads more


def found_parts(board: Board, theme_id: str, parts: int, settings: Settings) -> tuple[Part, ...]:
    """Return the parts that a theme's texts fall into, largest first, named after what they say.

    Raises
    ------
    DataContractError
        If they do not fall into so many.
    """
    title = board.live["title"][theme_id]
    if not 2 <= parts <= _MOST_PARTS:
        raise DataContractError(
            f"parts: expected 2 to {_MOST_PARTS} parts of {title!r} ({theme_id}), got {parts}."
        )
    rows = board.complaints(theme_id, ["text_hash", "text"]).sort_values(
        ["text_hash", "complaint_id"]
    )
    texts = rows.drop_duplicates("text_hash").reset_index(drop=True)
    vectors = read_vectors(board.store, board.encoder, texts["text_hash"])
    hashes = texts["text_hash"].tolist()
    labels = divide(vectors, hashes, parts=parts, min_texts=settings.themes.min_texts)
    if labels is None:
        raise DataContractError(
            f"{title!r} ({theme_id}): its {len(texts)} different texts do not fall into {parts} "
            "parts; ask for fewer, or name the parts and examples of each (--part)."
        )
    examples = telling_examples(vectors, labels, most=_TELLING)
    names = _names(board, theme_id, texts, labels, vectors, settings)
    of = labels[examples]
    return tuple(
        Part(name, tuple(texts["complaint_id"].iloc[examples[of == part]]))
        for part, name in enumerate(names)
    )


def _names(
    board: Board,
    theme_id: str,
    texts: pd.DataFrame,
    labels: np.ndarray,
    vectors: np.ndarray,
    settings: Settings,
) -> list[str]:
    """Return what each part is called: told apart from the other parts, no other theme's name."""
    # Costs a second of imports, which other decisions need not wait for.
    from models.themes.labels import describe_themes

    found = describe_themes(
        texts["text"].tolist(), labels, vectors, brand_words=settings.themes.brand_words
    )
    taken = set(board.live["title"].drop(theme_id).str.casefold())
    names = []
    for number, title in enumerate(found["title"], start=1):
        try:
            name = base = checked_name(title, "part")
        except DataContractError:  # no letter in any text
            name = base = f"Part {number}"
        again = 2
        while name.casefold() in taken:
            ending = f" ({again})"
            name, again = base[: MAX_NAME - len(ending)] + ending, again + 1
        taken.add(name.casefold())
        names.append(name)
    return names


def examples_of(
    board: Board, theme_id: str, parts: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """Return the complaints (ids) that each part's examples name, words among them looked up."""
    rows = board.complaints(theme_id, ["text_hash", "text"])
    ids, texts = frozenset(rows["complaint_id"]), rows["text"].str.casefold()
    words = {name: [it for it in given if it not in ids] for name, given in parts.items()}
    said = {it: _says(texts, it) for given in words.values() for it in given}
    out = {name: [it for it in given if it in ids] for name, given in parts.items()}
    for name, given in words.items():
        others = [said[it] for other, its in words.items() if other != name for it in its]
        is_others = np.any(others, axis=0) if others else np.zeros(len(rows), dtype=bool)
        for it in given:
            _check_words(board, it, int(said[it].sum()), theme_id)
            mine = rows[said[it] & ~is_others]
            if mine.empty:
                raise DataContractError(
                    f"Part {name!r}: every complaint that says {it!r} says the words of another "
                    "part, too; name complaints by their ids."
                )
            out[name] += board.typical(mine, count=_EXAMPLES)["complaint_id"].tolist()
    return out


def _says(texts: pd.Series, words: str) -> Flags:
    """Return which texts, in small letters, hold all of the words."""
    wanted = words.casefold().split()
    return np.array([all(word in text for word in wanted) for text in texts], dtype=bool)


def _check_words(board: Board, words: str, count: int, theme_id: str) -> None:
    if count:
        return
    title = board.live["title"][theme_id]
    rows = board.decided.assignments
    elsewhere = rows.loc[rows["complaint_id"] == words, "theme_id"].dropna()
    if len(elsewhere):
        raise DataContractError(f"{words}: not of {title!r} ({theme_id}), but {elsewhere.iloc[0]}.")
    raise DataContractError(
        f"{words!r}: neither the id of a complaint of {title!r} ({theme_id}) nor words that one "
        f"says; `issuecast theme show {theme_id} --like WORDS` lists complaints."
    )
