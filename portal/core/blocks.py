"""Blocks of body text that editors may use on every page."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import (
    TypedTable,
    TypedTableBlock,
    TypedTableBlockValidationError,
)
from wagtail.documents.blocks import DocumentChooserBlock

INLINE_FEATURES = ["bold", "link", "document-link"]


class TableBlock(TypedTableBlock):
    """A table with a caption and a row of headings (表格)."""

    text = blocks.CharBlock(label=_("文字"), required=False)

    def clean(self, table: TypedTable) -> TypedTable:
        """A table without a caption says nothing to whoever cannot see it."""
        cleaned: TypedTable = super().clean(table)
        if cleaned.columns and not cleaned.caption.strip():
            raise TypedTableBlockValidationError(
                non_block_errors=[ValidationError(_("请填写表格标题。"))]
            )
        return cleaned

    class Meta:
        label = _("表格")
        icon = "table"
        template = "components/blocks/table.html"


class BodyBlock(blocks.StreamBlock):
    """Headings, paragraphs, tables, quotations from the law, attachments (正文)."""

    heading = blocks.CharBlock(
        label=_("小标题"), max_length=120, icon="title", template="components/blocks/heading.html"
    )
    paragraph = blocks.RichTextBlock(
        label=_("段落"),
        features=[*INLINE_FEATURES, "ol", "ul"],
        icon="pilcrow",
        template="components/blocks/paragraph.html",
    )
    quote = blocks.StructBlock(
        [
            ("text", blocks.TextBlock(label=_("原文"))),
            ("source", blocks.CharBlock(label=_("出处"), required=False, max_length=200)),
        ],
        label=_("引文"),
        icon="openquote",
        template="components/blocks/quote.html",
    )
    table = TableBlock()
    attachment = DocumentChooserBlock(label=_("附件"), template="components/blocks/attachment.html")
