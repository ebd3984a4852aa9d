"""The allow-list of a layer profile: one rule for each attribute that may leave (准出属性)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, cast

from tiles.desensitise.profile_reader import Section, profile_error

AttributeType = Literal["text", "number", "integer", "date"]
Rule = Literal["as_is", "round", "band", "code", "year", "scrub"]

_FIELD = r"\w{1,64}"
NAMED_DOMAINS = ("landuse_2023", "landuse_2023_names")
# Code lists of the raw data that are not published as they are: each has a successor.
SOURCE_DOMAINS = ("landuse_2020",)

# Which types a rule may be declared with, and what it then publishes. A band publishes its
# label and a year a whole number, whatever the raw column held.
_RULE_TYPES: dict[str, dict[str, str]] = {
    "as_is": {"text": "text", "number": "number", "integer": "integer", "date": "date"},
    "round": {"number": "number", "integer": "integer"},
    "band": {"text": "text", "number": "text", "integer": "text"},
    "code": {"text": "text"},
    "year": {"integer": "integer", "date": "integer", "text": "integer"},
    "scrub": {"text": "text"},
}


@dataclass(frozen=True)
class AttributeRule:
    """One allowed attribute and how it is generalised (准出属性).

    ``source`` is its name in the raw table. ``type`` is the published type: ``band`` publishes
    text and ``year`` an integer, whatever type the profile's author wrote for them.
    ``source_domain``: the older code list that the raw codes are of; they are published in the
    version that replaced it.
    """

    name: str
    title: str
    source: str
    type: AttributeType
    rule: Rule
    title_en: str = ""
    level: int | None = None
    step: float | None = None
    bands: tuple[float, ...] = ()
    max_length: int = 254
    domain: str | None = None
    source_domain: str | None = None
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    @property
    def is_free_text(self) -> bool:
        """Text that passes as it is and is bound to no list of values."""
        return self.type == "text" and self.rule == "as_is" and not (self.domain or self.values)

    @property
    def band_labels(self) -> tuple[str, ...]:
        """``("<b0", "b0–b1", …, "≥bn")``; a band holds its lower bound, not its upper."""
        edges = [f"{edge:.12g}" for edge in self.bands]
        between = [f"{low}–{high}" for low, high in pairwise(edges)]
        return (f"<{edges[0]}", *between, f"≥{edges[-1]}") if edges else ()


def read_attribute(section: Section) -> AttributeRule:
    name = section.matching("name", _FIELD)
    rule = section.choice("rule", tuple(_RULE_TYPES))
    types = _RULE_TYPES[rule]
    attribute = AttributeRule(
        name=name,
        title=section.text("title"),
        source=section.text("source", name),
        type=cast(AttributeType, types[section.choice("type", tuple(types))]),
        rule=cast(Rule, rule),
        title_en=section.text("title_en", ""),
        level=section.integer("level", least=1, most=20) if section.has("level") else None,
        step=section.number("step", least=1e-6) if section.has("step") else None,
        bands=section.numbers("bands"),
        max_length=section.integer("max_length", 254, least=1, most=2000),
        domain=section.choice("domain", NAMED_DOMAINS) if section.has("domain") else None,
        source_domain=(
            section.choice("source_domain", SOURCE_DOMAINS)
            if section.has("source_domain")
            else None
        ),
        values=section.texts("values", most=2000),
        minimum=section.optional_number("minimum"),
        maximum=section.optional_number("maximum"),
    )
    section.finish()
    _check_rule_parameters(attribute, section)
    return attribute


def _check_rule_parameters(attribute: AttributeRule, section: Section) -> None:
    """Each rule has exactly the parameters that it needs; a stray one is a misunderstanding."""
    present = {
        "level": attribute.level is not None,
        "step": attribute.step is not None,
        "bands": bool(attribute.bands),
    }
    needed = {"code": "level", "round": "step", "band": "bands"}.get(attribute.rule)
    for parameter, given in present.items():
        if parameter == needed and not given:
            raise profile_error(section.key(parameter), "必填", "is required by this rule")
        if parameter != needed and given:
            raise profile_error(section.key(parameter), "与规则不符", "does not fit this rule")
    if any(low >= high for low, high in pairwise(attribute.bands)):
        raise profile_error(section.key("bands"), "应递增", "must increase")
    if attribute.type != "text" and (attribute.domain or attribute.values):
        raise profile_error(section.key("domain"), "只用于文本", "is for text only")
    replaced = attribute.domain == "landuse_2023" and attribute.rule == "code"
    if attribute.source_domain and not replaced:
        raise profile_error(
            section.key("source_domain"),
            "须与 code 规则及其 domain 配合",
            'needs rule "code" and the domain that replaced it',
        )
