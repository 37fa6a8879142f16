"""Counts to a forecast distribution."""
