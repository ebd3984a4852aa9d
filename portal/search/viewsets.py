"""Synonyms in the staff area."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.viewsets.model import ModelViewSet

from portal.search.models import SynonymGroup


class SynonymViewSet(ModelViewSet):
    """Groups of words that mean the same (同义词)."""

    model = SynonymGroup
    name = "search_synonyms"
    icon = "repeat"
    menu_label = _("同义词")
    menu_order = 620
    add_to_settings_menu = True
    list_display = ("words", "note", BooleanColumn("active", label=_("启用")))
    list_filter = ("active",)
    search_fields = ("words", "note")
    copy_view_enabled = False
    inspect_view_enabled = False
    add_to_reference_index = False


synonym_viewset = SynonymViewSet("search_synonyms")
