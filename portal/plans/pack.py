"""A notice to take along (离线包): one PDF, or a ZIP of that PDF with the original files."""

from __future__ import annotations

import hashlib
import io
import logging
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from pypdf import PdfReader

from portal.core.limited_child import ChildFailed
from portal.core.models import SiteIdentity
from portal.plans import paper
from portal.plans.content import record_bytes
from portal.plans.difference import Difference, difference
from portal.plans.joined import Part, Sizes, sizes_of, write_joined
from portal.plans.models import NoticeDocument, NoticeVersion
from portal.plans.pack_pages import MOST_PAGES, MOST_PIXELS
from portal.plans.place_picture import PlacePicture, place_picture
from portal.plans.printed import printed
from portal.plans.reading import NoticeReading

logger = logging.getLogger(__name__)

MOST_BYTES = 150 * 1024 * 1024
"""Of documents put into the PDF; what is above stands in the list, and whole in the ZIP."""

PICTURE = (1200, 800)
PICTURES = ("image/png", "image/jpeg")
CHUNK = 1024 * 1024


class AlteredFile(Exception):
    """A file on the disk is not the one that was announced (文件与公示时不一致)."""


@dataclass
class Attached:
    """A document and where it is in the PDF; ``how``: ``pages``, ``picture`` or ``listed``."""

    document: NoticeDocument
    how: str
    sizes: Sizes = field(default_factory=list)
    """Of its pages in points, or of the picture in pixels."""
    first_page: int = 0

    @property
    def pages(self) -> int:
        """How many pages it fills."""
        return len(self.sizes) if self.how == "pages" else 0

    @property
    def pixels(self) -> float:
        """How many points a picture has."""
        return sum(w * h for w, h in self.sizes) if self.how == "picture" else 0.0


