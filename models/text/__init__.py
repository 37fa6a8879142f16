"""Texts made safe: normalised, redacted, hashed."""
