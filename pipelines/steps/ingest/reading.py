"""What is read off the texts as they come in: their language, and how harsh they are."""

from __future__ import annotations

import pandas as pd

from models.text.language import detect_languages
from models.text.sentiment import ENGLISH, sentiments


def with_languages(complaints: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Fill in the languages that the source does not give: each text is looked at once, ever.

    Parameters
    ----------
    complaints : DataFrame
        COMPLAINTS rows about to be stored, with the languages that the source gives.
    known : DataFrame
        COMPLAINTS rows of the source that are stored already.
    """
    before = known.set_index("complaint_id").reindex(complaints["complaint_id"])
    before = before.set_axis(complaints.index)
    # That a text has no language is an answer, too, once the source's texts were looked at.
    is_looked_at = before["text_hash"] == complaints["text_hash"]
    is_looked_at &= bool(known["language"].notna().any())
    language = complaints["language"].fillna(before["language"].where(is_looked_at))
    is_open = language.isna() & ~is_looked_at
    found = detect_languages(complaints.loc[is_open, "text"])
    return complaints.assign(language=language.where(~is_open, found))


def with_sentiments(complaints: pd.DataFrame) -> pd.DataFrame:
    """Fill in what is not known of how the English texts read; other languages have none.

    Rows of a workspace from before sentiments were read are filled in when they come again.

    Parameters
    ----------
    complaints : DataFrame
        COMPLAINTS rows about to be stored, with languages and what is known of unchanged texts.
    """
    known = complaints["sentiment"].where(complaints["language"] == ENGLISH)
    is_open = known.isna()
    found = sentiments(complaints.loc[is_open, "text"], complaints.loc[is_open, "language"])
    return complaints.assign(sentiment=known.where(~is_open, found))
