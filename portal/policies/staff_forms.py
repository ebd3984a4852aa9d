"""Forms of officials: what they write stays in their regions."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from portal.core.regions.models import Region, RegionQuerySet
from portal.policies.arrange import arrange_among_others
from portal.policies.enums import DateBasis, RegulationKind
from portal.policies.models import Edition, Regulation
from portal.policies.names import name_key
from portal.policies.text.labels import anchor_of
from portal.staff.enums import Column
from portal.staff.scope import Person, regions_of

MOST_FILES = 20


def own_regions(person: Person) -> RegionQuerySet:
    """The divisions in which an official keeps the policies, for a choice."""
    rows = Region.objects.none()
    for region in regions_of(person, Column.POLICIES):
        rows |= Region.objects.in_force().within(region)
    return rows.order_by("level", "code")


class PostedForm(WagtailAdminModelForm):
    """The region can only be one of the official's; so a foreign one is no valid choice at all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("region")
        if field is not None and self.for_user is not None:
            field.queryset = own_regions(self.for_user)


class RegulationForm(PostedForm):
    """Names and place of a regulation; two of one name and place would be one."""

    def clean(self) -> dict[str, Any]:
        """No other regulation of this name in the region, however it is spelled."""
        data: dict[str, Any] = super().clean()
        title, region = data.get("title"), data.get("region")
        if title and region:
            same = Regulation.objects.filter(region=region, key=name_key(title))
            if same.exclude(pk=self.instance.pk).exists():
                raise ValidationError({"title": _("该区域已有同名的法规。")})
        return data


class CitationForm(WagtailAdminModelForm):
    """One cited article; 第一条 and 1 are the same, so that the formset finds what stands twice."""

    def clean_anchor(self) -> str:
        """The number as it is kept."""
        return anchor_of(self.cleaned_data["anchor"])


class EditionForm(WagtailAdminModelForm):
    """Days that an official has settled; the importer leaves them alone from then on."""

    class Meta:
        model = Edition
        fields: ClassVar[list[str]] = [
            "promulgated_on",
            "in_force_from",
            "term_ends_on",
            "repealed",
            "repealed_on",
        ]

    def clean(self) -> dict[str, Any]:
        """The days in order; a day of repeal means repealed."""
        data: dict[str, Any] = super().clean()
        start, end, term = (
            data.get(name) for name in ("in_force_from", "repealed_on", "term_ends_on")
        )
        if start and end and end < start:
            raise ValidationError({"repealed_on": _("废止日期不能早于施行日期。")})
        if start and term and term < start:
            raise ValidationError({"term_ends_on": _("有效期届满日期不能早于施行日期。")})
        if end:
            data["repealed"] = True
        return data

    def clean_promulgated_on(self) -> datetime.date | None:
        """One edition a day."""
        day: datetime.date | None = self.cleaned_data["promulgated_on"]
        others = Edition.objects.filter(regulation=self.instance.regulation_id, promulgated_on=day)
        if day and others.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("这部法规已有当日公布的版本。"))
        return day

    def save(self, commit: bool = True) -> Edition:
        """Whatever is saved here was settled by staff."""
        if self.changed_data:
            self.instance.basis = DateBasis.STAFF
            arrange_among_others(self.instance)
        saved: Edition = super().save(commit=commit)
        return saved


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One to ``MOST_FILES`` files."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The uploaded files."""
        given = data if isinstance(data, list | tuple) else [data]
        files = [super(FilesField, self).clean(each, initial) for each in given if each] or [
            super().clean(None, initial)
        ]
        if len(files) > MOST_FILES:
            raise ValidationError(_("一次最多上传%(most)d个文件。") % {"most": MOST_FILES})
        return files


class ImportForm(forms.Form):
    """Files to import, and what holds for all of them."""

    texts = FilesField(
        label=gettext_lazy("文件"),
        help_text=gettext_lazy(
            "Markdown、纯文本、Word（docx）或有文字层的PDF，每个不超过20 MB，一次最多20个。"
        ),
    )
    region = forms.ModelChoiceField(label=gettext_lazy("适用区域"), queryset=Region.objects.none())
    kind = forms.ChoiceField(label=gettext_lazy("类型"), choices=RegulationKind.choices)
    issuer = forms.CharField(label=gettext_lazy("制定机关"), max_length=200, required=False)
    dry_run = forms.BooleanField(label=gettext_lazy("只检查，不导入"), required=False, initial=True)

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = own_regions(person)  # type: ignore[attr-defined]
