"""Files into the store: complaints, and what the business knows."""
