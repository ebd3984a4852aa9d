"""What search finds at a node (节点): what is of its division, and the law from above that holds there."""

from __future__ import annotations

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from portal.core.regions.models import Region
from portal.search.columns import Columns, of_codes
from portal.search.source import kinds_of_own_division


def reached(columns: Columns, node: Region) -> NDArray[np.bool_]:
    """By document number: whether it is found at the node; one query."""
    own = Region.objects.within(node).filter(code__in=columns.regions)
    within = set(own.values_list("code", flat=True))
    strict = of_codes(columns.kind, columns.kinds, kinds_of_own_division().__contains__)
    inside = of_codes(columns.region, columns.regions, within.__contains__)
    above = of_codes(columns.region, columns.regions, _above(node).__contains__)
    return inside | (above & ~strict)


def offered_at(node: Region) -> Q:
    """The suggestions of what is found at the node."""
    inside = Q(region_code__in=Region.objects.within(node).values("code"))
    above = Q(region_code__in=_above(node)) & ~Q(kind__in=kinds_of_own_division())
    return inside | above


def _above(node: Region) -> list[str]:
    """The divisions above; what names none holds in the whole country or belongs to no place."""
    return ["", *node.ancestor_codes]
