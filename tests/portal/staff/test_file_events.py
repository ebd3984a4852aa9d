"""Images and documents leave an event whichever way they come, change and go."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.log_actions import LogContext
from wagtail.models import Collection, Page

from portal.core.audit.models import AuditEvent
from tests.factories.officials import official, signed_in
from tests.portal.sites import make_home

pytestmark = [
    pytest.mark.django_db,
    # Wagtail's own preview of an image leaves a spooled file to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
DOCUMENT, IMAGE = "wagtaildocs.document", "wagtailimages.image"
BOTH = pytest.mark.parametrize("kind", [DOCUMENT, IMAGE])
MODELS = {DOCUMENT: get_document_model(), IMAGE: get_image_model()}


@pytest.fixture
def editor(db):
    return official("editor", "site_editor")


@pytest.fixture
def client(editor):
    return signed_in(editor)


def new_file(kind: str):
    if kind == IMAGE:
        return SimpleUploadedFile("a.png", get_test_image_file().file.getvalue(), "image/png")
    return SimpleUploadedFile("a.txt", b"text")


def make(kind: str, title: str = "甲"):
    return MODELS[kind].objects.create(title=title, file=new_file(kind))


def told(action: str, kind: str) -> list[AuditEvent]:
    events = AuditEvent.objects.filter(action=action, target_type=kind)
    return list(events.order_by("sequence"))


@BOTH
def test_an_upload_of_many_files(client, editor, kind):
    url = reverse(f"{kind.split('.')[0]}:add_multiple")
    root = Collection.get_first_root_node().pk
    answer = client.post(
        url, {"title": "甲", "files[]": new_file(kind), "collection": root},
        headers={"x-requested-with": "XMLHttpRequest"},
    )  # fmt: skip
    assert answer.json()["success"]
    (event,) = told("wagtail.create", kind)
    made = MODELS[kind].objects.get()
    assert (event.actor_id, event.address) == (editor.pk, "127.0.0.1")
    assert (event.target_id, event.target_text) == (str(made.pk), "甲")
    assert event.facts == {"file": made.file.name, "sha1": made.file_hash}


@BOTH
def test_an_upload_in_a_chooser(client, editor, kind):
    app = kind.split(".")[0]
    prefix = "document-chooser-upload" if kind == DOCUMENT else "image-chooser-upload"
    data = {
        f"{prefix}-title": "甲",
        f"{prefix}-file": new_file(kind),
        f"{prefix}-collection": Collection.get_first_root_node().pk,
    }
    answer = client.post(reverse(f"{app}_chooser:create"), data)
    assert answer.status_code == 200
    assert MODELS[kind].objects.count() == 1
    (event,) = told("wagtail.create", kind)
    assert event.actor_id == editor.pk


def bulk(client, kind: str, action: str, *pks: int, **data):
    url = reverse("wagtail_bulk_action", args=[*kind.split("."), action])
    answer = client.post(f"{url}?" + "&".join(f"id={pk}" for pk in pks), data)
    assert answer.status_code == 302


@BOTH
def test_many_files_deleted_at_once_leave_an_event_each(client, editor, kind):
    pks = [make(kind).pk, make(kind, "乙").pk]
    bulk(client, kind, "delete", *pks)
    assert not MODELS[kind].objects.exists()
    events = told("wagtail.delete", kind)
    assert sorted(event.target_id for event in events) == sorted(str(pk) for pk in pks)
    assert {event.actor_id for event in events} == {editor.pk}


@BOTH
@pytest.mark.parametrize("action", ["add_tags", "add_to_collection"])
def test_many_files_changed_at_once_leave_an_event_each(client, editor, kind, action):
    made = [make(kind), make(kind, "乙")]
    given = {"tags": "规划"} if action == "add_tags" else {}
    root = Collection.get_first_root_node()
    bulk(client, kind, action, *(each.pk for each in made), collection=root.pk, **given)
    events = told("wagtail.edit", kind)
    assert [event.target_text for event in events] == ["甲", "乙"]
    assert {(event.actor_id, event.facts["bulk"]) for event in events} == {(editor.pk, action)}


@BOTH
def test_a_form_of_one_file_leaves_one_event_for_each_act(client, editor, kind):
    made, app = make(kind), kind.split(".")[0]
    before = AuditEvent.objects.head().sequence
    data = {"title": "新名", "tags": "", "collection": Collection.get_first_root_node().pk}
    client.post(reverse(f"{app}:edit", args=[made.pk]), data)
    client.post(reverse(f"{app}:delete", args=[made.pk]))
    events = AuditEvent.objects.filter(sequence__gt=before).order_by("sequence")
    assert [(event.action, event.target_text) for event in events] == [
        ("wagtail.edit", "新名"),
        ("wagtail.delete", "新名"),
    ]


@BOTH
def test_what_wagtail_works_out_by_itself_is_no_act(kind):
    made = make(kind)
    before = AuditEvent.objects.count()
    made.get_file_hash()
    made.get_file_size()
    assert AuditEvent.objects.count() == before


def test_a_command_that_says_whom_it_acts_for(editor):
    with LogContext(user=editor):
        make(DOCUMENT)
    assert told("wagtail.create", DOCUMENT)[0].actor_id == editor.pk
    make(DOCUMENT, "乙")
    assert told("wagtail.create", DOCUMENT)[1].actor_id is None


@pytest.mark.parametrize("action", ["unpublish", "publish", "move", "delete"])
def test_pages_that_are_changed_together_are_told_by_wagtails_log(action):
    root = User.objects.create_superuser("root")
    page, other = (Page(title=name, slug=name) for name in ("page", "other"))
    for each in (page, other):
        make_home(f"home-of-{each.slug}").add_child(instance=each)
    page.save_revision()
    if action == "publish":
        page.unpublish()
    data = {"chooser": other.pk} if action == "move" else {}
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    signed_in(root).post(f"{url}?id={page.pk}", data)
    event = AuditEvent.objects.get(action=f"wagtail.{action}", actor_id=root.pk)
    assert event.target_id == str(page.pk)
