"""Blocks of body text that editors may use on every page."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock

INLINE_FEATURES = ["bold", "link", "document-link"]


class BodyBlock(blocks.StreamBlock):
    """Headings, paragraphs, quotations from the law, attachments (正文)."""

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
    attachment = DocumentChooserBlock(label=_("附件"), template="components/blocks/attachment.html")
