"""The report: numbers, then charts, then pages."""
