"""The poster for the site board (现场公示牌): what is planned here, until when, how to object."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from pypdf import PdfReader

from portal.core.models import SiteIdentity
from portal.plans import paper
from portal.plans.models import NoticeVersion
from portal.plans.place_picture import place_picture
from portal.plans.printed import printed

SIZES = ("A3", "A4")
PICTURE = (900, 600)
"""Pixels of the map: its letters come out large enough to read from a step away."""

SCALES = (100, 90, 80, 70, 60, 50, 40)
"""Per cent of the usual letters: long texts are set smaller until the poster is one sheet. With the
smallest ones the longest texts are cut; the web page has them whole."""


def poster(version: NoticeVersion, size: str, base: str, identity: SiteIdentity) -> Path:
    """The PDF, made once; ``size`` is one of ``SIZES``, ``base`` the site's address.

    Raises ``NotPrintable``.
    """
    picture = place_picture(version, *PICTURE)
    address = base + reverse("plans:notice", args=[version.notice.code])
    context: dict[str, Any] = {
        "version": version,
        "identity": identity,
        "address": address,
        "base": base,
        "size": size,
        "picture": picture,
        "language": get_language(),
    }
    state = [
        *("poster", paper.LAYOUT, size, base, get_language(), identity.name, identity.sponsor_name),
        *(version.content_hash, version.number, version.opens_on, version.closes_on),
        picture.identity if picture else "",
    ]
    name = hashlib.sha256(repr([str(part) for part in state]).encode()).hexdigest()
    return printed(name, "pdf", lambda path: _write(path, context))


def _write(path: Path, context: dict[str, Any]) -> None:
    files = {"qr.svg": ("image/svg+xml", paper.qr_code(context["address"]))}
    picture = context["picture"]
    if picture is not None:
        files["place.png"] = ("image/png", picture.png())
    for scale in SCALES:
        written = paper.pdf(
            "poster.html", context | {"scale": scale, "last": SCALES[-1]}, files, context["base"]
        )
        if len(PdfReader(io.BytesIO(written)).pages) == 1:
            break
    path.write_bytes(written)
