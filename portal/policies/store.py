"""Stores the editions that a run found; a second time changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from portal.policies.arrange import COMPUTED, arranged
from portal.policies.candidates import Candidate
from portal.policies.gists import Gist, gist_of, wording
from portal.policies.match import Fresh, Matcher
from portal.policies.models import Article, Edition, EditionSource, Part, Regulation
from portal.policies.models.regulation import first_free
from portal.policies.names import name_key, slug_base
from portal.policies.refresh import keys_of
from portal.policies.report import Report, Row, RowState
from portal.policies.text.parsed import ParsedPart, ParsedText

_BATCH = 500
_LONGEST_TOPIC = 60


@dataclass
class _Library:
    """What is stored already of the regulations that a run touches."""

    regulations: dict[tuple[str, str], Regulation]
    slugs: set[str]
    editions: dict[int, list[Edition]] = field(default_factory=dict)


@transaction.atomic
def store(candidates: Iterable[Candidate], report: Report) -> None:
    """Store all candidates, or, where the database refuses one, none at all."""
    ordered = sorted(candidates, key=lambda each: each.key)
    library = _load({each.key for each in ordered})
    _add_regulations(ordered, library)
    matcher, touched = Matcher(report), set[int]()
    for key, group in groupby(ordered, key=lambda each: each.key):
        regulation = library.regulations[key]
        editions = library.editions.setdefault(regulation.pk, [])
        for candidate in group:
            matcher.match(candidate, regulation, editions)
        touched.add(regulation.pk)
    report.changed_editions += _write_editions(matcher, library, touched)
    replaced = [each.edition.pk for each in matcher.fresh if each.state == RowState.CHANGED]
    report.replaced_keys += keys_of(replaced)
    _write_texts(matcher.fresh)
    _write_rows([*matcher.fresh, *matcher.same], report)
    report.changed_editions += [each.edition.pk for each in matcher.fresh]


def _load(keys: set[tuple[str, str]]) -> _Library:
    known = {
        (each.region_id, each.key): each
        for each in Regulation.objects.all()
        if (each.region_id, each.key) in keys
    }
    slugs = set(Regulation.objects.values_list("slug", flat=True))
    library = _Library(known, slugs)
    owners = {each.pk for each in known.values()}
    for edition in Edition.objects.prefetch_related("sources"):
        if edition.regulation_id in owners:
            library.editions.setdefault(edition.regulation_id, []).append(edition)
    return library


def _add_regulations(candidates: list[Candidate], library: _Library) -> None:
    new = {}
    for candidate in candidates:
        if candidate.key in library.regulations or candidate.key in new:
            continue
        title, facts = candidate.text.title, candidate.facts
        slug = first_free(slug_base(title), library.slugs)
        library.slugs.add(slug)
        new[candidate.key] = Regulation(
            title=title,
            key=name_key(title),
            slug=slug,
            kind=facts.kind,
            issuer=facts.issuer,
            region=facts.region,
            topic=facts.topic[:_LONGEST_TOPIC],
        )
    Regulation.objects.bulk_create(new.values(), batch_size=_BATCH)
    library.regulations |= new


def _write_editions(matcher: Matcher, library: _Library, touched: set[int]) -> list[int]:
    """Write editions; returns the keys of those whose text stays but whose days moved."""
    fresh = [each.edition for each in matcher.fresh]
    new = [edition for edition in fresh if edition.pk is None]
    old = [edition for edition in fresh if edition.pk is not None] + matcher.learned
    changed = [
        edition for owner in touched for edition in arranged(library.editions.get(owner, []))
    ]
    written = {id(each) for each in (*new, *old)}
    moved = [each for each in changed if id(each) not in written]
    for edition in moved:
        edition.updated_at = timezone.now()
    Edition.objects.bulk_create(new, batch_size=_BATCH)
    for edition in old:
        edition.save()
    Edition.objects.bulk_update(moved, [*COMPUTED, "updated_at"], batch_size=_BATCH)
    return [each.pk for each in moved]


def _write_texts(fresh: list[Fresh]) -> None:
    replaced = [each.edition.pk for each in fresh]
    kept = _kept_gists({each.edition.regulation_id for each in fresh})
    for model in (Article, Part, EditionSource):
        model.objects.filter(edition__in=replaced).delete()
    parts: list[Part] = []
    articles: list[Article] = []
    sources: list[EditionSource] = []
    for each in fresh:
        own_parts, own_articles = _rows(each.edition, each.candidate.text, kept)
        parts += own_parts
        articles += own_articles
        sources += [
            EditionSource(edition=each.edition, file_name=name[-300:], sha256=digest, position=n)
            for n, (name, digest) in enumerate(each.candidate.files)
        ]
    Part.objects.bulk_create(parts, batch_size=_BATCH)
    for article in articles:
        article.part = article.part  # takes over the key that the part was given
    Article.objects.bulk_create(articles, batch_size=_BATCH)
    EditionSource.objects.bulk_create(sources, batch_size=_BATCH)


def _kept_gists(regulations: set[int]) -> dict[tuple[int, str], Gist]:
    """Gists of articles that are here, also empty ones: what officials wrote outlives an import."""
    rows = Article.objects.filter(edition__regulation__in=regulations).order_by("pk")
    return {
        (owner, wording(text)): Gist(gist, asked)
        for owner, text, gist, asked in rows.values_list(
            "edition__regulation", "text", "gist", "asked"
        )
    }


def _rows(
    edition: Edition, text: ParsedText, kept: dict[tuple[int, str], Gist]
) -> tuple[list[Part], list[Article]]:
    made: dict[int, Part] = {}
    articles = []
    for position, node in enumerate(text.nodes, 1):
        if isinstance(node, ParsedPart):
            made[id(node)] = Part(
                edition=edition,
                position=position,
                kind=node.kind,
                depth=node.depth,
                label=node.label,
                title=node.title,
                trail=node.trail,
            )
        else:
            gist = kept.get((edition.regulation_id, wording(node.text))) or gist_of(node.text)
            articles.append(
                Article(
                    edition=edition,
                    part=made[id(node.part)] if node.part else None,
                    position=position,
                    kind=node.kind,
                    number=node.number,
                    sub_number=node.sub_number,
                    label=node.label,
                    anchor=node.anchor,
                    text=node.text,
                    gist=gist.text,
                    asked=gist.asked,
                )
            )
    return list(made.values()), articles


def _write_rows(found: list[Fresh], report: Report) -> None:
    for each in found:
        is_new = each.state != RowState.UNCHANGED
        for number, (name, _digest) in enumerate(each.candidate.files):
            report.rows.append(
                Row(
                    name,
                    each.state,
                    title=each.candidate.text.title,
                    articles=each.edition.article_count if is_new and not number else 0,
                    edition=each.edition.pk,
                )
            )
