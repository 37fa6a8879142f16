"""A person's complaints removed from everything that a workspace holds, and the proof of it."""

from pipelines.forget.forgetting import Forgotten, Plan, forget, look_up, would_forget

__all__ = ["Forgotten", "Plan", "forget", "look_up", "would_forget"]
