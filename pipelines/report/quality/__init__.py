"""The page on the themes' quality: rows and sentences, then charts, then one page."""

from pipelines.report.quality.page import QualityFiles, write_quality

__all__ = ["QualityFiles", "write_quality"]
