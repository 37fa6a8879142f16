"""Sentences of complaints: the one that speaks for a theme, and short examples."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import fsum

import numpy as np
import numpy.typing as npt

from models.themes.words import key_of, phrases_of

MAX_LABEL_CHARS = 160
MAX_EXEMPLAR_CHARS = 280
_EXEMPLARS = 5
_CORE = 20  # typical texts among which exemplars are looked for at least
_EASY_CHARS = 100  # a text of this length costs nothing to read
_NEAR_SAME = 0.95  # cosine from which two exemplars say the same
_CENTRAL = 2.0  # power of a text's closeness to the centre in its sentences' worth
_SHORT_TEXT = 60  # characters
_READ_CHARS = 500  # of a text: what it is about comes early
_FIRST = 1.2  # a text's first sentence, often its title, says what it is about
_FEW_WORDS = 4  # fewer are a fragment
_EASY_WORDS = 8  # so many cost nothing to read; from there on each must earn its place
_TYPICAL = 100  # texts nearest to the centre are looked through
_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+|\s*[\r\n]+\s*")
_ODD = re.compile(r"https?:|www\.|[{}\[\]\\|=_~^]|\w{25,}|[\w.]+/[\w./]+|\d{5,}")
_MARK = re.compile(r"<[A-Z][A-Z_ ]*>|\[[a-z]+\]|@\w")
# "@brand my parcel is late" is said to the brand: the sentence begins after it.
_ADDRESSED = re.compile(r"^(?:\W*(?:@\w+|<[A-Z][A-Z_ ]*>)[:,]?\s*)+")
_NO_LETTER = re.compile(r"[^\w\s]|[\d_]")
_MAX_ODD_SHARE = 0.15  # of signs and digits in a sentence: more is a log
_DOUBLE_STOP = re.compile(r"(?<!\.)([.!?])\.$")  # "Gone!." where title and text were joined


def sentences(text: str) -> list[str]:
    """Return the text's sentences, split at full stops, question and exclamation marks and lines.

    Examples
    --------
    >>> sentences("Late again! Why?")
    ['Late again!', 'Why?']
    """
    return [part.strip() for part in _END.split(text) if part.strip()]


def medoid_sentence(
    texts: Sequence[str],
    closeness: npt.NDArray[np.floating],
    counts: npt.NDArray[np.floating],
    weights: Mapping[str, float],
) -> str:
    """Return the sentence that says most of what the theme's texts say.

    A sentence is worth its words' weights (each word once), less if it is long, more if its text
    is close to the theme's centre or many complaints have it. Greetings, logs, links and
    fragments are passed over; without any proper sentence the closest text is cut to length.

    Parameters
    ----------
    texts : sequence of str
        Typical texts, the closest to the centroid first.
    closeness : ndarray of shape (n_texts,)
        Cosine to the centroid.
    counts : ndarray of shape (n_texts,)
        How much each text counts.
    weights : mapping
        The theme's words by key.
    """
    best, best_score = "", 0.0
    trust = np.clip(closeness, 0.0, 1.0) ** _CENTRAL * counts
    for text, factor in zip(texts[:_TYPICAL], trust[:_TYPICAL].tolist(), strict=True):
        # A text of a few words is said in one breath, even if it has a full stop.
        parts = [text] if len(text) <= _SHORT_TEXT else sentences(text[:_READ_CHARS])
        for place, sentence in enumerate(parts):
            said = _ADDRESSED.sub("", sentence)
            score = _worth(said, weights) * factor * (_FIRST if place == 0 else 1.0)
            if score > best_score:
                best, best_score = said, score
    best = best or cut(texts[int(np.argmax(closeness))], MAX_LABEL_CHARS)
    return _DOUBLE_STOP.sub(r"\1", " ".join(best.split()))


def _worth(sentence: str, weights: Mapping[str, float]) -> float:
    if not sentence or len(sentence) > MAX_LABEL_CHARS or _ODD.search(sentence):
        return 0.0
    if len(_NO_LETTER.findall(sentence)) > _MAX_ODD_SHARE * len(sentence):
        return 0.0
    words = [word for run in phrases_of(sentence) for word in run]
    # Exact: a set's order changes from process to process, and with it a sum's last bit.
    value = fsum(weights.get(key, 0.0) for key in {word.key for word in words if word.is_content})
    is_whole = sentence[0].isupper() and sentence[-1] in ".?!" and not sentence.isupper()
    is_cut = sentence.rstrip(".").endswith((":", ",", ";", "-"))
    is_broken = is_cut or sentence.count('"') % 2 == 1 or bool(_MARK.search(sentence))
    fragment = 0.5 if is_broken or len(words) < _FEW_WORDS else 1.0
    worth = (1.2 if is_whole else 1.0) * fragment * value / max(len(words), _EASY_WORDS) ** 0.75
    return float(worth)


def exemplars(
    texts: Sequence[str], vectors: npt.NDArray[np.floating], closeness: npt.NDArray[np.floating]
) -> list[str]:
    """Return up to five texts that are short, typical and different from each other.

    Chosen one by one by maximal marginal relevance (Carbonell & Goldstein 1998,
    doi:10.1145/290941.291025) among the closest third: close to the centroid, far from those
    chosen before; long texts and logs are worth less, and what is too long is cut at a word.

    Parameters
    ----------
    texts : sequence of str
        Typical texts.
    vectors : ndarray of shape (n_texts, dimension)
        Their unit vectors.
    closeness : ndarray of shape (n_texts,)
        Cosine to the centroid.
    """
    lengths = np.array([len(text) for text in texts])
    too_long = np.clip((lengths - _EASY_CHARS) / MAX_EXEMPLAR_CHARS, 0, 1)
    too_short = np.array([len(text.split()) < _FEW_WORDS for text in texts])
    is_log = np.array([bool(_ODD.search(text[:MAX_EXEMPLAR_CHARS])) for text in texts])
    value = closeness - 0.2 * too_long - 0.3 * too_short - 0.2 * is_log
    # Different, but not at the price of the theme's fringe.
    is_far = closeness < np.sort(closeness)[::-1][: max(_CORE, len(texts) // 3)].min()
    value = np.where(is_far, -np.inf, value)
    chosen: list[int] = []
    nearest = np.zeros(len(texts))
    for _ in range(min(_EXEMPLARS, len(texts))):
        score = np.where(nearest >= _NEAR_SAME, -np.inf, value - 0.5 * nearest)
        score[chosen] = -np.inf
        place = int(np.argmax(score))
        if not np.isfinite(score[place]):
            break
        chosen.append(place)
        nearest = np.maximum(nearest, vectors @ vectors[place])
    return [cut(texts[place], MAX_EXEMPLAR_CHARS) for place in chosen]


def cut(text: str, limit: int) -> str:
    """Return the text on one line, cut at a word if it is longer than the limit.

    Examples
    --------
    >>> cut("The parcel  is late", 12)
    'The parcel…'
    """
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    return (head.rsplit(" ", 1)[0] if " " in head else head) + "…"


def key_set(text: str) -> frozenset[str]:
    """Return the keys of the text's words."""
    return frozenset(key_of(word) for word in re.findall(r"[\w'\u2019-]+", text))
