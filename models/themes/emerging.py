"""The semantic scan: a text that far more people write like now than they ever did.

Looking among texts that no theme wants finds little: most texts of a new issue are near some
known theme. So every text of a window is asked how many people of the window wrote something
near to it, and how many would have, had they written as people did in the reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from models.themes.neighbours import Floats, Ints, cosine_level
from models.themes.scan_scores import Scores, around_centres, best_balls, score_places
from models.themes.stream import Moments, Stream, same_person

_ROWS_PER_BLOCK = 1024  # of similarities to the reference at a time: bounds the memory


@dataclass(frozen=True)
class Scan:
    """What one window shows; texts are numbered by their place in the stream.

    Attributes
    ----------
    moment : datetime64[us]
        The window's end, which it does not hold.
    window_hours : int
    texts : ndarray of int, shape (n,)
        The window's texts.
    scores : ndarray of float, shape (n,)
        Of each text, at the radius where it is highest; 0 where enough people never wrote more
        like it than expected.
    people : ndarray of int, shape (n,)
        People of the window who wrote something as near to it, its own writer included.
    expected : ndarray of float, shape (n,)
        How many would have, had they written as in the reference.
    radii : ndarray of float, shape (n,)
        What the product of two quantised vectors reaches at that radius.
    products : ndarray of float32, shape (n, n)
        Of the window's quantised vectors.
    centred : mapping of int to ndarray of int
        For texts of the window that speak for the centre of what lies around them: the texts
        around that centre.
    """

    moment: np.datetime64
    window_hours: int
    texts: Ints
    scores: npt.NDArray[np.float64]
    people: Ints
    expected: npt.NDArray[np.float64]
    radii: npt.NDArray[np.float64]
    products: Floats
    centred: Mapping[int, Ints]

    def near(self, i: int) -> Ints:
        """Return the texts that the score of the window's i-th counts."""
        if i in self.centred:
            return self.centred[i]
        return np.asarray(self.texts[self.products[i] >= self.radii[i]])


