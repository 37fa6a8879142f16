"""Vectors to themes: discovery, labels, assignment and identity."""
