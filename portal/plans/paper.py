"""HTML to PDF: tagged, in the reader's language, and with nothing fetched from anywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import segno
from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

LAYOUT = 1
"""Counts up when a template of print changes, so that no old file comes out of the store."""

HANDED = "handed:"


class HandedOver(URLFetcher):
    """Gives out what we hand over under ``handed:name``, and refuses every other address."""

    def __init__(self, files: Mapping[str, tuple[str, bytes]]) -> None:
        super().__init__(allowed_protocols=())
        self._files = files

    def fetch(self, url: str, headers: Any = None) -> Any:
        """A file of ours. Raises ValueError for anything else."""
        name = url.removeprefix(HANDED)
        if not url.startswith(HANDED) or name not in self._files:
            raise ValueError(f"paper fetches nothing: {urlsplit(url).scheme}")
        media_type, content = self._files[name]
        return URLFetcherResponse(url, content, {"Content-Type": media_type})


def pdf(
    template: str, context: dict[str, Any], files: Mapping[str, tuple[str, bytes]], base: str
) -> bytes:
    """Render a template below ``print/``; ``files``: name -> media type and bytes.

    ``base``: the site's address, from which the links in the text are counted.

    The same input gives the same bytes: no moment and no random number goes into the file.
    """
    text = render_to_string(f"print/{template}", context)
    html = HTML(string=text, base_url=base, url_fetcher=HandedOver(files))
    written: bytes = html.write_pdf(
        pdf_tags=True,
        pdf_identifier=hashlib.sha256(text.encode()).digest()[:16],
        optimize_images=False,
    )
    return written


def qr_code(address: str) -> bytes:
    """An SVG of the QR code of an address; it survives a quarter of it being scratched off."""
    code = segno.make(address, error="q", micro=False)
    svg: str = code.svg_inline(scale=10, border=2, omitsize=True)
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).encode()
