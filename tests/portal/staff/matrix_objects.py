"""An object for each parameter of the staff area's addresses."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Page, Site

from portal.core.audit.record import record_event
from portal.core.models import HomePage
from portal.core.regions.models import Node, Region
from portal.plans.models.period import StatutoryPeriod
from portal.policies.models import Edition, ImportRun, Interpretation, Question
from portal.staff.models import Posting
from tests.factories.notices import add_document, draft
from tests.factories.officials import official
from tests.factories.policies import import_text
from tests.portal.feedback.conftest import make_message
from tests.portal.published import publish_layer
from tiles.releases.enums import JobKind
from tiles.releases.jobs import new_job
from tiles.releases.models import Layer


def make_objects(region: Region) -> dict[str, Any]:
    """Values by "space.parameter" or "parameter"; what belongs to a region lies in ``region``."""
    other = official("other", "layer_importer")
    posting = Posting.objects.create(user=other, region=region, column="releases")
    layer = publish_layer()
    Page.objects.filter(depth=2).delete()  # Wagtail's own start page
    home = HomePage(title="首页", slug="portal-home")
    Page.get_first_root_node().add_child(instance=home)
    revision = home.save_revision()
    site = Site.objects.first() or Site.objects.create(
        hostname="localhost", root_page=home, is_default_site=True
    )
    node = Node.objects.create(site=site, region=region)
    image = get_image_model().objects.create(title="图", file=get_test_image_file())
    document = get_document_model().objects.create(
        title="文件", file=ContentFile(b"x", name="a.txt")
    )
    event = record_event("staff.tested", actor=None, target=None)
    values: dict[str, Any] = {
        "pk": 1,
        "page_id": home.pk,
        "parent_page_id": home.pk,
        "page_to_move_id": home.pk,
        "destination_id": Page.get_first_root_node().pk,
        "page_pk": home.pk,
        "revision_id": revision.pk,
        "action_name": "delete",
        "task_state_id": 1,
        "task_id": 1,
        "workflow_pk": 1,
        "workflow_state_id": 1,
        "content_type_app_name": "core",
        "content_type_model_name": "contentpage",
        "app_label": "core",
        "model_name": "homepage",
        "app_name": "core",
        "object_id": home.pk,
        "session_id": 1,
        "action": "delete",
        "collection_id": Collection.get_first_root_node().pk,
        "redirect_id": 1,
        "uploaded_file_id": 1,
        "image_id": image.pk,
        "filter_spec": "original",
        "document_id": document.pk,
        "doc_id": document.pk,
        "uidb64": "x",
        "token": "y",
        "wagtailadmin_api:pages.pk": home.pk,
        "wagtailadmin_api:documents.pk": document.pk,
        "wagtailadmin_api:images.pk": image.pk,
        "wagtailimages_chooser.pk": image.pk,
        "wagtaildocs_chooser.pk": document.pk,
        "wagtailsettings.pk": site.pk,
        "wagtailsites.pk": site.pk,
        "wagtailusers_users.pk": other.pk,
        "wagtailusers_groups.pk": Group.objects.first().pk,
        "staff:account.pk": other.pk,
        "staff:unlock.pk": other.pk,
        "staff:reset_second_factor.pk": other.pk,
        "staff:end_sessions.pk": other.pk,
        "staff:end_session.pk": uuid.uuid4(),
        "staff:audit_event.sequence": event.sequence,
        "staff:report_export.name": "actions",
        "staff_postings.pk": posting.pk,
        "regions.pk": region.pk,
        "nodes.pk": node.pk,
        "releases.pk": layer.current_id,
        "run": 1,
        "z": 10,
        "x": 1,
        "y": 1,
    }
    return values | _notices(region) | _policies(region) | _messages(region) | _jobs(other, layer)


def _policies(region: Region) -> dict[str, Any]:
    report = import_text(region=region)
    regulation = Edition.objects.get(pk=report.rows[-1].edition).regulation
    words = {"title": "问", "body": "<p>答</p>", "region": region}
    return {
        "policy_regulation.pk": regulation.pk,
        "policy_regulation_chooser.pk": regulation.pk,
        "policy_edition.pk": regulation.editions.get().pk,
        "policy_article.pk": regulation.editions.get().articles.first().pk,
        "policy_interpretation.pk": Interpretation.objects.create(**words).pk,
        "policy_question.pk": Question.objects.create(**words).pk,
        "policy_import.pk": ImportRun.objects.last().pk if ImportRun.objects.exists() else 1,
    }


def _notices(region: Region) -> dict[str, Any]:
    version = draft(region=region.code)
    period = StatutoryPeriod.objects.create(
        kind="pre_approval", region=region, amount=10, unit="calendar", basis="示例"
    )
    return {
        "notices_staff.pk": version.pk,
        "notices_staff.document": add_document(version).pk,
        "notices_staff.slug": "submit",
        "notices_staff.year": 2026,
        "notices_staff:period.pk": period.pk,
        "year": 2026,
        "slug": "submit",
        "document": 1,
    }


def _messages(region: Region) -> dict[str, Any]:
    return {"feedback_staff.pk": make_message(region).pk}


def _jobs(person: User, layer: Layer) -> dict[str, Any]:
    job = new_job(JobKind.PUBLISH, by=person, release=layer.current)
    return {"releases:job.pk": job.pk, "releases:job_state.pk": job.pk}
