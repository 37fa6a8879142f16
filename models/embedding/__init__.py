"""Texts to vectors: the encoders."""
