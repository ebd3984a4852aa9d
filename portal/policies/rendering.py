"""The full text of an edition as HTML, kept in the cache until the library changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.policies.enums import UnitKind
from portal.policies.library_index import library_stamp
from portal.policies.linking import Linker
from portal.policies.models import Article, Edition, Part

_KEEP_SECONDS = 24 * 3600
_LARGEST_TITLE_LEVEL = 6


@dataclass(frozen=True)
class Explained:
    """How many interpretations and questions speak of each article."""

    counts: Mapping[str, int]

    @property
    def stamp(self) -> str:
        """Changes whenever one of the counts does."""
        return repr(sorted(self.counts.items()))


def full_text(edition: Edition, parts: Sequence[Part], explained: Explained) -> SafeString:
    """Headings and articles in order, with anchors, permalinks and links to what is cited."""
    stamp = f"{library_stamp()}|{explained.stamp}|{get_language()}|{edition.content_hash}"
    key = f"policy-text-{edition.pk}-{hashlib.sha256(stamp.encode()).hexdigest()}"
    html: str | None = cache.get(key)
    if html is None:
        html = str(_full_text(edition, parts, explained))
        cache.set(key, html, _KEEP_SECONDS)
    return mark_safe(html)  # noqa: S308 - made below, every text escaped


def _full_text(edition: Edition, parts: Sequence[Part], explained: Explained) -> SafeString:
    articles = list(edition.articles.order_by("position"))
    linker = Linker(edition, [each.anchor for each in articles])
    linker.prepare(articles)
    nodes: list[Part | Article] = sorted([*parts, *articles], key=lambda node: node.position)
    # One pattern of addresses: reversing it for each of a thousand articles takes long.
    pattern = reverse("policies:article", args=(edition.regulation.slug, edition.slug, "ANCHOR"))
    pieces = [
        _heading(node)
        if isinstance(node, Part)
        else _unit(node, linker, pattern.replace("ANCHOR", node.anchor), explained)
        for node in nodes
    ]
    pieces.append(later_note(linker))
    if any(article.gist for article in articles):
        pieces.append(_legend(_("各条上方的灰色条旨由本站编者所加，不是法规原文。")))
    return mark_safe("\n".join(pieces))  # noqa: S308


def later_note(linker: Linker) -> SafeString:
    """What a dotted line below a citation means; nothing where there is none."""
    if not linker.uncertain:
        return mark_safe("")
    return _legend(_("虚线标示的引用：所引法规在本文之后有过修改，条号可能已经变动。"))


def _legend(text: str) -> SafeString:
    return format_html('<p class="statute__legend" lang="{}">{}</p>', _interface_language(), text)


def _interface_language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh-Hans"


def _heading(part: Part) -> SafeString:
    level = min(part.depth + 2, _LARGEST_TITLE_LEVEL)
    return format_html(
        '<h{} class="statute__heading" id="{}">{}</h{}>', level, part.anchor, part.heading, level
    )


def _unit(article: Article, linker: Linker, url: str, explained: Explained) -> SafeString:
    count = explained.counts.get(article.anchor, 0)
    note = (
        format_html(
            '<p class="statute__note"><a href="{}#explained" lang="{}">{}</a></p>',
            url,
            _interface_language(),
            _("本条有%(count)d篇解读或问答") % {"count": count},
        )
        if count
        else ""
    )
    gist = format_html('<p class="statute__gist">{}</p>', article.gist) if article.gist else ""
    return format_html(
        '<div class="statute__unit statute__unit--{}" id="{}">{}{}{}</div>',
        article.kind,
        article.html_id,
        gist,
        unit_body(article, linker, url),
        note,
    )


def unit_body(article: Article, linker: Linker, url: str = "") -> SafeString:
    """Label and paragraphs of one unit; the label is its permalink where ``url`` is given."""
    lines = article.text.split("\n") if article.text else [""]
    label = _label(article, url)
    first = lines[0]
    if article.kind == UnitKind.TABLE or first.startswith("|"):
        return label + table_or_text(lines, linker, article.anchor)
    opening = format_html("<p>{}{}</p>", label, linker.paragraph(first, article.anchor))
    return opening + table_or_text(lines[1:], linker, article.anchor)


def _label(article: Article, url: str) -> SafeString:
    if not article.label:
        return mark_safe("")
    space = "" if article.kind == UnitKind.ITEM else "　"
    if not url:
        return format_html('<b class="statute__label">{}</b>{}', article.label, space)
    return format_html('<a class="statute__label" href="{}">{}</a>{}', url, article.label, space)


def table_or_text(lines: Iterable[str], linker: Linker, anchor: str) -> SafeString:
    """Paragraphs, and runs of ``| a | b |`` rows as tables."""
    pieces: list[str] = []
    rows: list[list[str]] = []
    for line in lines:
        if line.startswith("|") and line.endswith("|") and len(line) > 1:
            rows.append([cell.strip() for cell in line[1:-1].split("|")])
            continue
        if rows:
            pieces.append(_table(rows))
            rows = []
        if line:
            pieces.append(format_html("<p>{}</p>", linker.paragraph(line, anchor)))
    if rows:
        pieces.append(_table(rows))
    return mark_safe("".join(pieces))  # noqa: S308 - made of escaped pieces


def _table(rows: list[list[str]]) -> SafeString:
    """A table; the rule below the first row (``|---|---|``) makes that row the header."""
    has_header = len(rows) > 1 and all(set(cell) <= set("-: ") for cell in rows[1])
    head, body = (rows[:1], rows[2:]) if has_header else ([], rows)
    return format_html(
        '<div class="statute__table" tabindex="0" role="region" aria-label="{}"><table>{}{}</table></div>',
        _("表格"),
        _rows(head, "thead", "th"),
        _rows(body, "tbody", "td"),
    )


def _rows(rows: list[list[str]], group: str, cell: str) -> SafeString:
    if not rows:
        return mark_safe("")
    scope = mark_safe(' scope="col"') if cell == "th" else ""
    html = format_html_join(
        "",
        "<tr>{}</tr>",
        (
            (mark_safe("".join(f"<{cell}{scope}>{escape(text)}</{cell}>" for text in row)),)  # noqa: S308
            for row in rows
        ),
    )
    return format_html("<{}>{}</{}>", mark_safe(group), html, mark_safe(group))  # noqa: S308