@dataclass(frozen=True)
class Pack:
    """All that goes into the files of one version, in the reader's language."""

    version: NoticeVersion
    reading: NoticeReading
    base: str
    identity: SiteIdentity
    picture: PlacePicture | None

    @classmethod
    def of(cls, version: NoticeVersion, base: str, identity: SiteIdentity) -> Pack:
        """The pack of a public version; ``base`` is the site's address."""
        picture = place_picture(version, *PICTURE)
        return cls(version, NoticeReading(version), base, identity, picture)

    @property
    def name(self) -> str:
        """What the files are called."""
        return f"{self.version.notice.code}-v{self.version.number}"

    @property
    def state(self) -> str:
        """Everything that the files depend on, as 64 hexadecimal digits."""
        events = [(event.pk, event.version_id) for event in self.reading.timeline]
        parts = [
            *("pack", paper.LAYOUT, self.base, get_language(), self.version.content_hash),
            *(self.identity.name, self.identity.sponsor_name, self.version.closes_on, events),
            self.picture.identity if self.picture else "",
        ]
        return hashlib.sha256(repr([str(part) for part in parts]).encode()).hexdigest()

    def pdf(self) -> Path:
        """The PDF, made once. Raises ``NotPrintable``."""
        return printed(self.state, "pdf", self._write_pdf)

    def archive(self) -> Path:
        """The ZIP, made once; the same bytes whenever and wherever it is made."""
        pdf = self.pdf()
        return printed(self.state, "zip", lambda path: self._write_archive(path, pdf))

    # -- the PDF

    def _write_pdf(self, path: Path) -> None:
        attached = self._attachments()
        try:
            self._write_with(path, attached)
        except ChildFailed as failure:
            logger.warning("documents of %s stay out of its pack: %s", self.name, failure.code)
            self._write_with(path, [_listed(one) for one in attached])

    def _write_with(self, path: Path, attached: list[Attached]) -> None:
        front = self._front(attached)
        joined = [one for one in attached if one.how == "pages"]
        if not joined:
            path.write_bytes(front)
            return
        pages = len(PdfReader(io.BytesIO(front)).pages)
        for one in joined:
            one.first_page, pages = pages + 1, pages + one.pages
        front = self._front(attached)  # again, now that the pages are known
        write_joined(path, front, [Part(one.document, self._stamps(one)) for one in joined])

    def _attachments(self) -> list[Attached]:
        found, pages, pixels, size = [], 0, 0.0, 0
        for document in self.version.documents.all():
            document.version = self.version
            one = _attached(document)
            pages, pixels, size = pages + one.pages, pixels + one.pixels, size + document.size
            if pages > MOST_PAGES or pixels > MOST_PIXELS or size > MOST_BYTES:
                one = Attached(document, "listed")
            found.append(one)
        return found

    def _front(self, attached: list[Attached]) -> bytes:
        address = self.base + reverse("plans:notice", args=[self.version.notice.code])
        files = {"qr.svg": ("image/svg+xml", paper.qr_code(address))}
        if self.picture is not None:
            files["place.png"] = ("image/png", self.picture.png())
        for one in attached:
            if one.how == "picture":
                with one.document.file.open("rb") as file:
                    files[f"document-{one.document.pk}"] = (one.document.media_type, file.read())
        context: dict[str, Any] = {
            "version": self.version,
            "reading": self.reading,
            "identity": self.identity,
            "address": address,
            "record_address": self.base
            + reverse("plans:record", args=[self.version.notice.code, self.version.number]),
            "attached": attached,
            "picture": self.picture,
            "change": self._change(),
            "language": get_language(),
        }
        return paper.pdf("pack.html", context, files, self.base)

    def _change(self) -> Difference | None:
        """What this version changed against the one before it."""
        earlier = [v for v in self.reading.versions if v.number < self.version.number]
        if not earlier or earlier[0].is_withdrawn:
            return None
        old = NoticeVersion.objects.select_related("notice__region").get(pk=earlier[0].pk)
        return difference(old, self.version)

    def _stamps(self, one: Attached) -> bytes:
        """A page for each page of a document, with the number that it has in the pack."""
        distinct = sorted(set(one.sizes))
        pages = [
            {"number": one.first_page + offset, "size": distinct.index(size)}
            for offset, size in enumerate(one.sizes)
        ]
        boxes = [
            {"number": number, "width": f"{width:.2f}", "height": f"{height:.2f}"}
            for number, (width, height) in enumerate(distinct)
        ]
        context = {"pages": pages, "boxes": boxes, "name": self.name}
        return paper.pdf("stamps.html", context, {}, self.base)

    # -- the ZIP

    def _write_archive(self, path: Path, pdf: Path) -> None:
        moment = timezone.localtime(self.version.publish_at).timetuple()[:6]
        sums: list[str] = []
        with zipfile.ZipFile(path, "w") as archive:

            def add(name: str, source: Any, expected: str = "") -> None:
                info = zipfile.ZipInfo(f"{self.name}/{name}", moment)
                info.external_attr, info.compress_type = 0o644 << 16, zipfile.ZIP_STORED
                digest = hashlib.sha256()
                with archive.open(info, "w", force_zip64=True) as target:
                    while chunk := source.read(CHUNK):
                        digest.update(chunk)
                        target.write(chunk)
                if expected and digest.hexdigest() != expected:
                    raise AlteredFile(f"{name} of {self.name}")
                sums.append(f"{digest.hexdigest()}  {name}\n")

            with pdf.open("rb") as file:
                add("notice.pdf", file)
            record = record_bytes(self.version)
            add("record.json", io.BytesIO(record), self.version.content_hash)
            for number, document in enumerate(self.version.documents.all(), start=1):
                name = f"{number:02d}-{_plain(document.title)}.{document.extension.lower()}"
                with document.file.open("rb") as file:
                    add(f"documents/{name}", file, document.sha256)
            add("SHA256SUMS", io.BytesIO("".join(sums).encode()))


def _attached(document: NoticeDocument) -> Attached:
    how = "picture" if document.media_type in PICTURES else "pages"
    if how == "pages" and document.media_type != "application/pdf":
        return Attached(document, "listed")
    try:
        return Attached(document, how, sizes_of(document, how))
    except ChildFailed as failure:
        # Taken in as whole, yet not readable here: the list says so, the ZIP holds it.
        logger.warning("document %s stays out of the pack: %s", document.pk, failure.code)
        return Attached(document, "listed")


def _listed(one: Attached) -> Attached:
    return Attached(one.document, "listed") if one.how == "pages" else one


def _plain(title: str) -> str:
    """A title as a file name on every system."""
    kept = "".join("-" if char in '<>:"/\\|?*' or ord(char) < 32 else char for char in title)
    return kept.strip(" .")[:60] or "document"
