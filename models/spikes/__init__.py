"""Counts to warnings of spikes."""
