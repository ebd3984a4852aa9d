"""Published features as GeoJSON."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from tiles.releases.models import ReleaseFeature

# What of the layer's public profile goes with each feature.
LAYER_FIELDS = (
    "plan",
    "approval",
    "approved_on",
    "data_date",
    "review_number",
    "licence",
    "source",
)


class FeatureHereSerializer(GeoFeatureModelSerializer):
    """One feature at the point: geometry in EPSG:4490 degrees, attributes, layer and plan."""

    layer = serializers.CharField(source="release.layer_id")
    title = serializers.CharField(source="release.layer.title")
    title_en = serializers.CharField(source="release.layer.title_en")
    release = serializers.CharField(source="release_id")
    attributes = serializers.JSONField(source="properties")
    plan = serializers.SerializerMethodField()

    class Meta:
        model = ReleaseFeature
        geo_field = "geometry"
        id_field = False
        fields: ClassVar[list[str]] = [
            "layer",
            "title",
            "title_en",
            "release",
            "number",
            "attributes",
            "plan",
        ]

    def get_plan(self, feature: ReleaseFeature) -> dict[str, Any]:
        """The plan that the feature comes from, as its layer's public profile states it."""
        layer = feature.release.profile["layer"]
        return {name: layer.get(name, "") for name in LAYER_FIELDS}
