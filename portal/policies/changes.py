"""What follows a change by an official: the record in the audit log, the search index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model
from django.utils import timezone

from portal.core.audit.record import record_event
from portal.core.regions.models import Region
from portal.policies import refresh
from portal.policies.arrange import arrange
from portal.policies.models import Article, Edition, Interpretation, Question, Regulation


def after_save(
    instance: Model, *, actor: User, region: Region, action: str, fields: list[str]
) -> None:
    """Called inside the transaction of the change. ``fields``: the names of what was changed."""
    if isinstance(instance, Edition):
        arrange(instance.regulation_id)
        refresh.editions_changed([each.pk for each in instance.regulation.editions.all()])
    elif isinstance(instance, Regulation):
        refresh.editions_changed([each.pk for each in instance.editions.all()])
    elif isinstance(instance, Article):
        _gist_changed(instance)
    elif isinstance(instance, Interpretation | Question):
        refresh.explanation_changed(instance)
    name = f"policy.{instance._meta.model_name}.{action}"
    record(name, actor, instance, {"fields": sorted(fields)}, region)


def _gist_changed(article: Article) -> None:
    """The same wording in other editions of the regulation has the same gist."""
    owner = article.edition.regulation
    alike = Article.objects.filter(edition__regulation=owner, text=article.text)
    alike.update(gist=article.gist, asked=article.asked)
    editions = Edition.objects.filter(pk__in=alike.values("edition"))
    editions.update(updated_at=timezone.now())
    refresh.editions_changed(list(editions.values_list("pk", flat=True)))


def before_delete(instance: Model, *, actor: User, region: Region) -> None:
    """Called inside the transaction, while the object still stands."""
    if isinstance(instance, Edition):
        refresh.editions_gone([instance.pk])
    elif isinstance(instance, Regulation):
        refresh.editions_gone([each.pk for each in instance.editions.all()])
    elif isinstance(instance, Interpretation | Question):
        refresh.explanation_gone(instance)
    record(f"policy.{instance._meta.model_name}.deleted", actor, instance, {}, region)


def record(
    action: str,
    actor: User | None,
    target: Model | None,
    facts: Mapping[str, Any],
    region: Region | None,
) -> None:
    """The one place where the policy library writes into the audit log."""
    record_event(action, actor=actor, target=target, facts=facts, region=region)
