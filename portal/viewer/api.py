"""The machine-readable answer for one point."""

from __future__ import annotations

from django.utils.decorators import method_decorator
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.core.rate_limit import rate_limited
from portal.viewer.forms import PointForm
from portal.viewer.serializers import FeatureHereSerializer
from portal.viewer.views import LOOKUP_GROUP, LOOKUP_RATE
from tiles.releases.models import ReleaseFeature


@method_decorator(rate_limited(LOOKUP_GROUP, LOOKUP_RATE, json=True), name="dispatch")
class HereView(APIView):
    """``GET /api/v1/here?lon=&lat=``: a GeoJSON FeatureCollection of all that applies there."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    def get(self, request: Request) -> Response:
        """400 with the errors by field when the point makes no sense."""
        form = PointForm(request.query_params)
        if not form.is_valid():
            return Response({"code": "bad_point", "errors": form.errors}, status=400)
        features = ReleaseFeature.objects.current().at(form.point())
        serializer = FeatureHereSerializer(features, many=True)
        return Response(serializer.data, content_type="application/geo+json")
