"""Postings: where and for what an official may act."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.regions.models import Region
from portal.staff.enums import Column


class Posting(models.Model):
    """A posting (任职): an official keeps a column of the site in a division and below it.

    What the official may do there (draft, approve, ...) are Django permissions of their groups;
    a permission is worth nothing outside the postings.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("工作人员"),
        on_delete=models.CASCADE,
        related_name="postings",
    )
    region = models.ForeignKey(
        Region, verbose_name=_("行政区划"), on_delete=models.PROTECT, related_name="postings"
    )
    column = models.CharField(_("栏目"), max_length=20, choices=Column.choices)

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        constraints = [
            models.UniqueConstraint(fields=["user", "region", "column"], name="posting_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.region} · {self.get_column_display()}"
