"""Complaints to counts: series, hierarchy and calendar."""
