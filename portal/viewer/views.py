"""The map page and the answer for one point."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.gis.geos import Point
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core.map_link import Bounds, map_link
from portal.core.rate_limit import rate_limited
from portal.core.regions.nodes import node_region
from portal.plans.subscriptions.area import LARGEST_SIDE
from portal.viewer.forms import PointForm
from portal.viewer.here import what_applies
from portal.viewer.layers import MapLayer, common_bounds, grouped, published_layers
from portal.viewer.notices_here import notices_at
from portal.viewer.review_numbers import review_line
from portal.viewer.sharing import map_picture
from portal.viewer.texts import script_texts
from tiles.releases.enums import ReleaseState
from tiles.releases.models import Release

LOOKUP_GROUP = "lookup"
LOOKUP_RATE = "RATE_LIMIT_LOOKUP"


def column() -> dict[str, Any]:
    """The map as a column (栏目) of the site, for the government meta tags."""
    return {
        "display_title": _("规划一张图"),
        "column_type": _("办事服务"),
        "search_description": _("查询任一地点适用的国土空间规划、管控底线和公共设施。"),
    }


def script_configuration(layers: list[MapLayer]) -> dict[str, Any]:
    """What ``static/js/map`` needs to know; everything in the reader's language."""
    return {
        "style": reverse("serving:style"),
        "here": reverse("viewer:here"),
        "notices": reverse("viewer_api:notices"),
        "largestArea": LARGEST_SIDE,
        "worker": static("vendor/maplibre-gl/maplibre-gl-worker.mjs"),
        "bounds": common_bounds(layers),
        "layers": [
            {"code": layer.code, "title": layer.title, "visible": layer.visible} for layer in layers
        ],
        "texts": script_texts(),
    }


def selected_url(place: str) -> str:
    """Where the answer for the ``p=lon,lat`` of a shared address stands; empty without one."""
    lon, _comma, lat = place.partition(",")
    form = PointForm({"lon": lon, "lat": lat})
    if not form.is_valid():
        return ""
    return f"{reverse('viewer:here')}?{urlencode(form.cleaned_data)}"


def subscribe_url(query: QueryDict) -> str:
    """The form for mail about notices, with the marked point or the middle of a shared address."""
    address = reverse("plans:subscriptions:subscribe")
    place = next((name for name in ("p", "c") if query.get(name)), "")
    return f"{address}?{urlencode({place: query[place]}, safe=',')}" if place else address


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """The map with its layers; without script the same layers as a list, and a form."""
    layers = published_layers()
    context = {
        "column": column(),
        "groups": grouped(layers),
        "review_line": review_line(layer.review_number for layer in layers),
        "data_date": max((layer.data_date for layer in layers), default=""),
        "form": PointForm(),
        "subscribe_url": subscribe_url(request.GET),
        "selected_url": selected_url(request.GET.get("p", "")),
        "configuration": script_configuration(layers),
        "picture": map_picture(_("国土空间规划图"), query=request.GET) if layers else None,
    }
    return render(request, "pages/viewer/map.html", context)


@require_safe
def layer_page(request: HttpRequest, code: str) -> HttpResponse:
    """One layer: what it shows, its legend, where it comes from, and a picture of it."""
    layer = next((layer for layer in published_layers() if layer.code == code), None)
    if layer is None:
        raise Http404(code)
    context = {
        "column": column(),
        "layer": layer,
        "map_url": map_link(layer.bounds, [layer.code]),
        "picture": map_picture(layer.title, [layer.code]),
        "can_compare": Release.objects.servable()
        .filter(layer=code, state=ReleaseState.PUBLISHED)
        .count()
        > 1,
        "legend_url": f"{reverse('viewer:legend_png')}?l={layer.code}",
    }
    return render(request, "pages/viewer/layer_page.html", context)


@require_safe
@rate_limited(LOOKUP_GROUP, LOOKUP_RATE)
def here(request: HttpRequest) -> HttpResponse:
    """What applies at ``?lon=&lat=``: a page, or with ``&fragment=1`` its inner part.

    Without a query the page is the empty form.
    """
    if not request.GET:
        return render(request, "pages/viewer/here.html", {"form": PointForm(), "column": column()})
    template = (
        "pages/viewer/here_fragment.html"
        if request.GET.get("fragment")
        else "pages/viewer/here.html"
    )
    form = PointForm(request.GET)
    if not form.is_valid():
        return render(request, template, {"form": form, "column": column()}, status=400)
    point = form.point()
    context = {
        "form": form,
        "here": what_applies(point),
        "notices": notices_at(point, node_region(request)),
        "map_url": link_to(point),
        "column": column(),
    }
    return render(request, template, context)


def link_to(point: Point) -> str:
    """The map page's address with this point selected."""
    bounds: Bounds = (point.x, point.y, point.x, point.y)
    return f"{map_link(bounds)}&p={point.x:.6f},{point.y:.6f}"