def scan_windows(
    stream: Stream,
    moments: Moments,
    *,
    windows_hours: Sequence[int],
    reference_days: int,
    gap_days: int,
    min_reference: int,
    max_reference: int,
    similarities: Sequence[float],
    centre_similarities: Sequence[float],
    copy_similarity: float,
    min_people: int,
) -> list[list[Scan]]:
    """Return what the windows that end at each moment show.

    A text's score is how much likelier its window is if people write like it at the rate they
    now do than if they write like it at the reference's (Kulldorff 1997,
    doi:10.1080/03610929708831995, for a rate that is known):

        score = c ln(c / λ) - (c - λ),    λ = P (m + 1) / (n + 1)

    with c the people who wrote something near it in the window, P all people of the window, m
    of the reference's n texts near it; 0 where c <= λ. A person counts once, and where writers
    are not known, texts of nearly the same words are one person's. Near is meant at several
    radii, as in Kulldorff's scan, and the best of them counts: how tightly people speak of one
    thing differs from trade to trade. What lies around the best few texts has a centre, and what
    lies around that is scored in the same way, see :mod:`models.themes.scan_scores`.

    Parameters
    ----------
    stream : Stream
        Whatever lies at or after a moment is not looked at for it.
    moments : ndarray of datetime64[us]
        Rising; those of one day share most of the work.
    windows_hours : sequence of int
        Lengths of the windows, at most the gap.
    reference_days, gap_days : int
        The reference is that many days, up to the gap before a moment.
    min_reference : int
        With fewer texts in the reference nothing is said.
    max_reference : int
        Of more texts than this every second (third, ...) is taken, in the order of time.
    similarities : sequence of float
        Cosines from which two texts are near: the radii.
    centre_similarities : sequence of float
        Cosines from which a text is near the centre of a window's best texts; none: texts alone.
    copy_similarity : float
        Share of word pairs (Jaccard) that makes two texts of unknown writers one person's.
    min_people : int
        A radius with fewer people scores 0.

    Returns
    -------
    list of list of Scan
        For each moment a scan for each window that holds a text; an empty list without enough
        reference.
    """
    moments = np.asarray(moments, dtype="datetime64[us]")
    if not len(moments) or not len(stream):
        return [[] for _ in moments]
    gap, span = np.timedelta64(gap_days, "D"), np.timedelta64(reference_days, "D")
    longest = np.timedelta64(max(windows_hours), "h")
    low = int(np.searchsorted(stream.moments, moments[0] - longest))
    high = int(np.searchsorted(stream.moments, moments[-1]))
    block = stream.vectors[low:high]
    levels = np.array([cosine_level(s) for s in similarities])
    centre_levels = np.array([cosine_level(s) for s in centre_similarities])
    first_known, last_known = np.searchsorted(
        stream.moments, [moments[0] - gap - span, moments[-1] - gap]
    )
    stride = max(1, -(-int(last_known - first_known) // max_reference))
    known = slice(int(first_known), int(last_known), stride)
    starts = np.searchsorted(stream.moments[known], moments - gap - span)
    ends = np.searchsorted(stream.moments[known], moments - gap)
    counts = _near_counts(block, stream.vectors[known], starts, ends, levels)
    products = block @ block.T
    same = same_person(stream, low, high, products, copy_similarity)
    seen: list[_Window] = []
    for k, moment in enumerate(moments):
        size = int(ends[k] - starts[k])
        last = int(np.searchsorted(stream.moments, moment)) - low
        for hours in windows_hours:
            first = int(np.searchsorted(stream.moments, moment - np.timedelta64(hours, "h"))) - low
            if last <= first or size * stride < min_reference:
                continue
            inside = slice(first, last)
            near = products[inside, inside]
            found = score_places(
                near,
                same[inside, inside],
                counts[:, inside, k],
                size,
                levels=levels,
                min_people=min_people,
            )
            places, balls = best_balls(found, near, levels)
            centres, around = around_centres(block[inside], balls)
            seen.append(_Window(k, hours, inside, size, found, places, centres, around))
    centres = np.concatenate([window.centres for window in seen]) if seen else block[:0]
    centres, number = np.unique(centres, axis=0, return_inverse=True)
    centre_counts = _near_counts(centres, stream.vectors[known], starts, ends, centre_levels)
    out: list[list[Scan]] = [[] for _ in moments]
    done = 0
    for window in seen:
        mine = number[done : done + len(window.places)]
        done += len(window.places)
        scan = _scan_of(window, moments[window.place], low, products, levels)
        if len(mine) and len(centre_levels):
            found = score_places(
                window.around,
                same[window.inside, window.inside],
                centre_counts[:, mine, window.place],
                window.size,
                levels=centre_levels,
                min_people=min_people,
            )
            scan = _centred(scan, window, found, centre_levels)
        out[window.place].append(scan)
    return out


@dataclass(frozen=True)
class _Window:
    """A window on its way to a scan: its place in the block, its best texts and their centres."""

    place: int  # of its moment
    hours: int
    inside: slice
    size: int  # of its reference
    found: Scores
    places: Ints
    centres: Floats
    around: Floats  # products of the centres with the window's texts


def _scan_of(
    window: _Window,
    moment: np.datetime64,
    low: int,
    products: Floats,
    levels: npt.NDArray[np.float64],
) -> Scan:
    best = window.found.best_radius()
    at = best, np.arange(len(best))
    return Scan(
        moment,
        window.hours,
        np.arange(low + window.inside.start, low + window.inside.stop),
        window.found.scores[at],
        window.found.people[at],
        window.found.expected[at],
        levels[best],
        products[window.inside, window.inside],
        {},
    )


def _centred(scan: Scan, window: _Window, found: Scores, levels: npt.NDArray[np.float64]) -> Scan:
    """Return the scan, in which a text speaks for the centre of its ball where that scores more."""
    scores, people, expected = scan.scores.copy(), scan.people.copy(), scan.expected.copy()
    centred: dict[int, Ints] = {}
    radii = found.best_radius()
    for j, (k, i) in enumerate(zip(radii.tolist(), window.places.tolist(), strict=True)):
        if found.scores[k, j] > scores[i]:
            scores[i], people[i] = found.scores[k, j], found.people[k, j]
            expected[i] = found.expected[k, j]
            centred[i] = scan.texts[window.around[j] >= levels[k]]
    return replace(scan, scores=scores, people=people, expected=expected, centred=centred)


def _near_counts(
    block: Floats,
    reference: Floats,
    starts: Ints,
    ends: Ints,
    levels: npt.NDArray[np.float64],
) -> Ints:
    """Return, per radius, text of the block and moment, the reference's texts near it."""
    out = np.zeros((len(levels), len(block), len(starts)), dtype=np.int64)
    edges = np.unique(np.concatenate([[0, len(reference)], starts, ends]))
    if not len(reference):
        return out
    # Between two edges no moment's reference begins or ends: such a piece is counted once.
    piece = np.searchsorted(edges, np.arange(len(reference)), side="right") - 1
    pieces = np.zeros((len(reference), len(edges) - 1), dtype=np.float32)
    pieces[np.arange(len(reference)), piece] = 1.0
    first, last = np.searchsorted(edges, starts), np.searchsorted(edges, ends)
    for row in range(0, len(block), _ROWS_PER_BLOCK):
        rows = slice(row, row + _ROWS_PER_BLOCK)
        products = block[rows] @ reference.T
        for k, level in enumerate(levels):
            in_piece = (products >= level).astype(np.float32) @ pieces
            before = np.cumsum(in_piece.astype(np.int64), axis=1)
            before = np.column_stack([np.zeros(len(before), dtype=np.int64), before])
            out[k, rows] = before[:, last] - before[:, first]
    return out
