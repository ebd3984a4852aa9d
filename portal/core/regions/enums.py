"""Levels of administrative divisions."""

from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _


class RegionLevel(IntegerChoices):
    """Level of a division (行政级别); each level of government may run a node of the network."""

    NATION = 0, _("国家级")
    PROVINCE = 1, _("省级")
    CITY = 2, _("市级")
    COUNTY = 3, _("县级")
    TOWN = 4, _("乡镇级")
