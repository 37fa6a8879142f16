"""Counts and complaints to warnings: of the morning, and of the hours between."""
