"""What belongs to a version: its documents, the layers it is about, its timeline."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from portal.plans.documents import check_document
from portal.plans.enums import DocumentRole, EventKind
from portal.plans.errors import BadDocument
from portal.plans.layer_select import LayerSelect
from portal.plans.models.version import NoticeVersion
from tiles.releases.models import Layer


def document_path(document: NoticeDocument, filename: str) -> str:
    """Where a document is kept: below the notice and version that it belongs to for ever."""
    version = document.version
    return f"notices/{version.notice.code}/v{version.number}/{filename}"


class NoticeDocument(Orderable):
    """A document of a notice (公示文件): checked by content when it came, hashed, then read-only."""

    version = ParentalKey(NoticeVersion, on_delete=models.CASCADE, related_name="documents")
    role = models.CharField(_("类别"), max_length=12, choices=DocumentRole.choices)
    title = models.CharField(_("名称"), max_length=120)
    file = models.FileField(_("文件"), upload_to=document_path, max_length=255)
    media_type = models.CharField(max_length=100, editable=False)
    size = models.PositiveBigIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)

    panels: ClassVar[list[Any]] = [FieldPanel("role"), FieldPanel("title"), FieldPanel("file")]

    class Meta(Orderable.Meta):
        verbose_name = _("公示文件")

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Take a new file in: checked, hashed, kept read-only under its hash.

        Raises ``BadDocument`` for a file that a notice may not carry.
        """
        if not self._is_fresh():
            super().save(*args, **kwargs)
            return
        checked = check_document(self.file.file)
        before = type(self).objects.filter(pk=self.pk).first() if self.pk else None
        self.media_type, self.size, self.sha256 = checked.media_type, checked.size, checked.sha256
        self.file.name = f"{checked.sha256[:16]}.{checked.extension}"
        super().save(*args, **kwargs)
        Path(self.file.path).chmod(0o444)
        if before is not None:
            before.drop_file()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Remove the document from a version in work, and its file once that is certain.

        The database refuses to remove one from a frozen version.
        """
        gone: tuple[int, dict[str, int]] = super().delete(*args, **kwargs)
        self.drop_file()
        return gone

    def drop_file(self) -> None:
        """Delete the file when the transaction is committed, unless a row still refers to it."""
        storage, name = self.file.storage, str(self.file.name)

        def drop() -> None:
            if not NoticeDocument.objects.filter(file=name).exists():
                storage.delete(name)

        # What was saved is saved: a file that cannot be deleted is logged, and only lies about.
        transaction.on_commit(drop, robust=True)

    def get_absolute_url(self) -> str:
        """The address of the file; its hash is part of it, so that it can never be another one."""
        code, number = self.version.notice.code, self.version.number
        return reverse("plans:document", args=[code, number, self.sha256[:16], self.pk])

    def clean(self) -> None:
        """The file is what a notice may carry: an official hears of it at the form."""
        super().clean()
        if self._is_fresh():
            try:
                check_document(self.file.file)
            except BadDocument as problem:
                raise ValidationError({"file": str(problem)}) from problem

    def _is_fresh(self) -> bool:
        """Whether a file was uploaded that is not stored yet."""
        return bool(self.file) and not getattr(self.file, "_committed", True)

    @property
    def extension(self) -> str:
        """The file type as readers know it, such as ``PDF``."""
        return str(self.file.name).rpartition(".")[2].upper()


class NoticeLayer(Orderable):
    """A layer that a notice is about (公示相关图层), and the release that was in force then."""

    version = ParentalKey(NoticeVersion, on_delete=models.CASCADE, related_name="layer_links")
    layer_code = models.SlugField(_("图层"), max_length=40)
    release_id = models.CharField(_("发布版本"), max_length=64, blank=True, editable=False)

    panels: ClassVar[list[Any]] = [FieldPanel("layer_code", widget=LayerSelect)]

    class Meta(Orderable.Meta):
        verbose_name = _("相关图层")
        constraints = [
            models.UniqueConstraint(fields=["version", "layer_code"], name="version_layer_once")
        ]

    def __str__(self) -> str:
        return self.layer_code

    def clean(self) -> None:
        """The layer exists."""
        super().clean()
        if not Layer.objects.filter(code=self.layer_code).exists():
            raise ValidationError({"layer_code": _("没有这个图层。")})


class NoticeEvent(models.Model):
    """Something that happened to a version (办理过程); rows are only ever added."""

    version = models.ForeignKey(NoticeVersion, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("事项"), max_length=12, choices=EventKind.choices)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    closes_on = models.DateField(_("当时的截止日"), null=True)

    class Meta:
        verbose_name = _("办理记录")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.version_id} {self.kind}"
