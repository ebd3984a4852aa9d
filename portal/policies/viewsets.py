"""The policy library in the staff area."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.admin.panels.base import Panel
from wagtail.admin.panels.group import ObjectList
from wagtail.admin.ui.tables import BooleanColumn, DateColumn
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from portal.policies import staff_views
from portal.policies.models import (
    Article,
    Edition,
    Interpretation,
    PolicyTopicLink,
    Question,
    Regulation,
)
from portal.policies.permissions import EDIT, PostedPermissionPolicy
from portal.policies.staff_forms import CitationForm, EditionForm, PostedForm, RegulationForm


class PostedViewSet(ModelViewSet):
    """Only what lies in the official's regions; nothing can be copied."""

    region_path = "region"
    can_add = can_delete = True
    copy_view_enabled = False
    sort_order_field = None
    add_to_reference_index = False
    panels: ClassVar[list[Panel]] = []
    base_form_class: type = PostedForm
    index_view_class = staff_views.PostedIndexView
    add_view_class = staff_views.PostedCreateView
    edit_view_class = staff_views.PostedEditView
    delete_view_class = staff_views.PostedDeleteView
    history_view_class = staff_views.PostedHistoryView
    usage_view_class = staff_views.PostedUsageView
    inspect_view_class = staff_views.PostedInspectView

    @property
    def permission_policy(self) -> PostedPermissionPolicy:
        """Permission and posting together."""
        return PostedPermissionPolicy(self.model, self.region_path, self.region_of)

    def get_permissions_to_register(self) -> QuerySet[Permission]:
        """One permission for the whole column, not three for each model."""
        return Permission.objects.filter(
            content_type__app_label="policies", codename=EDIT.partition(".")[2]
        )

    @staticmethod
    def region_of(instance: Any) -> Any:
        """The region of an object."""
        return instance.region

    def get_edit_handler(self) -> Any:
        """The panels with a form that knows the official's regions."""
        handler = ObjectList(self.panels, base_form_class=self.base_form_class)
        return handler.bind_to_model(self.model)

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """No button where nothing can be added or deleted."""
        common: dict[str, Any] = super().get_common_view_kwargs(**kwargs)
        return common | {f"{name}_url_name": None for name in self._shut}

    def get_urlpatterns(self) -> list[URLPattern]:
        """No address either."""
        patterns: list[URLPattern] = super().get_urlpatterns()
        return [each for each in patterns if each.name not in self._shut]

    @property
    def _shut(self) -> list[str]:
        allowed = {"add": self.can_add, "delete": self.can_delete}
        return [name for name, may in allowed.items() if not may]


class RegulationViewSet(PostedViewSet):
    """Regulations come in by import; here their names and their place are kept."""

    model = Regulation
    name = "policy_regulation"
    icon = "doc-full"
    can_add = False
    list_display: ClassVar[list[Any]] = ["title", "kind", "issuer", "region"]
    list_filter: ClassVar[list[str]] = ["kind", "topic"]
    search_fields: ClassVar[list[str]] = ["title", "aliases"]
    search_backend_name = None
    base_form_class = RegulationForm
    panels: ClassVar[list[Panel]] = [
        FieldPanel("title"),
        FieldPanel("title_en"),
        FieldPanel("aliases"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("topic")]),
        FieldPanel("issuer"),
        FieldPanel("region"),
    ]


class EditionViewSet(PostedViewSet):
    """Editions: since when and until when they hold, settled by an official."""

    model = Edition
    name = "policy_edition"
    icon = "history"
    can_add = False
    region_path = "regulation__region"
    list_display: ClassVar[list[Any]] = [
        "regulation",
        "slug",
        DateColumn("in_force_from", label=_("施行日期"), sort_key="in_force_from"),
        DateColumn("in_force_to", label=_("失效日期"), sort_key="in_force_to"),
        BooleanColumn("ended", label=_("已失效")),
        "basis",
    ]
    list_filter: ClassVar[list[str]] = ["basis", "repealed"]
    search_fields: ClassVar[list[str]] = ["regulation__title"]
    search_backend_name = None
    base_form_class = EditionForm
    panels: ClassVar[list[Panel]] = [
        FieldPanel("regulation", read_only=True),
        FieldPanel("history", read_only=True),
        FieldPanel("promulgated_on"),
        FieldRowPanel([FieldPanel("in_force_from"), FieldPanel("term_ends_on")]),
        FieldRowPanel([FieldPanel("repealed"), FieldPanel("repealed_on")]),
    ]

    @staticmethod
    def region_of(instance: Any) -> Any:
        """The region of the regulation."""
        return instance.regulation.region


