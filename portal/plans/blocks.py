"""Blocks of a notice's text. No chosen document or image: what they show could change later."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class NoticeBodyBlock(blocks.StreamBlock):
    """Headings, paragraphs and quotations from the law (公示正文); files are the notice's documents."""

    heading = blocks.CharBlock(
        label=_("小标题"), max_length=120, icon="title", template="components/blocks/heading.html"
    )
    paragraph = blocks.RichTextBlock(
        label=_("段落"),
        features=["bold", "ol", "ul"],
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
