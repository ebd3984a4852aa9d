"""How long copies of a document live: a withdrawn file must be gone everywhere soon."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.plans.procedure.decide import approve_version
from portal.plans.procedure.submit import submit_version
from portal.plans.procedure.withdraw import withdraw_version
from tests.factories.notices import add_document, approver, draft, editor, registrar

pytestmark = pytest.mark.django_db


def test_a_cache_asks_again_within_minutes_and_pays_nothing_for_it(client: Client) -> None:
    version = draft()
    document = add_document(version)
    version = approve_version(submit_version(version, editor()), approver())
    address = document.get_absolute_url()
    first = client.get(address)
    assert first["Cache-Control"] == "public, max-age=300"
    b"".join(first.streaming_content)
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    withdraw_version(version, registrar(), "有误")
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 410
