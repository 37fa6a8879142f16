"""What all charts share: coordinates as text, round numbers for an axis, names that fit."""

from __future__ import annotations


def numbers(value: float) -> str:
    """Return a coordinate with at most two decimals, always written the same way."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def nice_ticks(highest: float) -> tuple[int, ...]:
    """Return three or four round numbers from 0 to at least the highest value.

    Examples
    --------
    >>> nice_ticks(130), nice_ticks(7.2), nice_ticks(0)
    ((0, 50, 100, 150), (0, 5, 10), (0, 1))
    """
    step = 1
    while highest > 3 * step:  # 1, 2, 5, 10, 20, 50 ...
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    ticks = [0]
    while ticks[-1] < max(highest, 1):
        ticks.append(ticks[-1] + step)
    return tuple(ticks)


def shortened(name: str, letters: int) -> str:
    """Return a name of at most so many letters, cut between words where one ends late enough.

    Examples
    --------
    >>> shortened("Late parcels", 12), shortened("Late parcels again", 14), shortened("Wwwww", 4)
    ('Late parcels', 'Late parcels…', 'Www…')
    """
    if len(name) <= letters:
        return name
    cut = name[: max(letters - 1, 0)]
    words = cut if name[len(cut)] == " " else cut.rpartition(" ")[0]
    return f"{(words if len(words) > letters // 2 else cut).rstrip()}\u2026"
