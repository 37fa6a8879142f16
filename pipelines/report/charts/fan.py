"""A series' past and future: counted days, running mean, and the forecast as a fan."""

from __future__ import annotations

from datetime import date, timedelta

from markupsafe import Markup

from pipelines.report import catalogue as words
from pipelines.report.charts.scale import nice_ticks, numbers
from pipelines.report.facts.fan import AheadDay, Fan, PastDay

_TOP, _HEIGHT, _FOOT = 22, 190, 24  # pixels: room for the mark's label, the plot, the dates
_EDGE = 0.05  # of the width: no date label nearer to an edge, where it would be cut


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
