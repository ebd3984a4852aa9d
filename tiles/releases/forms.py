"""Forms of the officials' release pages."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

ZIP_MAGIC = b"PK\x03\x04"


class UploadForm(forms.Form):
    """A release package to take in."""

    package = forms.FileField(
        label=_("发布包(.zip)"),
        help_text=_("由内部节点签名导出的发布包。上传后自动校验，不会直接公开。"),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )

    def clean_package(self) -> UploadedFile[bytes]:
        upload: UploadedFile[bytes] = self.cleaned_data["package"]
        if upload.size is None or upload.size > settings.RELEASE_MAX_BYTES:
            raise forms.ValidationError(
                _("文件超过 %(limit)s MB 上限，请在内部节点拆分图层后重新打包。"),
                params={"limit": settings.RELEASE_MAX_BYTES // 1024**2},
            )
        start = upload.read(4)
        upload.seek(0)
        if start != ZIP_MAGIC:
            raise forms.ValidationError(_("这不是发布包：请选择内部节点导出的 .zip 文件。"))
        return upload


class WithdrawForm(forms.Form):
    """Why a release is taken back."""

    reason = forms.CharField(
        label=_("撤回原因"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("撤回后瓦片返回 410，要素与档案将被删除，此操作不可恢复。"),
    )
