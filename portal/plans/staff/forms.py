"""Forms of the officials' pages of notices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from portal.core.regions.models import Region
from portal.plans.documents import check_document
from portal.plans.enums import DocumentRole, NoticeKind, PlanLevel
from portal.plans.errors import BadDocument, NotChecked
from portal.plans.footprints import FootprintField
from portal.plans.models import Notice, NoticeVersion
from portal.plans.staff.access import may_follow, own_divisions

REASON_LENGTH = 500
MOST_AT_ONCE = 20
EMPTY_CHOICE = ("", "———")


class FollowsField(forms.CharField):
    """The earlier notice of the same procedure, by its number."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("前一程序的公示号"))
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 30)
        kwargs.setdefault(
            "help_text", _("例如批后公布接续的批前公示。没有则留空；公示号见公示列表。")
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Notice | None:
        """The notice of that number."""
        code = super().clean(value)
        if not code:
            return None
        found = Notice.objects.select_related("region").filter(code=code).first()
        if found is None:
            raise no_such_notice(code)
        return found


def no_such_notice(code: str) -> ValidationError:
    """The same answer for a number that is not there and for one that is none of the official's."""
    return ValidationError(
        _("没有公示号为“%(code)s”的公示，或它不属于同一地区。"), params={"code": code}
    )


class NewNoticeForm(forms.Form):
    """What has to be known before a text can be written: it decides number and period."""

    region = forms.ModelChoiceField(
        label=_("行政区划"),
        queryset=Region.objects.none(),
        help_text=_("只列出您任职的地区。公示号由此产生，之后不能更改。"),
    )
    kind = forms.ChoiceField(
        label=_("类型"),
        choices=[EMPTY_CHOICE, *NoticeKind.choices],
        help_text=_("法定公示期按类型和地区自动带出。"),
    )
    plan_level = forms.ChoiceField(
        label=_("规划类别"), choices=[EMPTY_CHOICE, *PlanLevel.choices], required=False
    )
    title = forms.CharField(label=_("标题"), max_length=200)
    follows = FollowsField()
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, official: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.official = official
        own = own_divisions(official)
        field: Any = self.fields["region"]
        field.queryset = Region.objects.filter(code__in=[each.code for each in own]).order_by(
            "path"
        )
        if len(own) == 1:
            field.initial = own[0].pk

    def clean(self) -> dict[str, Any]:
        """The earlier notice is one that may be followed from this division."""
        cleaned: dict[str, Any] = super().clean() or {}
        region, follows = cleaned.get("region"), cleaned.get("follows")
        if region and follows and not may_follow(self.official, region, follows):
            self.add_error("follows", no_such_notice(follows.code))
        return cleaned


class UploadsInput(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class UploadsField(forms.FileField):
    """Several new documents at once, each checked by its content; cleans to a list of files."""

    widget = UploadsInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        """Every problem is told with the name of its file."""
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if len(files) > MOST_AT_ONCE:
            raise ValidationError(
                _("一次最多上传%(count)s个文件。"), params={"count": MOST_AT_ONCE}
            )
        problems = []
        for file in files:
            try:
                check_document(file)
            except BadDocument as problem:
                problems.append(f"{file.name}：{problem}")
                if isinstance(problem, NotChecked):
                    # Twenty such files would hold up the server twenty times as long.
                    break
        if problems:
            raise ValidationError(problems)
        return files

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether any file came."""
        return bool(data)


class VersionForm(WagtailAdminModelForm):
    """The whole text of a version in work, with the facts of its notice while they are open."""

    footprint = FootprintField(
        label=_("位置范围"),
        required=False,
        help_text=_(
            "可填“经度,纬度”，或“西,南,东,北”，或粘贴GeoJSON（点、面）；单位为度（CGCS2000）。"
            "保存后按公开精度（约10米）取整，并在下方显示预览图。"
        ),
    )
    uploads = UploadsField(
        label=_("上传新文件"),
        required=False,
        help_text=_("可一次选择多个文件：PDF、DOCX、XLSX、PNG、JPEG。名称取自文件名，保存后可改。"),
    )
    uploads_role = forms.ChoiceField(
        label=_("新文件的类别"), choices=DocumentRole.choices, required=False
    )
    notice_kind = forms.ChoiceField(label=_("类型"), choices=NoticeKind.choices)
    notice_level = forms.ChoiceField(
        label=_("规划类别"), choices=[EMPTY_CHOICE, *PlanLevel.choices], required=False
    )
    notice_follows = FollowsField()

    NOTICE_FIELDS = {
        "notice_kind": "kind",
        "notice_level": "plan_level",
        "notice_follows": "follows",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version: NoticeVersion = self.instance
        self.notice_is_open = version.number == 1
        notice = version.notice
        for name, field in self.NOTICE_FIELDS.items():
            value = getattr(notice, field)
            self.initial[name] = value.code if isinstance(value, Notice) else value
            # What was announced once keeps its kind in all later versions.
            self.fields[name].disabled = not self.notice_is_open
        if version.number == 1:
            self.fields.pop("change_reason", None)
        else:
            self.fields["change_reason"].required = True

    def clean_notice_follows(self) -> Notice | None:
        """Not itself."""
        follows: Notice | None = self.cleaned_data["notice_follows"]
        if follows is not None and follows.pk == self.instance.notice_id:
            raise ValidationError(_("不能接续自己。"))
        notice = self.instance.notice
        is_new = follows is not None and follows.pk != notice.follows_id
        if follows is not None and is_new and not may_follow(self.for_user, notice.region, follows):
            raise no_such_notice(follows.code)
        return follows

    def clean(self) -> dict[str, Any]:
        """A period is whole, or there is none."""
        cleaned: dict[str, Any] = super().clean()
        amount, unit = cleaned.get("period_amount"), cleaned.get("period_unit")
        if amount == 0:
            self.add_error("period_amount", _("公示天数至少为1；没有公示期请留空。"))
        if amount and not unit:
            self.add_error("period_unit", _("请选择按自然日还是工作日计算。"))
        if unit and amount is None:
            self.add_error("period_amount", _("请填写公示天数；没有公示期请把计算方式也留空。"))
        return cleaned


class ReasonForm(forms.Form):
    """Why a step is taken; the public or the author reads it."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请填写理由。")},
    )


class ExtendForm(ReasonForm):
    """A later last day, or the day from which the whole period is counted again."""

    until = forms.DateField(
        label=_("新的截止日（含当日）"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    event_on = forms.DateField(
        label=_("或：自某日起重新计算整个公示期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("例如补充公示了文件的那一天。期限只能延长，不会缩短。"),
    )

    def clean(self) -> dict[str, Any]:
        """Exactly one of the two."""
        cleaned: dict[str, Any] = super().clean() or {}
        if bool(cleaned.get("until")) == bool(cleaned.get("event_on")) and not self.errors:
            raise ValidationError(_("请填写新的截止日，或填写重新计算的起始日（二者填一项）。"))
        return cleaned


class CalendarForm(forms.Form):
    """The table of days off of one year."""

    table = forms.FileField(
        label=_("放假安排表（CSV）"),
        help_text=_(
            "首行以#开头写明来源文件；第二行为day,kind,name；其后每行一天：2027-01-01,off,元旦。"
            "kind为off（放假）或work（调休上班）。"
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
