"""Charts as inline SVG: readable in greyscale, at any width, and said in a sentence.

A chart is stretched to the width of its place: its shapes lie in an inner drawing that is
scaled freely, its texts are placed in percent and keep their size, so a phone shows the same
chart with the same letters.
"""

from __future__ import annotations

from datetime import date, timedelta

from markupsafe import Markup

from pipelines.report import catalogue as words
from pipelines.report.facts.fan import AheadDay, Fan, PastDay
from pipelines.report.facts.record import RECORD_WEEKS, RecordWeek
from pipelines.report.figures import Figure

_TOP, _HEIGHT, _FOOT = 22, 190, 24  # pixels: room for the mark's label, the plot, the dates
_EDGE = 0.05  # of the width: no date label nearer to an edge, where it would be cut
_SPARK_WIDTH, _SPARK_HEIGHT, _SPARK_BAR = 80, 26, 8
_RECORD_HEIGHT, _RECORD_LEFT = 84, 26  # pixels; percent of the width for the scale's words


def numbers(value: float) -> str:
    """Return a coordinate with at most two decimals, always written the same way."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


# --- spark line ---------------------------------------------------------------------------
def sparkline(past: tuple[Figure | None, ...], usual: float | None, sentence: str) -> Markup:
    """Return the last weeks as bars, the newest dark, with the usual level as a dashed line."""
    values = [float(week.value or 0) if week else 0.0 for week in past]
    top = max([*values, usual or 0.0, 1.0])
    slot = _SPARK_WIDTH / len(values)
    bars = [
        f"M{numbers(i * slot + 1)} {_SPARK_HEIGHT}v-{numbers(v / top * (_SPARK_HEIGHT - 2))}"
        f"h{_SPARK_BAR}V{_SPARK_HEIGHT}z"
        for i, v in enumerate(values)
    ]
    parts = [f'<path class="b" d="{"".join(bars[:-1])}"/><path class="n" d="{bars[-1]}"/>']
    if usual is not None:
        level = numbers(_SPARK_HEIGHT - usual / top * (_SPARK_HEIGHT - 2))
        parts.append(f'<path class="u" d="M0 {level}H{_SPARK_WIDTH}"/>')
    return Markup(
        '<svg class="spark" role="img" aria-label="{}" width="88" height="28" '
        'viewBox="0 0 {} {}">{}</svg>'
    ).format(sentence, _SPARK_WIDTH, _SPARK_HEIGHT, Markup("".join(parts)))


# --- fan chart ----------------------------------------------------------------------------
def fan_chart(fan: Fan) -> Markup:
    """Return a series' last 90 days and its next 28 as a fan of 50, 80 and 90 % bands."""
    first = fan.past[0].day
    last = fan.ahead[-1].day if fan.ahead else fan.past[-1].day
    slots = (last - first).days + 1
    ticks = nice_ticks(_highest(fan))
    plot = _Plot(first, slots, ticks[-1])
    shapes = [plot.grid(ticks), plot.bars(fan.past)]
    if fan.ahead:
        shapes.append(plot.bands(fan.ahead))
    if fan.usual_a_day is not None:
        shapes.append(plot.level(fan.usual_a_day))
    shapes.append(plot.mean(fan.past))
    shapes.append(plot.mark(fan.origin))
    return _framed(fan, slots, shapes, plot.labels(ticks, fan.origin))


def truth_chart(fan: Fan, came: tuple[PastDay, ...]) -> Markup:
    """Return a fan of the past with what came drawn over its bands, as a line."""
    first, last = fan.past[0].day, fan.ahead[-1].day
    slots = (last - first).days + 1
    ticks = nice_ticks(max([_highest(fan), *(day.count for day in came)]))
    plot = _Plot(first, slots, ticks[-1])
    shapes = [plot.grid(ticks), plot.bars(fan.past), plot.bands(fan.ahead)]
    shapes += [plot.came(came), plot.mark(fan.origin)]
    return _framed(fan, slots, shapes, plot.labels(ticks, fan.origin))


def _framed(fan: Fan, slots: int, shapes: list[str], labels: str) -> Markup:
    inner = (
        f'<svg y="{_TOP}" width="100%" height="{_HEIGHT}" viewBox="0 0 {slots} {_HEIGHT}" '
        f'preserveAspectRatio="none">{"".join(shapes)}</svg>'
    )
    return Markup(
        '<svg class="fan" role="img" aria-label="{}" width="100%" height="{}">{}</svg>'
    ).format(fan.sentence, _TOP + _HEIGHT + _FOOT, Markup(inner + labels))


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


def _highest(fan: Fan) -> float:
    highest = max([0.0, *(day.count for day in fan.past), *(day.q95 for day in fan.ahead)])
    return max(highest, fan.usual_a_day or 0.0)


