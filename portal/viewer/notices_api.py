"""The places of notices for the map: GeoJSON (公示范围)."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.decorators import method_decorator
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from portal.core.rate_limit import rate_limited
from portal.core.regions.nodes import node_region
from portal.plans.enums import NoticeStatus
from portal.plans.models import NoticeVersion
from portal.plans.notice_filter import NoticeFilter, parse_bounds
from portal.viewer.views import LOOKUP_GROUP, LOOKUP_RATE

MOST_FEATURES = 500
MAX_AGE_SECONDS = 60
ALL = "all"


class NoticePlaceSerializer(GeoFeatureModelSerializer):
    """One notice: its place in EPSG:4490 degrees, and what a list says of it."""

    code = serializers.CharField(source="notice.code")
    kind = serializers.CharField(source="notice.kind")
    kind_label = serializers.CharField(source="notice.get_kind_display")
    region = serializers.CharField(source="notice.region_id")
    status = serializers.CharField(source="status.value")
    url = serializers.CharField(source="notice.get_absolute_url")

    class Meta:
        model = NoticeVersion
        geo_field = "footprint"
        id_field = False
        fields: ClassVar[list[str]] = [
            "code",
            "number",
            "title",
            "title_en",
            "kind",
            "kind_label",
            "region",
            "place",
            "status",
            "opens_on",
            "closes_on",
            "url",
        ]


@method_decorator(rate_limited(LOOKUP_GROUP, LOOKUP_RATE, json=True), name="dispatch")
class NoticePlacesView(APIView):
    """``GET /api/v1/notices.geojson?bbox=&kind=&level=&region=&status=&q=``.

    Open notices unless ``status`` says otherwise (``all`` for every one in force), at most 500, the
    next to end first; ``numberMatched`` tells how many there are (as in OGC API - Features).
    """

    permission_classes = (AllowAny,)
    authentication_classes = ()

    def get(self, request: Request) -> Any:
        """400 for a box that makes no sense; 304 when nothing changed."""
        query = request.query_params.copy()
        box = str(query.get("bbox") or "")
        if box and parse_bounds(box) is None:
            return Response({"code": "bad_bbox", "bbox": box[:100]}, status=400)
        status = query.get("status") or NoticeStatus.OPEN.value
        query["status"] = "" if status == ALL else status
        wanted = NoticeFilter.from_query(query)
        found = wanted.apply(node_region(request._request), timezone.localdate())
        found = found.exclude(footprint=None).select_related("notice").defer("body")
        document = NoticePlaceSerializer(found[:MOST_FEATURES], many=True).data
        document["numberMatched"] = found.count()
        document["numberReturned"] = len(document["features"])
        return _cached(request, JSONRenderer().render(document))


def _cached(request: Request, body: bytes) -> Any:
    """Kept for a minute, then asked for again by its ETag."""
    response = HttpResponse(body, content_type="application/geo+json")
    response["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    response["Access-Control-Allow-Origin"] = "*"
    conditional = get_conditional_response(request._request, response["ETag"], response=response)
    return conditional or response
