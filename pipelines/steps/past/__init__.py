"""Earlier mornings: what was said then, what came of it, and lived again."""
