"""The divisions of the sample city, below the real ones; all codes begin with 99."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from portal.core.regions.enums import RegionLevel
from portal.core.regions.load import Division, load_divisions, read_divisions
from portal.core.regions.models import NATION_CODE
from portal.samplecity.districts import CITY_CODE, CITY_NAME, COUNTIES

PROVINCE_CODE, PROVINCE_NAME = "990000", "示例省"


def make_regions() -> None:
    """Load the country's divisions and add the invented ones; a second time changes nothing."""
    invented = [
        Division(PROVINCE_CODE, PROVINCE_NAME, RegionLevel.PROVINCE, NATION_CODE),
        Division(CITY_CODE, CITY_NAME, RegionLevel.CITY, PROVINCE_CODE),
        *(Division(code, name, RegionLevel.COUNTY, CITY_CODE) for code, name, *_ in COUNTIES),
    ]
    load_divisions(read_divisions(Path(settings.REGION_TABLE)) + invented)
