"""The archive of all reports: what each said, and what came of it."""