class _Plot:
    """The inner drawing: a day is one unit wide, a complaint ``_HEIGHT / top`` pixels high."""

    def __init__(self, first: date, slots: int, top: float) -> None:
        self.first, self.slots, self.top = first, slots, top

    def x(self, day: date) -> int:
        """Return the left edge of a day's slot."""
        return (day - self.first).days

    def y(self, value: float) -> str:
        """Return the height of a value."""
        return numbers(_HEIGHT * (1 - value / self.top))

    def grid(self, ticks: tuple[float, ...]) -> str:
        """Return one line a tick."""
        lines = "".join(f"M0 {self.y(tick)}H{self.slots}" for tick in ticks)
        return f'<path class="grid" d="{lines}"/>'

    def bars(self, past: tuple[PastDay, ...]) -> str:
        """Return the counted days; those that may still change stand apart."""
        out = []
        for css, wanted in (("bar", False), ("bar soft", True)):
            days = [day for day in past if day.is_provisional is wanted and day.count]
            path = "".join(
                f"M{numbers(self.x(day.day) + 0.12)} {_HEIGHT}V{self.y(day.count)}h.76V{_HEIGHT}z"
                for day in days
            )
            if path:
                out.append(f'<path class="{css}" d="{path}"/>')
        return "".join(out)

    def bands(self, ahead: tuple[AheadDay, ...]) -> str:
        """Return the bands, the widest first, and the middle line over them."""
        pairs = (("band-90", "q05", "q95"), ("band-80", "q10", "q90"), ("band-50", "q25", "q75"))
        out = []
        for css, low, high in pairs:
            upper = self._line([(day.day, getattr(day, high)) for day in ahead])
            lower = self._line([(day.day, getattr(day, low)) for day in reversed(ahead)])
            out.append(f'<path class="{css}" d="M{upper}L{lower}z"/>')
        middle = self._line([(day.day, day.q50) for day in ahead])
        out.append(f'<path class="middle" d="M{middle}"/>')
        return "".join(out)

    def _line(self, points: list[tuple[date, float]]) -> str:
        return "L".join(f"{self.x(day)}.5 {self.y(value)}" for day, value in points)

    def mean(self, past: tuple[PastDay, ...]) -> str:
        """Return the running mean, where there is one."""
        points = [(day.day, day.mean_7) for day in past if day.mean_7 is not None]
        return f'<path class="mean" d="M{self._line(points)}"/>' if points else ""

    def came(self, days: tuple[PastDay, ...]) -> str:
        """Return the counts of the days that had been forecast."""
        points = [(day.day, float(day.count)) for day in days]
        return f'<path class="mean" d="M{self._line(points)}"/>' if points else ""

    def level(self, usual: float) -> str:
        """Return the usual level."""
        return f'<path class="usual" d="M0 {self.y(usual)}H{self.slots}"/>'

    def mark(self, origin: date) -> str:
        """Return the line between what was counted and what is forecast."""
        return f'<path class="mark" d="M{self.x(origin)} 0V{_HEIGHT}"/>'

    def labels(self, ticks: tuple[float, ...], origin: date) -> str:
        """Return the texts: the ticks, the months and the mark's date."""
        out = []
        for tick in ticks[1:]:
            unit = f" {words.LABELS['a_day']}" if tick == ticks[-1] else ""
            y = numbers(_TOP + float(self.y(tick)) - 4)
            out.append(f'<text x="0" y="{y}">{tick:,}{unit}</text>')
        foot = _TOP + _HEIGHT + 17
        for month in _months(self.first, self.first + timedelta(days=self.slots)):
            share = self.x(month) / self.slots
            if _EDGE <= share <= 1 - _EDGE:
                out.append(self._text(share, foot, words.MONTHS[month.month - 1]))
        share = self.x(origin) / self.slots
        label = f"{words.LABELS['as_of']} {words.day(origin)}"
        out.append(self._text(share, 13, label, css="strong", anchor="end" if share > 0.9 else ""))
        return "".join(out)

    @staticmethod
    def _text(share: float, y: int, label: str, *, css: str = "", anchor: str = "") -> str:
        kind = f' class="{css}"' if css else ""
        return (
            f'<text x="{numbers(100 * share)}%" y="{y}" '
            f'text-anchor="{anchor or "middle"}"{kind}>{label}</text>'
        )


def _months(first: date, end: date) -> list[date]:
    """Return the first days of months within the span."""
    day, out = first.replace(day=1), []
    while day < end:
        if day >= first:
            out.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    return out


# --- the record ---------------------------------------------------------------------------
def record_chart(weeks: tuple[RecordWeek, ...], origin: date, sentence: str) -> Markup:
    """Return the share of days inside the 80 % range, a dot a week, around the aim."""
    shares = [float(week.inside.value or 0) for week in weeks]
    bottom = min(0.5, *shares)

    def y(share: float) -> str:
        return numbers(8 + (1 - share) / (1 - bottom) * (_RECORD_HEIGHT - 16))

    def x(weeks_ago: float) -> str:
        across = (RECORD_WEEKS - weeks_ago - 0.5) / RECORD_WEEKS
        return f"{numbers(_RECORD_LEFT + (99 - _RECORD_LEFT) * across)}%"

    parts = [
        f'<line class="{css}" x1="{_RECORD_LEFT}%" x2="100%" y1="{y(share)}" y2="{y(share)}"/>'
        f'<text x="0" y="{numbers(float(y(share)) + 4)}">{label}</text>'
        for css, share, label in (
            ("grid", 1.0, "100\u00a0%"),
            ("aim", 0.8, words.LABELS["aim"]),
            ("grid", bottom, f"{round(100 * bottom)}\u00a0%"),
        )
    ]
    for week, share in zip(weeks, shares, strict=True):
        at = x((origin - week.end).days // 7)
        parts.append(f'<line class="stem" x1="{at}" x2="{at}" y1="{y(0.8)}" y2="{y(share)}"/>')
        parts.append(f'<circle cx="{at}" cy="{y(share)}" r="4"/>')
    foot = _RECORD_HEIGHT + 12
    start = words.day(origin - timedelta(days=7 * RECORD_WEEKS))
    end = words.day(origin - timedelta(days=1))
    parts.append(f'<text x="{_RECORD_LEFT}%" y="{foot}">{start}</text>')
    parts.append(f'<text x="100%" y="{foot}" text-anchor="end">{end}</text>')
    return Markup(
        '<svg class="record" role="img" aria-label="{}" width="100%" height="{}">{}</svg>'
    ).format(sentence, foot + 6, Markup("".join(parts)))
