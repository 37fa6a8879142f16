"""The report's numbers and sentences, no HTML: one file a section."""
