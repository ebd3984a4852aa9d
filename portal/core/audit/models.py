"""The log: one chain of events that is only ever added to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.core.audit.canonical import HASHED, Fact, digest


class AuditEventQuerySet(QuerySet["AuditEvent"]):
    """Reads over the log."""

    def head(self) -> AuditEvent | None:
        """The newest event of the chain."""
        return self.order_by("-sequence").first()

    def by_person(self, text: str) -> AuditEventQuerySet:
        """Events of a person, by a part of the name."""
        return self.filter(actor_name__contains=text)

    def between(self, start: datetime | None, end: datetime | None) -> AuditEventQuerySet:
        """Events from ``start`` on and before ``end``; None leaves a side open."""
        after = Q(at__gte=start) if start else Q()
        before = Q(at__lt=end) if end else Q()
        return self.filter(after, before)


class AuditEvent(models.Model):
    """One action of an official (审计事件).

    People, objects and divisions are written down as they were, not referred to: the log outlives
    them, and no change elsewhere may change it.
    """

    sequence = models.BigIntegerField(_("序号"), primary_key=True)
    at = models.DateTimeField(_("时间"))
    actor_id = models.BigIntegerField(_("操作人编号"), null=True)
    actor_name = models.CharField(_("操作人"), max_length=150, blank=True)
    address = models.CharField(_("来源地址"), max_length=45, blank=True)
    action = models.CharField(_("操作"), max_length=80)
    target_type = models.CharField(_("对象类型"), max_length=100, blank=True)
    target_id = models.CharField(_("对象编号"), max_length=80, blank=True)
    target_text = models.CharField(_("对象"), max_length=200, blank=True)
    region_code = models.CharField(_("区划代码"), max_length=12, blank=True)
    facts_json = models.TextField(_("要素"), default="{}")
    previous = models.CharField(_("上一条摘要"), max_length=64)
    hash = models.CharField(_("摘要值"), max_length=64)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("审计事件")
        verbose_name_plural = _("审计日志")
        ordering = ("-sequence",)
        # Officials read the log or not at all; nobody adds, changes or deletes by hand.
        default_permissions = ("view",)
        permissions = [("export_auditevent", "可导出审计日志"), ("view_report", "可查看统计报表")]
        constraints = [
            # Two events after the same one would be two chains.
            models.UniqueConstraint(fields=["previous"], name="audit_one_chain"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="audit_sequence_from_one"),
        ]
        indexes = [
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["actor_id", "-sequence"], name="audit_actor"),
            models.Index(fields=["action", "-sequence"], name="audit_action"),
            models.Index(fields=["target_type", "target_id"], name="audit_target"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"

    @property
    def facts(self) -> Mapping[str, Any]:
        """The facts as they were given."""
        facts: dict[str, Fact] = json.loads(self.facts_json)
        return facts

    def expected_hash(self) -> str:
        """The hash that belongs to the columns as they stand."""
        return digest(tuple(getattr(self, name) for name in HASHED))
