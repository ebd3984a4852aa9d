"""The forms of visitors: each field parsed once, each error with a remedy."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.core.same_origin import is_own
from portal.feedback.enums import TOPICS, Kind
from portal.feedback.form_token import FormToken
from portal.feedback.receive import Submission

LONGEST_BODY = 4000
SHORTEST_BODY = 5


class MessageForm(forms.Form):
    """What both forms ask for; only topic and text are required."""

    kind: Kind

    topic = forms.ChoiceField(
        label=_("类别"), error_messages={"required": _("请选择类别。")}, choices=()
    )
    page = forms.CharField(label=_("页面网址"), required=False, max_length=500)
    body = forms.CharField(
        label=_("您想说什么"),
        min_length=SHORTEST_BODY,
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={
            "required": _("请写下您想说的话。"),
            "min_length": _("请再写具体一些，至少 %(limit_value)d 个字。"),
            "max_length": _(
                "最多 %(limit_value)d 个字，现在有 %(show_value)d 个。请缩短，或分两次提交。"
            ),
        },
    )
    name = forms.CharField(
        label=_("称呼"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("电子邮箱"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("邮箱写法有误，例如：name@example.com")},
    )
    phone = forms.RegexField(
        r"^[0-9+()（）\-转 ]{5,40}$",
        label=_("电话"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
        error_messages={"invalid": _("电话只写数字，例如：0571-00000000")},
    )
    # A trap for programs; people never see it.
    website = forms.CharField(
        label=_("请把这一栏留空"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    token = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = [(topic.value, topic.label) for topic in TOPICS[self.kind]]
        self.fields["topic"] = forms.ChoiceField(
            label=_("类别"),
            choices=topics,
            widget=forms.RadioSelect,
            error_messages={"required": _("请选择类别。")},
        )
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
        self.opened = FormToken.read(self.kind, text)
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
            return FormToken.fresh(self.kind).signed()
        return self.opened.signed()

    def submission(self) -> Submission:
        """What was filled in."""
        values = self.cleaned_data
        return Submission(
            kind=self.kind,
            topic=values["topic"],
            body=values["body"],
            page=values.get("page", ""),
            name=values["name"],
            email=values["email"],
            phone=values["phone"],
        )


class ContactForm(MessageForm):
    """Contact (联系我们)."""

    kind = Kind.CONTACT
    page = None  # type: ignore[assignment]


class ErrorForm(MessageForm):
    """An error on the site (我为政府网站找错)."""

    kind = Kind.ERROR

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["page"].help_text = _("哪一页有错？可以从浏览器的地址栏复制。")
        self.fields["body"].label = _("哪里不对，应当是什么")


class LookUpForm(forms.Form):
    """Receipt and code."""

    receipt = forms.CharField(
        label=_("回执编号"),
        max_length=20,
        help_text=_("例如：F20260101-7KQ2M"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("请填写回执编号。")},
    )
    code = forms.CharField(
        label=_("查询码"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("请填写查询码。")},
    )


def page_of(request: HttpRequest) -> str:
    """The page from which the visitor came, to fill into the form; empty when it is not ours."""
    asked = request.GET.get("page", "")
    came = request.headers.get("Referer", "")
    address = asked or came
    if address.startswith("/") and not address.startswith("//"):
        return request.build_absolute_uri(address)[:500]
    is_page = address.startswith(("http://", "https://")) and is_own(request, address)
    return address[:500] if is_page else ""


FORMS: dict[Kind, type[MessageForm]] = {Kind.CONTACT: ContactForm, Kind.ERROR: ErrorForm}
