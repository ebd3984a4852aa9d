"""What counts as a view, and of which column. Pure: looks at one request and one response."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Columns by the first part of the path after the language; everything else is "other".
COLUMNS = ("map", "plans", "policies", "search", "feedback", "statistics")
HOME, OTHER = "home", "other"
# Parts of the site that are not for visitors.
UNCOUNTED = ("admin", "api", "tiles", "static", "media", "documents", "healthz", "readyz")
# Programs that say so. Who does not say so is counted: nothing else is looked at.
BOT = re.compile(
    r"bot|crawl|spider|slurp|fetch|monitor|probe|curl|wget|python|java/|headless|preview", re.I
)


def column_of(path: str) -> str | None:
    """The column that a path belongs to; None for what is not for visitors."""
    parts = [part for part in path.split("/") if part]
    if parts and parts[0] == "en":
        parts = parts[1:]
    if not parts:
        return HOME
    if parts[0] in UNCOUNTED:
        return None
    return parts[0] if parts[0] in COLUMNS else OTHER


def is_bot(agent: str) -> bool:
    """Whether a program calls itself one; no name at all counts as one too."""
    return not agent or bool(BOT.search(agent))


def counts(request: HttpRequest, response: HttpResponseBase) -> bool:
    """A page that a person opened: GET, 200, HTML, no fragment, no prefetch."""
    return (
        request.method == "GET"
        and response.status_code == 200
        and response.headers.get("Content-Type", "").startswith("text/html")
        and "fragment" not in request.GET
        and "prefetch" not in request.headers.get("Sec-Purpose", "")
        and not is_bot(request.headers.get("User-Agent", ""))
    )
