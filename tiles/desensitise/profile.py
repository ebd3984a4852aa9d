"""The layer profile (脱敏发布方案): what may leave the internal node, and how exactly.

A profile is a TOML file. Its public half, ``Profile.public()``, is part of the signed package;
its ``[secret]`` table never is, and ``parse_public`` refuses a package that carries one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tiles.desensitise.profile_attributes import AttributeRule, read_attribute
from tiles.desensitise.profile_reader import ProfileError, Section, profile_error
from tiles.desensitise.profile_sections import (
    Ground,
    LayerInfo,
    Quality,
    Secret,
    SmallCounts,
    Style,
    Zooms,
    read_ground,
    read_layer,
    read_quality,
    read_secret,
    read_small_counts,
    read_style,
    read_zooms,
)

__all__ = [
    "AttributeRule",
    "Ground",
    "LayerInfo",
    "Profile",
    "ProfileError",
    "Quality",
    "Secret",
    "SmallCounts",
    "Style",
    "Zooms",
    "load_profile",
    "parse_profile",
    "parse_public",
]

PROFILE_VERSION = 1
_MAX_FILE_BYTES = 1_000_000


@dataclass(frozen=True)
class Profile:
    """One layer's profile; ``secret`` is ``None`` wherever only the public half is known."""

    version: int
    layer: LayerInfo
    style: Style
    zooms: Zooms
    ground: Ground
    attributes: tuple[AttributeRule, ...]
    quality: Quality
    small_counts: SmallCounts | None = None
    secret: Secret | None = None

    def attribute(self, name: str) -> AttributeRule | None:
        """The rule of the published attribute ``name``, if it is allowed at all."""
        return next((rule for rule in self.attributes if rule.name == name), None)

    def public(self) -> dict[str, Any]:
        """Everything but the secret half, JSON-able; ``parse_public`` reads it back equal."""
        tables: dict[str, Any] = {
            "version": self.version,
            "layer": _plain(asdict(self.layer)),
            "style": _plain(asdict(self.style)),
            "zooms": asdict(self.zooms),
            "ground": asdict(self.ground),
            "attribute": [_plain(asdict(rule)) for rule in self.attributes],
            "quality": _plain(asdict(self.quality)),
        }
        if self.small_counts is not None:
            tables["small_counts"] = _plain(asdict(self.small_counts))
        return tables


def load_profile(path: Path) -> Profile:
    """The profile of a TOML file; raises ProfileError that names the file and the key."""
    try:
        if path.stat().st_size > _MAX_FILE_BYTES:
            raise ProfileError("方案文件过大", "the profile file is too large", where=path.name)
        text = path.read_text(encoding="utf-8")
        raw = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(
            f"方案文件读不出：{type(error).__name__}",
            f"the profile file cannot be read: {error}",
            where=path.name,
        ) from error
    return parse_profile(raw)


def parse_profile(raw: Mapping[str, Any]) -> Profile:
    """The profile of a parsed TOML document, secret half included when it is there."""
    section = Section(raw, "")
    secret = (
        read_secret(Section(section.take("secret"), "secret")) if section.has("secret") else None
    )
    return _parse(section, secret)


def parse_public(raw: Mapping[str, Any]) -> Profile:
    """The public half as it stands in a package; a ``secret`` table is an unknown key here."""
    return _parse(Section(raw, ""), None)


def _parse(section: Section, secret: Secret | None) -> Profile:
    profile = Profile(
        version=section.integer("version", least=PROFILE_VERSION, most=PROFILE_VERSION),
        layer=read_layer(Section(section.take("layer"), "layer")),
        style=read_style(Section(section.take("style") or {}, "style")),
        zooms=read_zooms(Section(section.take("zooms") or {}, "zooms")),
        ground=read_ground(Section(section.take("ground"), "ground")),
        attributes=tuple(
            read_attribute(entry) for entry in section.sections("attribute", most=100)
        ),
        quality=read_quality(Section(section.take("quality") or {}, "quality")),
        small_counts=(
            read_small_counts(Section(section.take("small_counts"), "small_counts"))
            if section.has("small_counts")
            else None
        ),
        secret=secret,
    )
    section.finish()
    _check_references(profile)
    return profile


def _check_references(profile: Profile) -> None:
    """Every attribute that another table names must be a published one, and names are unique."""
    names = [rule.name for rule in profile.attributes]
    for row, name in enumerate(names):
        if name in names[:row]:
            raise profile_error(f"attribute[{row}].name", "重复", "is used twice")
    named: dict[str, str | None] = {
        "style.class_field": profile.style.class_field,
        "style.label_field": profile.style.label_field,
    }
    if profile.small_counts is not None:
        for row, field_name in enumerate(profile.small_counts.fields):
            named[f"small_counts.fields[{row}]"] = field_name
    for key, attribute in named.items():
        if attribute is not None and attribute not in names:
            raise profile_error(key, "不在准出属性之中", "is not an allowed attribute")


def _plain(table: Mapping[str, Any]) -> dict[str, Any]:
    """Without ``None`` and with lists for tuples, as JSON would give it back."""
    return {
        key: _plain_value(value)
        for key, value in table.items()
        if value is not None and value != ()
    }


def _plain_value(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain_value(item) for item in value]
    return _plain(value) if isinstance(value, Mapping) else value
