"""Fills the policy library of the sample city by the real importer."""

from __future__ import annotations

import datetime
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from portal.core.regions.models import Region
from portal.policies.facts import Setting
from portal.policies.import_texts import files_below, import_texts
from portal.policies.models import (
    Article,
    Interpretation,
    InterpretationCitation,
    PolicyTopicLink,
    Question,
    QuestionCitation,
    Regulation,
)
from portal.policies.refresh import editions_changed, explanation_changed
from portal.samplecity.districts import CITY_CODE
from portal.samplecity.policy_texts import (
    ALIASES,
    GISTS,
    INTERPRETATIONS,
    KINDS,
    OFFICE,
    QUESTIONS,
    TITLES_EN,
    TOPICS,
    Explanation,
)

TEXTS = Path(__file__).parent / "regulations"


@transaction.atomic
def make_policies(by: User | None = None) -> None:
    """Regulations, interpretations, questions, topic links; a second time changes nothing."""
    city = Region.objects.get(code=CITY_CODE)
    regulations = {title: _regulation(title, kind, city, by) for title, kind in KINDS.items()}
    for text in INTERPRETATIONS:
        _explain(Interpretation, InterpretationCitation, text, city, regulations)
    for text in QUESTIONS:
        _explain(Question, QuestionCitation, text, city, regulations)
    for order, answer in enumerate(TOPICS):
        title, anchor = answer.cited
        PolicyTopicLink.objects.get_or_create(
            topic=answer.topic,
            code=answer.code,
            region=city,
            regulation=regulations[title],
            anchor=anchor,
            defaults={"note": answer.note, "note_en": answer.note_en, "order": order},
        )


def _regulation(title: str, kind: str, city: Region, by: User | None) -> Regulation:
    files = [file for file in files_below([TEXTS]) if file.path.name.startswith(title)]
    report = import_texts(files, setting=Setting(region=city, kind=kind), by=by)
    if report.failed:
        raise RuntimeError(f"{title}: {[row for row in report.rows if row.code]}")
    regulation = Regulation.objects.get(title=title, region=city)
    if not regulation.title_en:
        regulation.title_en, regulation.aliases = TITLES_EN[title], ALIASES[title]
        regulation.save()
        _give_gists(regulation)
        editions_changed([each.pk for each in regulation.editions.all()])
    return regulation


def _give_gists(regulation: Regulation) -> None:
    """To the newest edition, and to whatever has the same words in the others."""
    newest = regulation.editions.latest("promulgated_on")
    for (title, anchor), (gist, asked) in GISTS.items():
        if title == regulation.title:
            text = newest.articles.get(anchor=anchor).text
            alike = Article.objects.filter(edition__regulation=regulation, text=text)
            alike.update(gist=gist, asked=asked)


def _explain(
    model: type[Interpretation] | type[Question],
    citation: type[InterpretationCitation] | type[QuestionCitation],
    text: Explanation,
    city: Region,
    regulations: dict[str, Regulation],
) -> None:
    made, is_new = model.objects.get_or_create(
        title=text.title,
        region=city,
        defaults={
            "title_en": text.title_en,
            "body": text.body,
            "body_en": text.body_en,
            "source": OFFICE,
            "published_on": timezone.localdate() - datetime.timedelta(days=text.days_ago),
        },
    )
    if not is_new:
        return
    for order, (title, anchor) in enumerate(text.cited):
        citation.objects.create(
            owner=made, regulation=regulations[title], anchor=anchor, sort_order=order
        )
    explanation_changed(made)
