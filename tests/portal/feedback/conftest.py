"""Forms that were opened a while ago, and officials who answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.test import Client

from portal.core.regions.models import Region
from portal.feedback.enums import Kind
from portal.feedback.form_token import FormToken
from portal.feedback.models import Contact, Message
from portal.feedback.receive import Submission, receive
from portal.staff.enums import Column
from portal.staff.models import Posting
from tests.portal.sites import make_home


@pytest.fixture(autouse=True)
def home(db):
    cache.clear()
    return make_home()


@pytest.fixture
def opened() -> Callable[..., str]:
    """``opened(kind, seconds=60)``: the token of a form that was opened some time ago."""

    def token(kind: Kind = Kind.CONTACT, seconds: int = 60) -> str:
        fresh = FormToken.fresh(kind)
        return FormToken(kind, int(time.time()) - seconds, fresh.number).signed()

    return token


@pytest.fixture
def write(client: Client, opened) -> Callable[..., Any]:
    """``write(**fields)``: send the contact form."""

    def send(path: str = "/feedback/", **fields: Any) -> Any:
        values = {"topic": "question", "body": "示例大道何时改造？", "token": opened()}
        return client.post(path, values | fields)

    return send


def make_message(region: Region | None = None, *, email: str = "", **fields: Any) -> Message:
    """A message as the form stores it."""
    given = Submission(Kind.CONTACT, "question", "示例大道何时改造？", email=email)
    message = receive(given, FormToken.fresh(Kind.CONTACT), region).message
    Message.objects.filter(pk=message.pk).update(**fields)
    message.refresh_from_db()
    return message


def make_official(name: str, region: Region | None, column: str = Column.FEEDBACK) -> User:
    """An official who may answer messages and is posted to a division, or nowhere."""
    person, _new = User.objects.get_or_create(username=name, defaults={"first_name": name})
    person.user_permissions.add(
        Permission.objects.get(codename="answer_message"),
        Permission.objects.get(codename="access_admin"),
    )
    if region is not None:
        Posting.objects.get_or_create(user=person, region=region, column=column)
    return User.objects.get(pk=person.pk)


def contact_of(message: Message) -> Contact | None:
    return Contact.objects.filter(message=message).first()
