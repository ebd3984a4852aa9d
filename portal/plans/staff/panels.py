"""The parts of the form in which a notice is written."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList

from portal.plans.models import NoticeVersion
from portal.plans.staff.forms import VersionForm

BASICS = MultiFieldPanel(
    [
        FieldPanel("notice_kind"),
        FieldPanel("notice_level"),
        FieldPanel("notice_follows"),
        FieldPanel("change_reason"),
    ],
    heading=_("公示事项"),
)
TEXTS = MultiFieldPanel(
    [
        FieldPanel("title"),
        FieldPanel("reference"),
        FieldPanel("source"),
        FieldPanel("summary"),
        FieldPanel("body"),
        FieldPanel("how_to_object"),
    ],
    heading=_("公示内容"),
)
PERIOD = MultiFieldPanel(
    [
        FieldRowPanel([FieldPanel("period_amount"), FieldPanel("period_unit")]),
        FieldPanel("period_excludes_first_day"),
        FieldPanel("period_ends_on_working_day"),
        FieldPanel("period_basis"),
        FieldPanel(
            "publish_at",
            help_text=_("审批通过后在这一时刻自动公开；留空则审批通过即公开。"),
        ),
    ],
    heading=_("公示期与发布时间"),
)
PLACE = MultiFieldPanel([FieldPanel("place"), FieldPanel("footprint")], heading=_("位置"))
DOCUMENTS = MultiFieldPanel(
    [
        FieldPanel("uploads"),
        FieldPanel("uploads_role"),
        InlinePanel("documents", label=_("文件"), heading=_("已有文件（可改名、排序、删除）")),
    ],
    heading=_("公示文件"),
)
LAYERS = InlinePanel("layer_links", label=_("图层"), heading=_("相关图层"))
CONTACT = MultiFieldPanel(
    [
        FieldPanel("contact_office"),
        FieldPanel("contact_phone"),
        FieldPanel("contact_address"),
        FieldPanel("contact_email"),
    ],
    heading=_("联系方式"),
)
ENGLISH = MultiFieldPanel(
    [FieldPanel("title_en"), FieldPanel("summary_en")],
    heading=_("英文（可选）"),
    classname="collapsed",
)


@cache
def version_panels() -> Any:
    """The form's panels, bound to the model once."""
    parts = [BASICS, TEXTS, PERIOD, PLACE, DOCUMENTS, LAYERS, CONTACT, ENGLISH]
    return ObjectList(parts, base_form_class=VersionForm).bind_to_model(NoticeVersion)
