"""Who wants to hear of which notices, and the queue of mails to them."""

from portal.plans.subscriptions.models.queue import Announcement, Delivery, Mail
from portal.plans.subscriptions.models.subscription import Subscriber, Subscription

__all__ = ["Announcement", "Delivery", "Mail", "Subscriber", "Subscription"]
