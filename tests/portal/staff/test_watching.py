"""What Wagtail and the releases log becomes an event of the audit log."""

from __future__ import annotations

import pytest
from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, PageLogEntry

from portal.core.audit.models import AuditEvent
from portal.policies.models import Question
from portal.staff.watching import TEXT_LENGTH
from tests.factories.officials import official, signed_in
from tests.portal.published import publish_layer
from tests.portal.sites import make_home
from tiles.releases.models import Incident, ReleaseEvent

pytestmark = pytest.mark.django_db


def newest() -> AuditEvent:
    found = AuditEvent.objects.head()
    assert found
    return found


def test_an_action_on_a_page_with_who_what_and_which(colleague):
    home = make_home()
    log(home, "wagtail.edit", user=colleague, title="新标题")
    event = newest()
    assert event.action == "wagtail.edit"
    assert (event.actor_id, event.actor_name) == (colleague.pk, "colleague示例（colleague）")
    assert (event.target_type, event.target_id) == ("core.homepage", str(home.pk))
    assert event.target_text == "新标题"


def test_an_action_on_another_model(colleague, city):
    question = Question.objects.create(title="问", body="<p>答</p>", region=city)
    log(question, "wagtail.create", user=colleague)
    assert (newest().target_type, newest().target_id) == ("policies.question", str(question.pk))


def test_what_the_system_does_has_no_actor():
    log(make_home(), "wagtail.publish")
    assert (newest().actor_id, newest().actor_name) == (None, "")


def test_only_known_data_are_kept_and_none_that_engines_write_differently():
    data = {"title": "甲" * 900, "fields": {"n": 1.5, "list": [True, None, 2]}, "email": "a@b.cn"}
    log(make_home(), "wagtail.edit", data=data)
    facts = newest().facts
    assert set(facts) == {"title", "fields"}
    assert len(facts["title"]) == TEXT_LENGTH
    assert facts["fields"] == {"n": "1.5", "list": [True, None, 2]}


def test_an_entry_that_is_saved_again_is_no_second_event():
    log(make_home(), "wagtail.edit")
    before = AuditEvent.objects.count()
    PageLogEntry.objects.latest("pk").save()
    assert AuditEvent.objects.count() == before


def test_an_action_that_is_taken_back_leaves_no_event():
    home, before = make_home(), AuditEvent.objects.count()
    with transaction.atomic():
        log(home, "wagtail.edit")
        transaction.set_rollback(True)
    assert AuditEvent.objects.count() == before
    assert not PageLogEntry.objects.filter(action="wagtail.edit").exists()


def test_what_an_official_does_in_wagtail_is_recorded_with_the_address(keeper):
    other = official("other", "layer_importer")
    signed_in(keeper).post(
        f"/admin/users/edit/{other.pk}/",
        {"username": "other", "first_name": "新名", "last_name": "", "email": "", "is_active": "on",
         "groups": [group.pk for group in other.groups.all()]},
    )  # fmt: skip
    assert ModelLogEntry.objects.filter(action="wagtail.edit").exists()
    event = AuditEvent.objects.filter(action="wagtail.edit").latest("sequence")
    assert (event.actor_id, event.address, event.target_id) == (
        keeper.pk, "127.0.0.1", str(other.pk),
    )  # fmt: skip


def test_a_step_of_a_release_with_its_layer_and_version(colleague):
    release = publish_layer().current
    ReleaseEvent.objects.create(release=release, kind="rolled_back", by=colleague, note="误" * 900)
    event = newest()
    assert (event.action, event.actor_id) == ("release.rolled_back", colleague.pk)
    assert event.facts["layer"] == release.layer_id
    assert event.facts["version"] == release.version
    assert len(event.facts["note"]) == TEXT_LENGTH


def test_an_incident_with_its_code_alone(colleague):
    Incident.objects.create(
        code="forbidden_field", layer_code="landuse", sha256="a" * 64, reported_by=colleague
    )
    event = newest()
    assert event.action == "release.incident"
    assert dict(event.facts) == {
        "code": "forbidden_field", "layer": "landuse", "sha256": "a" * 64,
    }  # fmt: skip
