"""The replay's page: what would have been said, and what came of it."""
