"""The point that a reader asks about."""

from __future__ import annotations

from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

from tiles.releases.models import STORAGE_SRID


class PointForm(forms.Form):
    """Longitude and latitude in degrees (CGCS2000, EPSG:4490)."""

    lon = forms.FloatField(
        label=_("经度"),
        min_value=-180,
        max_value=180,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )
    lat = forms.FloatField(
        label=_("纬度"),
        min_value=-90,
        max_value=90,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )

    def point(self) -> Point:
        """The point of a valid form, SRID 4490."""
        return Point(self.cleaned_data["lon"], self.cleaned_data["lat"], srid=STORAGE_SRID)
