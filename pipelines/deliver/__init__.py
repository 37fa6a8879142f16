"""The finished report to people: mail, chats, webhooks, a feed; nothing lost, nothing doubled."""

from pipelines.deliver.outcome import Outcome
from pipelines.deliver.run import deliver_run, would_deliver

__all__ = ["Outcome", "deliver_run", "would_deliver"]
