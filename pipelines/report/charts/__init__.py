"""Charts as inline SVG: readable in greyscale, at any width, and said in a sentence.

A chart is stretched to the width of its place: its shapes lie in an inner drawing that is
scaled freely, its texts are placed in percent and keep their size, so a phone shows the same
chart with the same letters.
"""

from pipelines.report.charts.fan import fan_chart, truth_chart
from pipelines.report.charts.record import record_chart
from pipelines.report.charts.reliability import reliability_chart
from pipelines.report.charts.scale import nice_ticks, numbers
from pipelines.report.charts.spark import sparkline
from pipelines.report.charts.split import split_bar
from pipelines.report.charts.theme_map import map_chart
from pipelines.report.charts.timeline import MOST_LANES, timeline_chart

__all__ = [
    "MOST_LANES",
    "fan_chart",
    "map_chart",
    "nice_ticks",
    "numbers",
    "record_chart",
    "reliability_chart",
    "sparkline",
    "split_bar",
    "timeline_chart",
    "truth_chart",
]
