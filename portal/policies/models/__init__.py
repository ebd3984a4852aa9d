"""Regulations, their editions and units; what explains them; the runs that brought them in."""

from portal.policies.models.edition import Edition, EditionQuerySet, EditionSource
from portal.policies.models.explanation import (
    Interpretation,
    InterpretationCitation,
    Question,
    QuestionCitation,
)
from portal.policies.models.import_run import ImportRun
from portal.policies.models.regulation import Regulation, RegulationQuerySet
from portal.policies.models.topic_link import PolicyTopicLink
from portal.policies.models.unit import Article, Part

__all__ = [
    "Article",
    "Edition",
    "EditionQuerySet",
    "EditionSource",
    "ImportRun",
    "Interpretation",
    "InterpretationCitation",
    "Part",
    "PolicyTopicLink",
    "Question",
    "QuestionCitation",
    "Regulation",
    "RegulationQuerySet",
]
