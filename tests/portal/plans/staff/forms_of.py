"""What a browser sends from the form of a notice."""

from __future__ import annotations

from typing import Any

from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from portal.plans.models import NoticeVersion

FLAGS = ("period_excludes_first_day", "period_ends_on_working_day")
TEXTS = (
    "title",
    "title_en",
    "reference",
    "source",
    "summary",
    "summary_en",
    "how_to_object",
    "place",
    "contact_office",
    "contact_phone",
    "contact_address",
    "contact_email",
    "change_reason",
    "period_unit",
    "period_basis",
)


def form_data(version: NoticeVersion, **changes: Any) -> dict[str, Any]:
    """The form as it was opened on ``version``, with ``changes`` typed in."""
    body = [
        ("paragraph", rich_text(block.value.source))
        for block in version.body
        if block.block_type == "paragraph"
    ]
    parts: dict[str, Any] = {
        "body": streamfield(body),
        "documents": inline_formset(
            [
                {"id": document.pk, "role": document.role, "title": document.title, "file": ""}
                for document in version.documents.all()
            ],
            initial=version.documents.count(),
        ),
        "layer_links": inline_formset(
            [{"id": link.pk, "layer_code": link.layer_code} for link in version.layer_links.all()],
            initial=version.layer_links.count(),
        ),
    }
    values = {name: getattr(version, name) for name in TEXTS}
    values |= {name: "on" for name in FLAGS if getattr(version, name)}
    values |= {
        "period_amount": version.period_amount or "",
        "edit_number": version.edit_number,
        "footprint": version.footprint.geojson if version.footprint else "",
        "notice_kind": version.notice.kind,
        "notice_level": version.notice.plan_level,
        "uploads_role": "text",
        "publish_at": "",
    }
    return nested_form_data(parts) | values | changes
