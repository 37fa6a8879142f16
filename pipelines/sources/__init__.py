"""Where complaints come from; each source yields frames of its own columns."""
