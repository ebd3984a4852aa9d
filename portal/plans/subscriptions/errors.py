"""Refusals of subscriptions."""

from __future__ import annotations

from django.utils.translation import get_language


class SubscriptionError(Exception):
    """A step that is refused; ``code`` is stable, the text in both languages."""

    code = "subscription"
    zh = "此操作不能进行。"
    en = "This cannot be done."

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh


class TooManySubscriptions(SubscriptionError):
    """One address has as many subscriptions as one may have."""

    code = "too_many_subscriptions"
    zh = "同一邮箱最多20项订阅。请先在“管理订阅”中删去不再需要的，再点一次确认链接。"
    en = (
        "One address may hold 20 subscriptions. Remove one on the page that manages them, "
        "then open the link to confirm again."
    )
