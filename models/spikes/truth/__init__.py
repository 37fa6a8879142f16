"""What really was a spike, known afterwards, and warnings held against it."""
