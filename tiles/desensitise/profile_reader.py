"""Strict reading of the profile's tables: every key is known, typed and bounded.

A profile travels inside packages from outside, so the reader treats it as foreign data: unknown
keys, wrong types, control characters, NaN and over-long texts are errors that name the key.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeVar

from tiles.desensitise.errors import Refusal

_Value = TypeVar("_Value")

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class ProfileError(Refusal):
    """The profile is not usable; ``where`` names the key (脱敏方案有误)."""

    code: ClassVar[str] = "profile_invalid"


def profile_error(key: str, zh: str, en: str) -> ProfileError:
    """The error for ``key``; the key is part of the sentence as well as of ``where``."""
    return ProfileError(f"方案的“{key}”{zh}", f'profile key "{key}" {en}', where=key)


class Section:
    """One table of the profile, consumed key by key; ``finish`` refuses what is left over."""

    def __init__(self, raw: object, path: str) -> None:
        if not isinstance(raw, Mapping):
            raise profile_error(path, "应为表", "must be a table")
        self._left: dict[str, Any] = {str(key): value for key, value in raw.items()}
        self.path = path

    def key(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        return name in self._left

    def take(self, name: str) -> Any:
        """The raw value of ``name`` (``None`` when absent)."""
        return self._left.pop(name, None)

    def finish(self) -> None:
        if self._left:
            name = sorted(self._left)[0]
            raise profile_error(self.key(name), "不是已知的键", "is not a known key")

    def text(self, name: str, default: str | None = None, *, longest: int = 200) -> str:
        value = self.take(name)
        if value is None:
            return self._default(name, default)
        return self._checked_text(value, self.key(name), longest)

    def optional_text(self, name: str, *, longest: int = 200) -> str | None:
        return self.text(name, longest=longest) if self.has(name) else None

    def matching(self, name: str, pattern: str, default: str | None = None) -> str:
        value = self.text(name, default)
        if not re.fullmatch(pattern, value):
            raise profile_error(self.key(name), f"不符合 {pattern}", f"must match {pattern}")
        return value

    def choice(self, name: str, choices: Iterable[str], default: str | None = None) -> str:
        value = self.text(name, default)
        allowed = tuple(choices)
        if value not in allowed:
            listed = ", ".join(allowed)
            raise profile_error(self.key(name), f"应为 {listed} 之一", f"must be one of {listed}")
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self.take(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise profile_error(self.key(name), "应为 true 或 false", "must be true or false")
        return value

    def number(
        self,
        name: str,
        default: float | None = None,
        *,
        least: float = -1e12,
        most: float = 1e12,
    ) -> float:
        value = self.take(name)
        if value is None:
            return self._default(name, default)
        return self._checked_number(value, self.key(name), least, most)

    def optional_number(self, name: str, *, least: float = -1e12) -> float | None:
        return self.number(name, least=least) if self.has(name) else None

    def integer(self, name: str, default: int | None = None, *, least: int, most: int) -> int:
        value = self.take(name)
        if value is None:
            return self._default(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise profile_error(
                self.key(name),
                f"应为 {least} 至 {most} 的整数",
                f"must be an integer from {least} to {most}",
            )
        return value

    def date(self, name: str) -> str:
        """An ISO date as text, ``""`` when absent; TOML's own dates are taken as well."""
        value = self.take(name)
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value.isoformat()
        if value in (None, ""):
            return ""
        text = self._checked_text(value, self.key(name), 10)
        try:
            valid = bool(_ISO_DATE.fullmatch(text)) and bool(dt.date.fromisoformat(text))
        except ValueError:
            valid = False
        if not valid:
            raise profile_error(self.key(name), "应为 YYYY-MM-DD", "must be YYYY-MM-DD")
        return text

    def texts(self, name: str, *, most: int = 200) -> tuple[str, ...]:
        items = self._list(name, most)
        return tuple(
            self._checked_text(item, f"{self.key(name)}[{row}]", 200)
            for row, item in enumerate(items)
        )

    def numbers(self, name: str, *, most: int = 100) -> tuple[float, ...]:
        items = self._list(name, most)
        return tuple(
            self._checked_number(item, f"{self.key(name)}[{row}]", -1e12, 1e12)
            for row, item in enumerate(items)
        )

    def sections(self, name: str, *, most: int = 500) -> tuple[Section, ...]:
        items = self._list(name, most)
        return tuple(Section(item, f"{self.key(name)}[{row}]") for row, item in enumerate(items))

    def _list(self, name: str, most: int) -> list[Any]:
        value = self.take(name)
        if value is None:
            return []
        if not isinstance(value, list | tuple) or len(value) > most:
            raise profile_error(
                self.key(name), f"应为不超过 {most} 项的列表", f"must be a list of at most {most}"
            )
        return list(value)

    def _default(self, name: str, default: _Value | None) -> _Value:
        if default is None:
            raise profile_error(self.key(name), "必填", "is required")
        return default

    @staticmethod
    def _checked_text(value: object, key: str, longest: int) -> str:
        if not isinstance(value, str) or len(value) > longest or _CONTROL.search(value):
            raise profile_error(
                key, f"应为不超过 {longest} 字的文本", f"must be text of at most {longest}"
            )
        return value

    @staticmethod
    def _checked_number(value: object, key: str, least: float, most: float) -> float:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
            or not least <= value <= most
        ):
            raise profile_error(
                key,
                f"应为 {least:g} 至 {most:g} 的数",
                f"must be a number from {least:g} to {most:g}",
            )
        return float(value)
