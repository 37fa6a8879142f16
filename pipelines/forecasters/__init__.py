"""Fitted forecasters as they are kept, their code, and which of them is in office."""
