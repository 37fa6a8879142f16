"""Complaints to themes that keep their names."""
