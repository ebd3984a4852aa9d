"""Postings in the staff area."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet

from portal.core.audit.origin import current_actor
from portal.staff.errors import RightsRefusal
from portal.staff.models import Posting
from portal.staff.rights import check_keeper


class PostingForm(forms.ModelForm[Posting]):
    """An official, a column, a division by its code."""

    class Meta:
        model = Posting
        fields = ("user", "column", "region")
        widgets = {"region": forms.TextInput(attrs={"inputmode": "numeric"})}
        labels = {"region": _("区划代码")}
        help_texts = {"region": _("GB/T 2260区划代码，如省级110000；任职及于其下辖区域。")}

    def clean_user(self) -> Any:
        """Nobody posts themselves."""
        user = self.cleaned_data["user"]
        try:
            check_keeper(current_actor(), [user.pk])
        except RightsRefusal as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from refusal
        return user


class PostingViewSet(ModelViewSet):
    """Who keeps which column where (任职)."""

    model = Posting
    name = "postings"
    icon = "group"
    menu_label = _("任职")
    menu_order = 610
    add_to_settings_menu = True
    list_display = ("user", "column", "region")
    list_filter = ("column",)
    search_fields = ("user__username", "user__first_name", "region__name")
    copy_view_enabled = False
    inspect_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm[Posting]]:
        """Our form."""
        return PostingForm


posting_viewset = PostingViewSet("staff_postings")
