"""Forms of officials who handle messages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _


class AnswerForm(forms.Form):
    """An answer, or the reason why there is none."""

    text = forms.CharField(
        label=_("答复内容"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("请写明答复内容或不予受理的理由。")},
    )


class PersonChoice(forms.ModelChoiceField[User]):
    """Officials by full name."""

    def label_from_instance(self, obj: User) -> str:
        """Full name and account."""
        full = obj.get_full_name()
        return f"{full}（{obj.get_username()}）" if full else obj.get_username()


class AssignForm(forms.Form):
    """To whom a message goes."""

    to = PersonChoice(label=_("经办人"), queryset=User.objects.none())

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        field.queryset = User.objects.filter(  # type: ignore[attr-defined]
            pk__in=[person.pk for person in people]
        ).order_by("pk")
