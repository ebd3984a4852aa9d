"""Who could import or approve layers keeps that: from now on it needs a posting to layers."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.models import Q

PERMISSIONS = ("import_release", "approve_release")
COLUMN = "releases"


def post_layer_staff(apps: Any, _schema_editor: Any) -> None:
    """A posting at every node's division; where there is no node, at every top division."""
    Posting = apps.get_model("staff", "Posting")
    regions = _regions(apps)
    for user in _layer_staff(apps):
        if Posting.objects.filter(user=user, column=COLUMN).exists():
            continue
        for region in regions:
            Posting.objects.create(user=user, region=region, column=COLUMN)


def _layer_staff(apps: Any) -> Any:
    named = Q(content_type__app_label="releases", codename__in=PERMISSIONS)
    permissions = apps.get_model("auth", "Permission").objects.filter(named)
    holds = Q(groups__permissions__in=permissions) | Q(user_permissions__in=permissions)
    users = apps.get_model("auth", "User").objects
    return users.filter(holds, is_superuser=False).distinct().order_by("pk")


def _regions(apps: Any) -> list[Any]:
    nodes = apps.get_model("regions", "Node").objects.select_related("region").order_by("pk")
    regions = list({node.region_id: node.region for node in nodes}.values())
    top = apps.get_model("regions", "Region").objects.filter(parent=None).order_by("pk")
    return regions or list(top)


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0002_roles_second_factor_sessions"),
        ("releases", "0001_initial"),
        ("regions", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    # Backwards nothing: postings that were there before cannot be told from those made here, and
    # the earlier program reads none of them.
    operations = [migrations.RunPython(post_layer_staff, migrations.RunPython.noop)]
