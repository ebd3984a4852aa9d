"""Synonyms and the state of the index in the staff area, by who may."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.core.exceptions import ValidationError
from django.test import RequestFactory

from portal.core.audit.models import AuditEvent
from portal.search.models import MissedQuery, SynonymGroup
from portal.search.permissions import may_see_index
from portal.search.request import SearchRequest
from portal.search.search import search
from portal.search.staff_views import index_state

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    user = User.objects.create_user("keeper", password="x")
    user.user_permissions.set(Permission.objects.filter(codename="view_indexstate"))
    return user


def found(text: str) -> list[str]:
    return [hit.document.key for hit in search(SearchRequest(text=text)).hits]


def test_a_group_counts_from_the_next_search_on_and_is_recorded(laws):
    assert found("轻轨") == []
    group = SynonymGroup.objects.create(words="轻轨、轨道交通")
    assert found("轻轨") == ["n1"]
    group.active = False
    group.save()
    assert found("轻轨") == []
    group.active = True
    group.save()
    group.delete()
    assert found("轻轨") == []
    actions = list(AuditEvent.objects.values_list("action", flat=True))
    assert actions.count("synonyms.saved") == 3
    assert actions.count("synonyms.deleted") == 1


@pytest.mark.parametrize(
    "words", ["容积率", "容积率、容积率", "、，", "词" + "、词".join(map(str, range(30)))]
)
def test_a_group_of_too_few_or_too_many_words_is_refused(db, words):
    with pytest.raises(ValidationError):
        SynonymGroup(words=words).clean()


def test_the_defaults_are_sound(db):
    for group in SynonymGroup.objects.all():
        group.clean()
    assert SynonymGroup.objects.count() > 150


def test_others_may_not_see_the_index(db):
    assert not may_see_index(AnonymousUser())
    assert not may_see_index(User.objects.create_user("other"))


def test_the_state_shows_counts_and_why_search_by_meaning_is_off(
    laws, keeper, settings, rf: RequestFactory
):
    MissedQuery.objects.create(
        fingerprint="a", text="恐龙化石", times=7, first_on="2026-01-01", last_on="2026-01-02"
    )
    MissedQuery.objects.create(
        fingerprint="b", times=2, first_on="2026-01-01", last_on="2026-01-02"
    )
    request = rf.get("/admin/search-index/")
    request.user = keeper
    html = index_state(request).content.decode()
    for part in ("法规条文", "语义检索已关闭", "恐龙化石"):
        assert part in html
    assert html.count("<td>7</td>") == 1
    assert "<td>2</td><td>2026" not in html, "what came twice only is not shown"


@pytest.mark.parametrize("address", ["/admin/search-index/", "/admin/search_synonyms/"])
def test_a_visitor_is_sent_to_sign_in(db, client, address):
    response = client.get(address)
    assert response.status_code == 302
    assert "login" in response["Location"]
