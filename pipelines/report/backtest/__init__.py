"""The page of a back-test."""