class ArticleViewSet(PostedViewSet):
    """Articles come in by import; here their gists are written."""

    model = Article
    name = "policy_article"
    icon = "list-ul"
    can_add = can_delete = False
    region_path = "edition__regulation__region"
    list_display: ClassVar[list[Any]] = ["__str__", "gist", "asked"]
    search_fields: ClassVar[list[str]] = ["edition__regulation__title", "label", "gist", "asked"]
    search_backend_name = None
    panels: ClassVar[list[Panel]] = [
        FieldPanel("edition", read_only=True),
        FieldPanel("label", read_only=True),
        FieldPanel("text", read_only=True),
        FieldPanel("gist"),
        FieldPanel("asked"),
    ]

    @staticmethod
    def region_of(instance: Any) -> Any:
        """The region of the regulation."""
        return instance.edition.regulation.region


class CitationsPanel(InlinePanel):
    """Cited articles, each once."""

    def get_form_options(self) -> dict[str, Any]:
        """As its parent's, with our form for each citation."""
        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = CitationForm
        return options


class _ExplanationViewSet(PostedViewSet):
    list_display: ClassVar[list[Any]] = [
        "title",
        "region",
        DateColumn("published_on", label=_("发布日期")),
    ]
    search_fields: ClassVar[list[str]] = ["title", "body"]
    search_backend_name = None
    panels: ClassVar[list[Panel]] = [
        FieldPanel("title"),
        FieldPanel("body"),
        MultiFieldPanel([FieldPanel("title_en"), FieldPanel("body_en")], heading=_("英文")),
        FieldRowPanel([FieldPanel("published_on"), FieldPanel("source")]),
        FieldPanel("region"),
        CitationsPanel("citations", label=_("引用条文")),
    ]


class InterpretationViewSet(_ExplanationViewSet):
    """Interpretations."""

    model = Interpretation
    name = "policy_interpretation"
    icon = "help"


class QuestionViewSet(_ExplanationViewSet):
    """Questions and answers."""

    model = Question
    name = "policy_question"
    icon = "comment"


class TopicLinkViewSet(PostedViewSet):
    """What the law says about land-use classes and kinds of notices."""

    model = PolicyTopicLink
    name = "policy_topic_link"
    icon = "tag"
    list_display: ClassVar[list[Any]] = ["regulation", "anchor", "topic", "code", "region"]
    list_filter: ClassVar[list[str]] = ["topic", "code"]
    search_fields: ClassVar[list[str]] = ["regulation__title", "code", "note"]
    search_backend_name = None
    panels: ClassVar[list[Panel]] = [
        FieldRowPanel([FieldPanel("topic"), FieldPanel("code")]),
        FieldPanel("regulation"),
        FieldPanel("anchor"),
        FieldPanel("note"),
        FieldPanel("note_en"),
        FieldRowPanel([FieldPanel("region"), FieldPanel("order")]),
    ]


class PolicyGroup(ModelViewSetGroup):
    """The column in the menu of the staff area."""

    menu_label = _("政策法规")
    menu_icon = "doc-full"
    menu_order = 160
    items = (
        RegulationViewSet(),
        EditionViewSet(),
        ArticleViewSet(),
        InterpretationViewSet(),
        QuestionViewSet(),
        TopicLinkViewSet(),
    )


regulation_chooser = ChooserViewSet(
    "policy_regulation_chooser",
    model=Regulation,
    icon="doc-full",
    choose_one_text=_("选择法规"),
    choose_another_text=_("选择另一部法规"),
)
"""Any regulation may be cited, whatever its region: a city's answer rests on national law."""
