"""The report: numbers, then charts, then pages."""

from pipelines.report.render import ReportFiles, write_report

__all__ = ["ReportFiles", "write_report"]
