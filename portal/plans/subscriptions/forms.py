"""The forms of subscribers: each field parsed once, each error with a remedy."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.core.regions.models import Region
from portal.feedback.form_token import FormToken
from portal.plans.enums import NoticeKind, PlanLevel
from portal.plans.models import Notice, NoticeVersion
from portal.plans.subscriptions.area import RADII, Area, read_area
from portal.plans.subscriptions.enums import Form
from portal.plans.subscriptions.subscribe import Choice

LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
MOST_NAMED = 5
USUAL_RADIUS = 2000
"""Metres."""


class ChoiceForm(forms.Form):
    """Which notices: by region, kind, level and area, or one notice."""

    notice = forms.CharField(required=False, widget=forms.HiddenInput)
    region = forms.CharField(
        label=_("地区"),
        required=False,
        max_length=60,
        help_text=_("名称、代码或拼音，含其下各级；留空表示全部。"),
        widget=forms.TextInput(attrs={"list": "regions", "autocomplete": "off"}),
    )
    kinds = forms.MultipleChoiceField(
        label=_("类型"),
        required=False,
        choices=NoticeKind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不选表示全部。"),
    )
    level = forms.ChoiceField(
        label=_("规划类别"), required=False, choices=[("", _("全部")), *PlanLevel.choices]
    )
    area = forms.CharField(
        label=_("位置"),
        required=False,
        max_length=2000,
        help_text=_("粘贴地图页面的网址，或填写经度和纬度，如 113.02,28.18；留空表示不限位置。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    radius = forms.ChoiceField(
        label=_("这个位置周围"),
        required=False,
        choices=[(metres, f"{metres / 1000:g} km") for metres in RADII],
    )
    with_ending = forms.BooleanField(label=_("截止前三天再提醒我"), required=False)

    def clean_notice(self) -> Notice | None:
        """The notice that is followed."""
        code: str = self.cleaned_data["notice"][:30].replace("\x00", "")
        if not code:
            return None
        public = NoticeVersion.objects.standing().filter(notice__code=code)
        version = public.select_related("notice").defer("body").first()
        if version is None:
            raise forms.ValidationError(_("没有这条公示，或已经撤回。"))
        notice: Notice = version.notice
        return notice

    def clean_region(self) -> Region | None:
        """The division that was meant; where several could be, they are named."""
        text: str = self.cleaned_data["region"].replace("\x00", "")
        text = text.partition("（")[0].strip()
        if not text:
            return None
        exact = Region.objects.filter(code=text).first() or _only(Region.objects.filter(name=text))
        if exact:
            return exact
        found = list(Region.objects.named_like(text)[: MOST_NAMED + 1])
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(_("没有找到这个地区，请换一个名称或填写六位代码。"))
        named = "、".join(f"{region.name}（{region.code}）" for region in found[:MOST_NAMED])
        raise forms.ValidationError(
            _("有几个地区符合，请填写代码：%(named)s"), params={"named": named}
        )

    def clean(self) -> dict[str, Any]:
        """The area, as far as radius and text make sense together."""
        values: dict[str, Any] = super().clean() or {}
        text, radius = values.get("area", ""), int(values.get("radius") or USUAL_RADIUS)
        values["area"] = read_area(text, radius) if text else None
        if text and values["area"] is None:
            self.add_error(
                "area", _("看不懂这个位置。可以打开地图，点一下那里，再把网址粘贴过来。")
            )
        return values

    @property
    def choice(self) -> Choice:
        """What was chosen; a followed notice stands for itself."""
        values = self.cleaned_data
        if values["notice"]:
            return Choice(notice=values["notice"], with_ending=values["with_ending"])
        return Choice(
            region=values["region"],
            kinds=values["kinds"],
            level=values["level"],
            area=values["area"],
            with_ending=values["with_ending"],
        )

    @property
    def followed(self) -> NoticeVersion | None:
        """The notice that the form is about, to name it."""
        code = str(self["notice"].value() or "")[:30].replace("\x00", "")
        public = NoticeVersion.objects.standing().filter(notice__code=code) if code else None
        return public.select_related("notice").defer("body").first() if public else None


class SubscribeForm(ChoiceForm):
    """A new subscription: also the address, the language and the consent."""

    email = forms.EmailField(
        label=_("电子邮箱"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("请填写邮箱。"),
            "invalid": _("邮箱写法有误，例如：name@example.com"),
        },
    )
    language = forms.ChoiceField(label=_("邮件语言"), choices=LANGUAGES, widget=forms.RadioSelect)
    consent = forms.BooleanField(error_messages={"required": _("没有您的同意，我们不能保存邮箱。")})
    # A trap for programs; people never see it.
    website = forms.CharField(
        label=_("请把这一栏留空"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    token = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opened: FormToken | None = None

    def clean_website(self) -> str:
        """The trap must be empty; whoever fell into it by an aid is told how to get out."""
        value: str = self.cleaned_data["website"]
        if value:
            raise forms.ValidationError(_("这一栏用来识别自动程序，请清空后再提交。"))
        return value

    def clean_token(self) -> str:
        """The form was opened here, by somebody who read it, and not days ago."""
        text: str = self.cleaned_data["token"]
        self.opened = FormToken.read(Form.SUBSCRIBE, text)
        if self.opened is None or self.opened.is_too_old:
            raise forms.ValidationError(
                _("这个表单打开得太久了。您写的内容还在，请再按一次提交。"), code="old"
            )
        if self.opened.is_too_fast:
            raise forms.ValidationError(_("提交得太快了，请过几秒再按一次。"), code="fast")
        return text

    def next_token(self) -> str:
        """The token of the form when it is shown again: the same one, unless it is worthless."""
        if self.opened is None or self.opened.is_too_old:
            return FormToken.fresh(Form.SUBSCRIBE).signed()
        return self.opened.signed()


def initial_of(query: QueryDict) -> dict[str, Any]:
    """What a link brings along: the filter of the list, the state of the map, or a notice."""
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    return {
        "notice": query.get("notice", "")[:30],
        "region": query.get("region", "")[:12],
        "kinds": [kind for kind in query.getlist("kind") if kind in NoticeKind.values],
        "level": query.get("level", ""),
        "area": _area_of(query),
        "radius": USUAL_RADIUS,
        "language": language,
    }


def initial_of_choice(area: Area | None, **values: Any) -> dict[str, Any]:
    """The same for a subscription that is changed."""
    place = area.as_text if area else ""
    return values | {"area": place, "radius": (area.radius if area else None) or USUAL_RADIUS}


def _area_of(query: QueryDict) -> str:
    """The box, the marked point or the middle of the map; empty where there is none."""
    for name in ("bbox", "p", "c"):
        if name in query:
            found = read_area(f"?{name}={query[name]}", RADII[2])
            return found.as_text if found else ""
    return ""


def _only(regions: Any) -> Region | None:
    found = list(regions[:2])
    return found[0] if len(found) == 1 else None
