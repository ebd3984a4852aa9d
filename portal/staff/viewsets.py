"""Postings, divisions and nodes in the staff area."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet

from portal.core.audit.origin import current_actor
from portal.core.regions.models import Node, Region
from portal.staff.enums import OFFERED
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {*OFFERED, self.instance.column}
        field: Any = self.fields["column"]
        field.choices = [choice for choice in field.choices if choice[0] in {"", *offered}]

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


class RegionForm(forms.ModelForm[Region]):
    """A division; the one above by its code."""

    class Meta:
        model = Region
        fields = ("code", "name", "name_en", "level", "parent", "abolished_on")
        widgets = {"parent": forms.TextInput(attrs={"inputmode": "numeric"})}
        labels = {"parent": _("上级区划代码")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.path:  # postings, nodes and notices refer to it by its code
            self.fields["code"].disabled = True


class RegionViewSet(ModelViewSet):
    """Divisions beyond those of the package, and their English names (行政区划)."""

    model = Region
    name = "regions"
    icon = "list-ul"
    menu_label = _("行政区划")
    menu_order = 620
    add_to_settings_menu = True
    list_display = ("code", "name", "level", "abolished_on")
    list_filter = ("level",)
    search_fields = ("code", "name", "pinyin", "initials")
    ordering = "code"
    copy_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm[Region]]:
        """Our form."""
        return RegionForm


class NodeForm(forms.ModelForm[Node]):
    """A site and the division that it publishes for."""

    class Meta:
        model = Node
        fields = ("site", "region")
        widgets = {"region": forms.TextInput(attrs={"inputmode": "numeric"})}
        labels = {"region": _("区划代码")}


class NodeViewSet(ModelViewSet):
    """Nodes of the network in this installation (节点)."""

    model = Node
    name = "nodes"
    icon = "site"
    menu_label = _("节点")
    menu_order = 630
    add_to_settings_menu = True
    list_display = ("site", "region")
    copy_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm[Node]]:
        """Our form."""
        return NodeForm


region_viewset = RegionViewSet("regions")
node_viewset = NodeViewSet("nodes")
posting_viewset = PostingViewSet("staff_postings")
