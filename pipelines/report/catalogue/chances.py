"""Words of chance, bound to numbers here and nowhere else."""

from __future__ import annotations

from pipelines.report.figures import Figure

# (at least, word): the same words for the same numbers, everywhere.
CHANCE_WORDS = (
    (0.9, "very likely"),
    (0.7, "likely"),
    (0.4, "even"),
    (0.1, "unlikely"),
    (0.0, "very unlikely"),
)
WORDS_OF_CHANCE = (
    "Very likely: at least 90\u00a0%. Likely: 70\u201390\u00a0%. Even: 40\u201370\u00a0%. "
    "Unlikely: 10\u201340\u00a0%. Very unlikely: under 10\u00a0%."
)


def chance_word(p: float) -> str:
    """Return the word that is bound to a chance.

    Examples
    --------
    >>> [chance_word(p) for p in (0.95, 0.9, 0.7, 0.4, 0.1, 0.05)]
    ['very likely', 'very likely', 'likely', 'even', 'unlikely', 'very unlikely']
    """
    return next(word for least, word in CHANCE_WORDS if p >= least)


def in_ten(p: float) -> str:
    """Return a chance as people say it, never as certain.

    Examples
    --------
    >>> in_ten(0.71), in_ten(0.97), in_ten(0.02)
    ('about 7 in 10', 'more than 9 in 10', 'less than 1 in 10')
    """
    tens = _tens(p)
    if tens is None:
        return "more than 9 in 10" if p > 0.5 else "less than 1 in 10"
    return f"about {tens} in 10"


def chance(p: float, row: str = "") -> Figure:
    """Return a chance as a figure: in tens, with the word bound to it.

    The word is that of the number as it is shown: nobody shall read "about 7 in 10 (even)" of
    0.67.
    """
    tens = _tens(p)
    word = chance_word(float(p) if tens is None else tens / 10)
    return Figure(float(p), f"{in_ten(p)} ({word})", row)


def _tens(p: float) -> int | None:
    """Return the nearest ten, 1 to 9; None where that would be certain."""
    return None if p >= 0.95 or p < 0.05 else max(1, int(10 * p + 0.5))
