"""Divisions as documents: a place leads to its notices."""

from __future__ import annotations

import pytest

from portal.core.regions.models import Region
from portal.search.rebuild import rebuild
from portal.search.region_source import RegionSource
from portal.search.request import SearchRequest
from portal.search.search import search
from portal.search.source import register

pytestmark = pytest.mark.django_db


def test_a_division_is_found_by_name_and_code_and_leads_to_its_notices(memory):
    register(RegionSource())
    nation = Region.objects.filter(pk="100000").first() or Region.objects.create(
        code="100000", name="全国", level=0
    )
    province = Region.objects.create(code="990000", name="示例省", level=1, parent=nation)
    Region.objects.create(code="990100", name="示例市", level=2, parent=province)
    Region.objects.create(
        code="990200", name="旧市", level=2, parent=province, abolished_on="2020-01-01"
    )
    rebuild()
    for text in ("示例市", "990100"):
        hit = search(SearchRequest(text=text)).hits[0]
        assert (hit.document.key, hit.document.url) == ("990100", "/plans/?region=990100")
    found = search(SearchRequest(text="旧市")).hits
    assert "990200" not in [hit.document.key for hit in found], "an abolished division is no hit"
